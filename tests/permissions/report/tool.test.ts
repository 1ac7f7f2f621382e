import { buildReport, renderJson, renderMarkdown, renderTerminal } from "../../../permissions/report";
import { breakingChanges } from "../../../permissions/report/breaking-changes";
import { judgeTool, type LockedTool, type ToolChange } from "../../../permissions/report/tool";
import { nothingUnjudged } from "./reports";

const name = "the-tool";
const locked = (version: string, parts: LockedTool = {}): LockedTool => ({
  version,
  resolved: `https://packages.example/${name}/-/${name}-${version}.tgz`,
  integrity: `sha512-${version}`,
  ...parts,
});
const changelog = [
  "# Changelog",
  ...["## Unreleased", "### Breaking changes", "- not in any version"],
  ...["## 0.3.0 (2027-01-01)", "### Breaking changes", "- three, which", "  goes on", "### Fixed", "- a fault"],
  ...["## [0.2.0]", "### Breaking changes", "- two"],
  ...["## 0.1.0", "### Breaking changes", "- one"],
].join("\n");
const change = (parts: Partial<ToolChange> = {}): ToolChange => ({
  name,
  before: locked("0.1.0"),
  after: locked("0.3.0"),
  origins: ["https://packages.example"],
  changelog,
  ...parts,
});
const report = (tool: ToolChange, failOn?: "critical") =>
  buildReport({
    ...{ at: new Date(0), base: "main", head: "head", stacks: [], failed: [], policyChanges: [] },
    ...{ unjudged: nothingUnjudged, tool, failOn },
  });

describe("the breaking changes of a changelog", () => {
  it("are those of every version between the two, either way round", () => {
    expect(breakingChanges(changelog, "0.1.0", "0.3.0")).toEqual(["three, which goes on", "two"]);
    expect(breakingChanges(changelog, "0.3.0", "0.2.0")).toEqual(["three, which goes on"]);
  });

  it("are unknown, and not none, where a version is missing", () => {
    expect(breakingChanges(changelog, "0.1.0", "0.4.0")).toBeNull();
    expect(breakingChanges("", "0.1.0", "0.3.0")).toBeNull();
  });

  it("are cut where there are many or long ones, and it is said", () => {
    const many = ["## 2.0.0", "### Breaking changes", ...Array(25).fill(`- ${"x".repeat(1000)}`), "## 1.0.0"].join(
      "\n",
    );
    const found = breakingChanges(many, "1.0.0", "2.0.0") ?? [];
    expect([found.length, found[0]?.length, found.at(-1)]).toEqual([21, 401, "and 5 more"]);
  });
});

describe("another version of the tool", () => {
  it("is named with both versions and what breaks, and is no risk from where the base's came", () => {
    const upgrade = report(change());
    expect([upgrade.highest, upgrade.isOk]).toEqual([null, true]);
    const text = renderTerminal(upgrade);
    for (const part of ['"the-tool": "0.1.0" to "0.3.0"', "three, which goes on", "two"]) expect(text).toContain(part);
    expect(renderMarkdown(upgrade, { review: "r" })).toMatch(/\*\*The tool itself\*\*.*three, which goes on/s);
    expect(JSON.parse(renderJson(upgrade)).tool).toMatchObject({ before: "0.1.0", after: "0.3.0", risk: null });
    expect(renderTerminal(report(change({ changelog: null })))).toContain("is not known here");
  });

  const elsewhere = `https://elsewhere.example/${name}/-/${name}-0.3.0.tgz`;
  it.each<[string, Partial<ToolChange>]>([
    ["another origin", { after: locked("0.3.0", { resolved: elsewhere }) }],
    ["another origin than the other packages", { before: null, after: locked("0.3.0", { resolved: elsewhere }) }],
    ["an address where the base has none", { before: locked("0.1.0", { resolved: undefined }), origins: [] }],
    ["no integrity", { after: locked("0.3.0", { integrity: undefined }) }],
    ["another archive", { after: locked("0.3.0", { resolved: "https://packages.example/evil/-/evil-0.3.0.tgz" }) }],
    ["a repository", { after: { version: "git+ssh://git@packages.example/a.git", integrity: "sha512-a" } }],
    ["a folder", { after: { resolved: "tool", link: true, integrity: "sha512-a" } }],
    ["other content of the same version", { after: locked("0.1.0", { integrity: "sha512-x" }) }],
    ["nothing", { after: null }],
  ])("is a high risk with %s", (_, parts) => {
    expect(judgeTool(change(parts))).toMatchObject({ risk: "high", reasons: [expect.any(String)] });
    const found = report(change(parts));
    expect([found.highest, found.isOk, report(change(parts), "critical").isOk]).toEqual(["high", false, true]);
    expect(renderTerminal(found)).toContain("high risk: ");
  });

  it("is no risk where npm leaves addresses out", () => {
    const [before, after] = [locked("0.1.0", { resolved: undefined }), locked("0.3.0", { resolved: undefined })];
    expect(judgeTool(change({ before, after, origins: [] }))).toMatchObject({ risk: null, reasons: [] });
  });

  it("says nothing in the words of its changelog that looks like the report", () => {
    const hostile =
      "## 2.0.0\n### Breaking changes\n- </details>[x](javascript:1) @everyone \u001b[31m<!-- mark -->\n## 1.0.0";
    const text = renderMarkdown(
      report(change({ before: locked("1.0.0"), after: locked("2.0.0"), changelog: hostile })),
      { review: "r" },
    );
    expect(text).not.toContain("\u001b");
    expect(text).not.toMatch(/<\/details>\[x|<!-- mark|[^`\\]@everyone|\]\(javascript/);
  });
});
