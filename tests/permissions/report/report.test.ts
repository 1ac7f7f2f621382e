import fc from "fast-check";
import { emptyManifest, manifestDigest } from "../../../permissions/manifest";
import { buildReport, renderJson, renderMarkdown, renderTerminal } from "../../../permissions/report";
import { readHiddenMarks } from "../../../permissions/report/marks";
import { expectGolden } from "../../support/golden";
import { guidOf } from "../manifest/declared-stack";
import { hostileText } from "../manifest/generators";
import { compared, hostileTexts, manifestOf, nothingUnjudged, reportAround, reportOf, usualReport } from "./reports";

const review = "default";
const markdown = (report: Parameters<typeof renderMarkdown>[0], longest?: number) =>
  renderMarkdown(report, { review, longest });

describe("the report", () => {
  it("looks as approved on a terminal, in Markdown and as JSON", () => {
    expectGolden("report/usual.txt", renderTerminal(usualReport));
    expectGolden("report/usual.md", markdown(usualReport));
    expectGolden("report/usual.json", `${JSON.stringify(JSON.parse(renderJson(usualReport)), undefined, 2)}\n`);
  });

  it("says aloud that there are no permission changes, together with what it cannot judge", () => {
    const quiet = reportOf({
      stacks: [compared("contoso", {}), compared("adatum", {})],
      unjudged: { ...nothingUnjudged, code: [{ path: "index.ts", change: "changed" }] },
    });
    for (const text of [renderTerminal(quiet), markdown(quiet)]) {
      expect(text).toMatch(
        /No permission changes in 2 stacks\.[\s\S]*This report cannot judge 1 changed code file: read/,
      );
    }
    const silent = markdown(reportOf({ stacks: [compared("contoso", {})] }));
    expect(silent).toMatch(/No permission changes in 1 stack\.[\s\S]*This report covers every change/);
    expectGolden("report/no-changes.md", markdown(quiet));
  });

  it("gives each stack that changes a command to apply exactly that: the digest over all stacks fits none of them", () => {
    const changed = compared("dev", { redirectUris: [] });
    const commands = (stacks: readonly ReturnType<typeof compared>[]) =>
      renderTerminal(reportOf({ stacks }))
        .split("\n")
        .filter((line) => line.includes("--expect-digest"));
    const of = ({ stack, head }: ReturnType<typeof compared>) =>
      `  npm run partner-access -- up -s ${stack} --expect-digest ${manifestDigest(head ?? emptyManifest)}`;
    const same = compared("adatum", {});
    expect(commands([changed, same])).toEqual([of(changed)]);
    // A change of code alone is applied under the same digest as before.
    expect(commands([same])).toEqual([of(same)]);
    const gone = { ...compared("gone", {}), head: null };
    expect(commands([gone])).toEqual([]);
    const many = Array.from({ length: 23 }, (_, place) => compared(`t${place}`, { redirectUris: [] }));
    expect(commands(many)).toHaveLength(20);
    expect(renderTerminal(reportOf({ stacks: many }))).toContain(
      "  3 more stacks, stacks[].digest.head in: npm run partner-access -- diff --json",
    );
    // A stack is named by a file of the change.
    const hostile = compared("x; curl evil", { redirectUris: [] });
    expect(commands([hostile])).toEqual([]);
    expect(renderTerminal(reportOf({ stacks: [hostile] }))).toMatch(/"x; curl evil": sha256:[0-9a-f]{64}/);
  });

  it("never says that nothing changed about a stack it could not compare", () => {
    const partly = reportOf({
      stacks: [compared("contoso", {})],
      failed: [{ stack: "adatum", message: "no such branch" }],
    });
    expect(partly.isOk).toBe(false);
    expect(markdown(partly)).toContain("## Access review: cannot tell");
    expect(markdown(partly)).toMatch(
      /No permission changes in 1 stack that could be compared\.[\s\S]*1 stack could not be compared/,
    );
  });

  it("never says that nothing changed where the digests differ, whatever the comparison misses", () => {
    const base = manifestOf();
    // Of two with one name a comparison sees the first.
    const [application] = base.applications;
    const head = { ...base, applications: [application!, { ...application!, owners: [guidOf("stranger")] }] };
    const report = reportOf({ stacks: [{ stack: "contoso", domain: null, base, head }] });
    expect(report.stacks).toMatchObject([{ status: "changed", changes: [{ code: "unrecognised" }] }]);
    expect({ isOk: report.isOk, highest: report.highest }).toEqual({ isOk: false, highest: "high" });
    expect(markdown(report)).toContain("the two manifests differ");
    expect(reportOf({ stacks: [{ stack: "contoso", domain: null, base, head: base }] }).isOk).toBe(true);
  });

  it("is not ok when anything changes, or from a level on", () => {
    const stacks = [compared("contoso", { redirectUris: [] }), compared("adatum", { isAssignmentRequired: false })];
    const low = stacks.slice(0, 1);
    expect([
      reportOf({ stacks: low }).isOk,
      reportOf({ stacks: low, failOn: "medium" }).isOk,
      reportOf({ stacks, failOn: "high" }).isOk,
      reportOf({ stacks, failOn: "critical" }).isOk,
      reportOf({ stacks: [] }).isOk,
    ]).toEqual([false, true, false, true, true]);
  });

  it("has a digest over all heads that changes with one of them, and none for a base", () => {
    const [one, other] = [compared("contoso", {}), compared("contoso", { lifetimeDays: 90 })];
    expect(reportOf({ stacks: [one] }).digest).not.toBe(reportOf({ stacks: [other] }).digest);
    expect(reportOf({ stacks: [one] }).digest).toBe(reportOf({ stacks: [{ ...one, base: null }] }).digest);
  });
});

describe("stacks with equal changes", () => {
  it("are one group although each has a user, a vault entry and a name of its own", () => {
    const text = renderTerminal(usualReport);
    expect(text).toContain('4 stacks: "adatum" ("adatum.example", as "reports@adatum.example"), "contoso"');
    expect(text).toContain('is granted "User.Read" of "Microsoft Graph" (delegated) for "its reporting user"');
  });

  it("are not one group when one of them moves to another user", () => {
    const moves = reportOf({
      stacks: [
        compared("contoso", { consentUser: "ceo@contoso.example" }),
        compared("adatum", { consentUser: "ceo@adatum.example" }),
      ],
    });
    expect(renderTerminal(moves)).not.toContain("2 stacks:");
    expect(renderTerminal(moves)).toContain('for "ceo@contoso.example"');
  });

  it("are one group when they are new alike", () => {
    const stacks = ["contoso", "adatum"].map((stack) => ({ ...compared(stack, {}), base: null }));
    expect(renderTerminal(reportOf({ stacks }))).toContain("2 stacks:");
  });
});

describe("a text of somebody else", () => {
  const benign = reportAround("harmless");

  it.each(Object.entries(hostileTexts))("stays in its place: %s", (name, text) => {
    const report = reportAround(text);
    const [md, terminal, json] = [markdown(report), renderTerminal(report), renderJson(report)];
    expect(skeleton(md)).toEqual(skeleton(markdown(benign)));
    expect(terminalSkeleton(terminal)).toEqual(terminalSkeleton(renderTerminal(benign)));
    expectNoCommands(terminal);
    expectNoCommands(json);
    expect(JSON.parse(json).stacks[0].stack).toBe(text);
    expectGolden(`report/hostile-${name}.md`, md);
    expectGolden(`report/hostile-${name}.txt`, terminal);
  });

  it("stays in its place whatever it is", () => {
    const parts = fc.constantFrom(...Object.values(hostileTexts).map((text) => text.slice(0, 60)));
    const any = fc.array(fc.oneof(hostileText, parts, fc.string({ unit: "binary", maxLength: 20 })), { maxLength: 5 });
    fc.assert(
      fc.property(any, (texts) => {
        const report = reportAround(`x${texts.join("")}`);
        expect(skeleton(markdown(report))).toEqual(skeleton(markdown(benign)));
        expect(terminalSkeleton(renderTerminal(report))).toEqual(terminalSkeleton(renderTerminal(benign)));
        expectNoCommands(renderTerminal(report));
        expectNoCommands(renderJson(report));
      }),
      { numRuns: 60 },
    );
  });

  it("is cut with an ellipsis when it is long, whatever it is spelled out to", () => {
    for (const text of ["x".repeat(10_000), "\u202E".repeat(10_000), "|".repeat(10_000)]) {
      const md = markdown(reportAround(text));
      expect(md).toContain("…</code>");
      expect(Math.max(...[...md.matchAll(/<code>(.*?)<\/code>/g)].map(([code]) => code.length))).toBeLessThan(750);
    }
  });
});

/** Nothing that Markdown, HTML or a service would act on, except as an entity. */
const inert = "(?:[^<>@#`|*_[\\]\\\\&]|&#\\d+;)*";
const nameInCode = new RegExp(`<code>${inert}</code>`, "g");
const sentenceAfter = new RegExp(
  `^( {2}- (?:reason given|whose power): | {2}- (?:low|medium|high|critical) because |- NAME: )(?!NAME)${inert}$`,
);

/** What is left of a comment without the texts of others. A sentence is the last thing on its line. */
function skeleton(md: string): readonly string[] {
  return md.split("\n").map((line) =>
    line
      .replace(nameInCode, "NAME")
      .replace(sentenceAfter, "$1SENTENCE")
      .replace(/sha256:[0-9a-f]{64}/, "DIGEST"),
  );
}

function terminalSkeleton(text: string): readonly string[] {
  return text.split("\n").map((line) =>
    line
      .replace(/"(?:[^"\\]|\\.)*"/g, "NAME")
      // A name that no shell reads in another way stands in a command, any other one beside its digest.
      .replace(
        /^ {2}(?:npm run partner-access -- up -s \w[\w.-]{0,99} --expect-digest|NAME:) sha256:\w{64}$/,
        "  APPLY",
      )
      .replace(/^( +(?:reason given|whose power): | {2}NAME: ).*$/, "$1SENTENCE")
      .replace(/^( +(?:low|medium|high|critical) because ).*$/, "$1SENTENCE")
      .replace(/sha256:[0-9a-f]{64}/, "DIGEST"),
  );
}

function expectNoCommands(text: string): void {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there.
  expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/);
  expect(text).not.toMatch(/##\[|##vso\[|^\s*::/m);
}

describe("a comment", () => {
  const order = ["critical", "high", "medium", "low"];
  const thousand = (head: (index: number) => Parameters<typeof compared>[1]) =>
    Array.from({ length: 1_000 }, (_, index) => compared(`tenant-${String(index).padStart(4, "0")}`, head(index)));

  it("is short for a thousand tenants with the same change", () => {
    const text = markdown(reportOf({ stacks: thousand(() => ({ lifetimeDays: 365 })) }));
    expect(text.length).toBeLessThan(8_000);
    expect(text).toContain("1,000 changes to what is granted, in 1,000 of 1,000 stacks");
    expect(text).toContain("and 997 more");
    expect(text).not.toContain("Left out");
  });

  it("stays under 65,000 characters for a thousand tenants that all differ, and says what it left out", () => {
    const report = reportOf({
      stacks: thousand((index) => ({
        owners: ["deployer", guidOf(`owner ${index}`)],
        isAssignmentRequired: index !== 999,
      })),
    });
    const text = markdown(report);
    expect(text.length).toBeLessThanOrEqual(65_000);
    expect(text.length).toBeGreaterThan(50_000);
    const [, rows = "", details = ""] =
      /\*\*Left out, because a comment may have 65,000 characters:\*\* ([\d,]+) rows of the table and the details of ([\d,]+) changes, none above \*\*high\*\* risk\./.exec(
        text,
      ) ?? [];
    const shown = text.split("\n").filter((line) => line.startsWith("| **high**")).length;
    expect(shown + Number(rows.replace(",", ""))).toBe(2_001);
    expect(Number(details.replace(",", ""))).toBeGreaterThan(1_000);
    expect(balanced(text)).toBe(true);
  });

  it("stays under the limit whatever the texts are, and keeps the highest risks", () => {
    const worst = Object.values(hostileTexts).map((text) => `${text}${"|".repeat(300)}`);
    const inputs = Array.from({ length: 120 }, (_, index) => reportAround(`${index} ${worst[index % worst.length]}`));
    const report = {
      ...inputs[0]!,
      stacks: inputs.flatMap(({ stacks }) => stacks),
      failed: inputs.flatMap(({ failed }) => failed),
      unjudged: {
        code: inputs.flatMap(({ unjudged }) => unjudged.code),
        lockFiles: inputs.flatMap(({ unjudged }) => unjudged.lockFiles),
        workflows: inputs.flatMap(({ unjudged }) => unjudged.workflows),
        dependencies: inputs.flatMap(({ unjudged }) => unjudged.dependencies),
      },
    };
    for (const longest of [65_000, 20_000]) {
      const text = markdown(report, longest);
      expect(text.length).toBeLessThanOrEqual(longest);
      expect(balanced(text)).toBe(true);
      expect(text).toContain("Left out");
      const levels = [...text.matchAll(/^\| \**(critical|high|medium|low)\** \|/gm)].map(([, level = ""]) => level);
      expect(levels.length).toBeGreaterThan(3);
      expect(levels).toEqual([...levels].sort((one, other) => order.indexOf(one) - order.indexOf(other)));
    }
  });

  it("begins with marks that are read back, and nobody else's text passes for them", () => {
    const text = markdown(usualReport);
    const marks = { review, at: "2026-11-22T20:00:00.000Z", digest: usualReport.digest };
    expect(readHiddenMarks(text)).toEqual(marks);
    expect(readHiddenMarks(text.replace(/\n/g, "\r\n"))).toEqual(marks);
    expect(readHiddenMarks(`Look:\n${text}`)).toBeUndefined();
    expect(readHiddenMarks("<!-- partner-access:access-review:default -->\n")).toBeUndefined();
  });

  it("is refused a review name that would leave the mark", () => {
    expect(() => renderMarkdown(usualReport, { review: "x --> @everyone" })).toThrow(RangeError);
  });

  it("is the same to the byte when stacks, failures and records come in another order", () => {
    const input = {
      at: new Date(0),
      base: "a",
      head: "b",
      policyChanges: [],
      unjudged: nothingUnjudged,
      stacks: ["x", "y", "z"].map((stack) => compared(stack, { lifetimeDays: 365 })),
      failed: ["p", "q"].map((stack) => ({ stack, message: "m" })),
    };
    const turned = { ...input, stacks: [...input.stacks].reverse(), failed: [...input.failed].reverse() };
    expect(renderJson(buildReport(turned))).toBe(renderJson(buildReport(input)));
    expect(markdown(buildReport(turned))).toBe(markdown(buildReport(input)));
  });
});

describe("the terminal", () => {
  it("colours risks only when asked", () => {
    const report = reportOf({
      stacks: [{ ...compared("contoso", {}), head: manifestOf({ isAssignmentRequired: false }) }],
    });
    expect(renderTerminal(report)).not.toContain("\u001b");
    expect(renderTerminal(report, { hasColour: true })).toContain("\u001b[31mhigh    \u001b[0m");
  });
});

function balanced(text: string): boolean {
  return text.split("<details>").length === text.split("</details>").length;
}
