import { demandApproval } from "../../../cli/approved/demand-approval";
import { stacksToApply } from "../../../cli/approved/to-apply";
import { verdictOf } from "../../../cli/comment/review-outcome";
import { driftTicket, readDrift } from "../../../cli/drift-issue/drift-ticket";
import { openHost, runNumber } from "../../../cli/shared/open-host";
import type { PullRequestHost } from "../../../clients/pull-requests/host";
import { approvalOf, type StackVerdict } from "../../../permissions/report/approval";
import { hostileTexts } from "../../permissions/report/reports";
import { expectDocument } from "../../support/documents";
import { expectGolden } from "../../support/golden";

const digest = (digit: string) => `sha256:${digit.repeat(64)}`;
const verdict = (stack: string, status: StackVerdict["status"], digit = "1"): StackVerdict => ({
  stack,
  status,
  digest: status === "removed" ? null : digest(digit),
});

describe("an approval", () => {
  const change = [verdict("adatum", "changed"), verdict("contoso", "unchanged")];

  it("covers the stacks that change, so that another's merge leaves it as it is", () => {
    const { digest: approved } = approvalOf(change);
    expect(approvalOf([verdict("adatum", "changed"), verdict("contoso", "unchanged", "9")]).digest).toBe(approved);
    expect(approvalOf([verdict("adatum", "changed")]).digest).toBe(approved);
  });

  it("is another as soon as one of them grants something else, joins, or leaves", () => {
    const all = [
      change,
      [verdict("adatum", "changed", "2"), verdict("contoso", "unchanged")],
      [verdict("adatum", "changed"), verdict("contoso", "changed")],
      [verdict("adatum", "changed"), verdict("contoso", "removed")],
      [verdict("contoso", "changed")],
      [],
    ].map((stacks) => approvalOf(stacks).digest);
    expect(new Set(all).size).toBe(all.length);
  });
});

describe("what a merge applies", () => {
  const stacks = [verdict("adatum", "changed"), verdict("contoso", "unchanged", "2"), verdict("gone", "removed")];
  const file = (path: string) => ({ path, change: "changed" as const });
  const reasons = (paths: readonly string[]) =>
    stacksToApply(stacks, paths.map(file)).map((it) => [it.stack, it.reason]);

  it("is every stack whose grants or file changed, and all of them after a change of code", () => {
    expect(reasons(["Pulumi.adatum.yaml", "README.md"])).toEqual([["adatum", "grants-change"]]);
    expect(reasons(["Pulumi.contoso.yaml"])).toEqual([
      ["adatum", "grants-change"],
      ["contoso", "file-changed"],
    ]);
    for (const path of ["components/credential-vault.ts", "package-lock.json", "new-thing.bin"]) {
      expect(reasons([path])).toEqual([
        ["adatum", "grants-change"],
        ["contoso", "code-changed"],
      ]);
    }
  });
});

describe("a merge", () => {
  const pull = { number: 4, headCommit: "c".repeat(40), baseBranch: "main" };
  const approved = { digest: digest("1"), isComplete: true };
  const demand = (found: Awaited<ReturnType<PullRequestHost["readVerdict"]>>) =>
    demandApproval({ readVerdict: async () => found }, pull, digest("1"));

  it("is approved by the check of its own pull request, when that says exactly this", async () => {
    await expect(demand(approved)).resolves.toBeUndefined();
  });

  it.each([
    ["without a check", undefined, "no-review"],
    ["with a check that names no digest", { digest: undefined, isComplete: true }, "no-review"],
    ["whose review could not tell", { ...approved, isComplete: false }, "incomplete-review"],
    ["of something else than was approved", { ...approved, digest: digest("2") }, "not-what-was-approved"],
  ])("is refused when it is one %s", async (_, found, code) => {
    await expect(demand(found)).rejects.toMatchObject({ problems: [{ code }] });
  });
});

describe("a check", () => {
  const outcome = (stacks: readonly StackVerdict[], failed: readonly string[] = []) => ({
    stacks,
    failed,
    approval: approvalOf(stacks),
    highestRisk: "high",
  });

  it("holds the digest of every stack that changes, and is not complete when one could not be told", () => {
    const complete = verdictOf(outcome([verdict("adatum", "changed"), verdict("gone", "removed")]), "c".repeat(40));
    expect(complete).toMatchObject({ isComplete: true, title: "highest risk high" });
    expect(complete.details).toContain(`<code>adatum</code>: ${digest("1")}`);
    expect(complete.details).toContain("<code>gone</code>: removed");
    expect(verdictOf(outcome([], ["adatum"]), "c".repeat(40))).toMatchObject({
      isComplete: false,
      title: "cannot tell about 1 of the stacks; highest risk high",
    });
  });

  it("keeps its form around hostile names", () => {
    const named = (name: string) => verdictOf(outcome([verdict(name, "changed")], [name]), "c".repeat(40));
    for (const text of Object.values(hostileTexts)) {
      expect(named(text).details.split("\n").length).toBe(named("harmless").details.split("\n").length);
      expect(named(text).details).not.toMatch(/<script|<img|@octocat|\]\(/);
      expect(named(text).title).toBe(named("harmless").title);
    }
    const all = Object.values(hostileTexts).map((text) => verdict(text, "changed"));
    expectGolden("check/hostile.md", verdictOf(outcome(all), "c".repeat(40)).details);
  });

  it("stays under GitHub's limit in bytes for 2,000 stacks, and says what it left out", () => {
    const many = Array.from({ length: 2000 }, (_, index) => verdict(`ünïcode-tenant-${index}`, "changed"));
    const { details } = verdictOf(outcome(many), "c".repeat(40));
    expect(Buffer.byteLength(details)).toBeLessThanOrEqual(65_535);
    const [, left = ""] = /(\d+) more stacks are left out here; the digest covers them/.exec(details) ?? [];
    expect(details.split("\n- ").length - 1 + Number(left)).toBe(2000);
  });
});

describe("the drift ticket", () => {
  const document = (ok: boolean, lines: readonly string[]) => {
    const problems = lines.length === 0 && !ok ? [{ code: "c", message: "Graph did not answer", fix: "" }] : [];
    const differences = lines.map((message) => ({
      kind: "undeclared",
      code: "credential",
      message,
      risk: "high",
      reasons: [],
    }));
    const outcome = ok ? "as-declared" : "drifted";
    const written = {
      schema: "partner-access/drift/1",
      ok,
      stacks: [{ stack: "x", outcome, differences, problems }],
      problems,
    };
    expectDocument(written);
    return JSON.stringify(written);
  };

  it("never takes a missing or unreadable answer for no drift", () => {
    for (const text of [
      undefined,
      "",
      "{}",
      "[]",
      '{"schema":"partner-access/drift/1","ok":"yes"}',
      document(false, []),
    ]) {
      expect(readDrift("adatum", text)).toMatchObject({ isOk: false, lines: [expect.any(String)] });
    }
    expect(readDrift("adatum", document(true, []))).toEqual({ stack: "adatum", isOk: true, lines: [] });
  });

  it("is the same text for the same drift, in whatever order its files are read", () => {
    const stacks = ["b", "a"].map((stack) => readDrift(stack, document(false, [`${stack} has a foreign secret`])));
    expect(driftTicket(stacks)).toEqual(driftTicket([...stacks].reverse()));
    expect(driftTicket(stacks).title).toBe("Access drift in 2 of 2 stacks");
    expect(driftTicket([readDrift("a", document(true, []))])).toMatchObject({
      hasDrift: false,
      title: "Access drift: none",
    });
  });

  it("keeps its form around hostile texts", () => {
    const shape = (text: string) => text.split("\n").length;
    const around = (line: string) => driftTicket([readDrift("a", document(false, [line]))]).text;
    for (const text of Object.values(hostileTexts)) {
      expect(shape(around(text).markdown)).toBe(shape(around("harmless").markdown));
      expect(shape(around(text).plain)).toBe(shape(around("harmless").plain));
      expect(around(text).plain).not.toMatch(/##\[|##vso\[|^\s*::/m);
      expect(around(text).markdown).not.toMatch(/<script|<img|@octocat|\]\(/);
    }
    const all = Object.entries(hostileTexts).map(([name, text]) => readDrift(name, document(false, [text])));
    expectGolden("drift-issue/hostile.md", driftTicket(all).text.markdown);
  });

  it("stays short enough for an issue, and says how many stacks it left out", () => {
    const all = Array.from({ length: 1000 }, (_, index) =>
      readDrift(`tenant-${index}`, document(false, ["x".repeat(500)])),
    );
    const { markdown } = driftTicket(all).text;
    expect(markdown.length).toBeLessThan(65_000);
    const shown = markdown.split("\n### ").length - 1;
    expect(markdown).toContain(`${1000 - shown} more stacks are left out`);
  });
});

describe("the service", () => {
  it("is refused without its variables, by name, and never shows a token", async () => {
    const hostIn = (env: Record<string, string>) => openHost({ env, signal: new AbortController().signal });
    await expect(hostIn({})).rejects.toThrow("neither GITHUB_REPOSITORY nor SYSTEM_COLLECTIONURI");
    await expect(hostIn({ GITHUB_REPOSITORY: "a/b" })).rejects.toThrow("GITHUB_TOKEN is not set");
    await expect(hostIn({ SYSTEM_COLLECTIONURI: "https://x.example/" })).rejects.toThrow(
      /SYSTEM_TEAMPROJECT[\s\S]*BUILD_REPOSITORY_ID[\s\S]*SYSTEM_ACCESSTOKEN/,
    );
    const env = { GITHUB_REPOSITORY: "a/b/../c", GITHUB_TOKEN: "ghs_secret" };
    await expect(hostIn(env)).rejects.toThrow(/^GITHUB_REPOSITORY must be owner\/name, got "a\/b\/..\/c"$/);
    const plain = { GITHUB_REPOSITORY: "a/b", GITHUB_TOKEN: "ghs_secret", GITHUB_API_URL: "http://api.example" };
    await expect(hostIn(plain)).rejects.toThrow("GITHUB_API_URL must be an https address");
  });

  it("counts runs by its own number, or by the one that is given", () => {
    expect(runNumber(undefined, { GITHUB_RUN_NUMBER: "12" })).toBe(12);
    expect(runNumber(undefined, { BUILD_BUILDID: "3456" })).toBe(3456);
    expect(runNumber("7", { GITHUB_RUN_NUMBER: "12" })).toBe(7);
    for (const bad of ["", "-1", "1e3", "x"]) expect(() => runNumber(bad, {})).toThrow("--run must be");
  });
});
