import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import fc from "fast-check";
import { commandLine, commandsIn, counted, forStack, shellWord } from "../../model/command-line";

const wordsOf = (line: string) =>
  execFileSync("bash", ["-c", `printf '%s\\0' ${line}`], {
    encoding: "utf8",
    env: { LC_ALL: "C.UTF-8", PATH: process.env["PATH"] },
  })
    .split("\0")
    .slice(0, -1);

describe("a command in a message", () => {
  it("is typed as npm runs it", () => {
    expect(commandLine("status", "-s", "contoso")).toBe("npm run partner-access -- status -s contoso");
    expect(forStack(`See: ${commandLine("status", "-s", "STACK")}`, "con toso")).toBe(
      "See: npm run partner-access -- status -s 'con toso'",
    );
  });

  it("arrives at the command as the words it was made of, whatever they hold", () => {
    const word = fc.oneof(
      fc.string({ unit: "grapheme", minLength: 1 }),
      fc.constantFrom("a'b", "$(id)", "##vso[x]", "::error", "a\u2028b", "\\'\n"),
    );
    const lists = fc.sample(
      fc.array(
        word.filter((it) => !it.includes("\0")),
        { minLength: 1, maxLength: 4 },
      ),
      { seed: 11, numRuns: 300 },
    );
    const lines = lists.map((words) => commandLine("status", ...words));
    const prefix = ["npm", "run", "partner-access", "--", "status"];
    expect(wordsOf(lines.join(" "))).toEqual(lists.flatMap((words) => [...prefix, ...words]));
    // Found again in a message, at its end or between backticks.
    const message = (line: string) => `Do \`this\` first: \`${line}\`. Then "that": ${line}`;
    for (const line of lines) expect(commandsIn(message(line))).toEqual([line, line]);
    expect(commandsIn("Restore it in Entra.")).toEqual([]);
    for (const line of lines) expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]|##|::/u);
    expect(shellWord("runner@build-7:4711")).toBe("runner@build-7:4711");
  });
});

it("counts one in the singular", () => {
  expect([0, 1, 2].map((number) => counted(number, "check"))).toEqual(["0 checks", "1 check", "2 checks"]);
  expect(counted(1, "entry", "entries")).toBe("1 entry");
});

describe("a number in a message", () => {
  const root = resolve(__dirname, "../..");
  const folders = ["cli", "clients", "components", "configuration", "model", "permissions", "rotation", "tokens"];
  const sources = folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts"))
      .map((name) => join(folder, name)),
  );
  /** A count is spoken of by its length, its size, its name, or the result of a division. */
  const count = String.raw`\$\{[^{}]*(?:\.length|\.size|\b[Cc]ount|[Nn]umber|(?:[Ss]econds|[Mm]inutes|[Hh]ours|[Dd]ays|[Bb]ytes|most\w*|longest\w*|largest\w*)|\/ [\d_]+\)?)\}`;
  const plural = String.raw`(?:\w+ )?(?:seconds|minutes|hours|days|bytes|characters|checks|problems|operations|stacks|files|entries|secrets|changes|resources|lines|commits|credentials|permissions|steps|versions)\b`;

  it("agrees with its noun: what is counted goes through counted, or has a unit without a plural", () => {
    const wrong = sources.flatMap((file) =>
      (readFileSync(join(root, file), "utf8").match(new RegExp(`${count} ${plural}`, "g")) ?? []).map(
        (text) => `${file}: ${text}`,
      ),
    );
    expect(wrong).toEqual([]);
  });

  it("is found where it does not", () => {
    const wrong = [`\${checks.length} checks`, `\${longestMinutes} minutes`, `\${n.size} pending operations`];
    for (const text of wrong) expect(text).toMatch(new RegExp(`${count} ${plural}`));
  });
});
