import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { driftSummary } from "../../../cli/drift/summary";
import { preflightSummary } from "../../../cli/preflight/summary";
import { rotateSummary } from "../../../cli/rotate/summary";
import { renderSummary, type Summary, writeSummary } from "../../../cli/shared/summary";
import { statusSummary } from "../../../cli/status/summary";
import { upSummary } from "../../../cli/up/summary";
import { hostileText } from "../../permissions/manifest/generators";
import { hostileTexts } from "../../permissions/report/reports";
import { captureContext } from "../../support/captured-context";
import { tenant, usualPage } from "../status/page/fleet";

/** The summary of each command, with one text wherever somebody else's text can stand. */
function summariesAround(text: string): Readonly<Record<string, Summary>> {
  const problems = [{ code: text, message: text, fix: text }];
  return {
    status: statusSummary([tenant(text, 3, { problems })]),
    rotate: rotateSummary([
      {
        stack: text,
        outcome: "rotated",
        reason: "due",
        sentence: text,
        before: "before",
        after: "after",
        refreshToken: { result: "renewed", ageDays: 0, sentence: text },
        value: null,
        problems,
      },
    ]),
    drift: driftSummary([
      {
        stack: text,
        outcome: "drifted",
        findings: [{ kind: "changed", code: "granted", message: text, risk: "high", reasons: [text], touched: [] }],
        problems,
      } as unknown as Parameters<typeof driftSummary>[0][number],
    ]),
    preflight: preflightSummary([
      { stack: text, checks: [{ name: text, result: "failed", detail: text, fix: text, who: "you" }], problems },
    ]),
    up: upSummary({
      stack: text,
      outcome: "updated",
      changes: [{ operation: text, type: text, name: text }],
      problems,
    }),
  };
}

describe("a summary in Markdown", () => {
  it("begins with the verdict, then one row for each stack, most urgent first, then every problem with its remedy", () => {
    const [title, , headings, line, ...rest] = renderSummary(statusSummary(usualPage().tenants)).split("\n");
    expect([title, headings, line]).toEqual([
      "## Status: 4 of 7 stacks to look at",
      "| Stack | State | Secret expires | Next rotation | Sign-in |",
      "| --- | --- | --- | --- | --- |",
    ]);
    expect(rest.slice(0, 2)).toEqual([
      "| <code>litware</code> | ✖ broken now | 2027-04-16 | 2027-01-13 | 6 days old |",
      "| <code>woodgrove</code> | ? could not be read | not known | not known | none |",
    ]);
    expect(rest.join("\n")).toContain(
      "\n### Problems\n\n- <code>litware</code>: <code>stopped</code>: the service principal",
    );
    expect(rest.join("\n")).toContain(
      "\n  <br>When the cause of the stop is resolved&#58; npm run partner-access -- resume -s litware\n",
    );
  });

  it("keeps a name from outside in its cell: no line, cell, element or mention more than expected", () => {
    const shapeOf = (summary: Summary) =>
      renderSummary(summary)
        .split("\n")
        .map((line) => line.replace(/<\/?(?:code|br)>|&#?\w+;/g, (it) => (it.startsWith("&") ? "" : it)))
        .map((line) => [line.split("|").length, line.match(/[<>`@*_[\]#]/g)?.length ?? 0]);
    const names = [...Object.values(hostileTexts), ...fc.sample(hostileText, { seed: 8, numRuns: 200 })];
    const plain = Object.entries(summariesAround("plain")).map(([name, summary]) => [name, shapeOf(summary)]);
    for (const name of names) {
      const found = Object.entries(summariesAround(name || "(empty)")).map(([it, summary]) => [it, shapeOf(summary)]);
      expect([name, found]).toEqual([name, plain]);
    }
  });

  it("stays below the limit of a job's summary, and counts what it left out", () => {
    const tenants = Array.from({ length: 5000 }, (_, index) =>
      tenant(`tenant-${index}`, 3, { problems: [{ code: "x", message: "é".repeat(390), fix: "fix" }] }),
    );
    const text = renderSummary(statusSummary(tenants));
    expect(Buffer.byteLength(text)).toBeLessThan(1024 * 1024);
    expect(text).toMatch(/\*\*Left out, because a summary may not be longer: \d{3,} more problems\.\*\*/);
  });

  it("goes to standard output, or to the end of a file, and warns where a file cannot be written", () => {
    const folder = mkdtempSync(join(tmpdir(), "partner-access-summary-"));
    const summary = upSummary({ stack: "dev", outcome: "updated", changes: [], problems: [] });
    const captured = captureContext({ workingDirectory: folder });
    writeSummary(summary, { file: "summary.md" }, captured.context);
    writeSummary(summary, { file: "summary.md" }, captured.context);
    expect(readFileSync(join(folder, "summary.md"), "utf8")).toBe(renderSummary(summary).repeat(2));
    writeSummary(summary, { file: undefined }, captured.context);
    writeSummary(summary, undefined, captured.context);
    expect(captured.stdout()).toBe(renderSummary(summary));
    writeSummary(summary, { file: "no/folder.md" }, captured.context);
    expect(captured.stderr()).toMatch(/^the summary was not written to no\/folder.md: .*ENOENT/);
    rmSync(folder, { recursive: true });
  });
});
