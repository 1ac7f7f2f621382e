import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { commandLine, counted, forStack, shellWord } from "../../permissions/command-line";

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
    for (const line of lines) expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]|##|::/u);
    expect(shellWord("runner@build-7:4711")).toBe("runner@build-7:4711");
  });
});

it("counts one in the singular", () => {
  expect([0, 1, 2].map((number) => counted(number, "check"))).toEqual(["0 checks", "1 check", "2 checks"]);
  expect(counted(1, "entry", "entries")).toBe("1 entry");
});
