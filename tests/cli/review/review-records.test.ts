import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { planRecording } from "../../../cli/review/plan-recording";
import { readRecordsFile, writeRecordsFile } from "../../../cli/review/records-file";
import { changedPaths, headStacks } from "../../../cli/review/review-records";
import { codeIn } from "../../../cli/review/revision-code";
import type { RecordedStack } from "../../../components/partner-access/recording/recorded-stack";

const recorded = (stack: string, domain: string): RecordedStack => ({
  stack,
  domain,
  reasons: { permissions: [], consent: null, readers: [] },
  records: [{ type: "t", name: "n", inputs: { a: [1, { b: null }] }, propertyDependencies: {} }],
  identities: [{ objectId: "o", identity: { kind: "user", userPrincipalName: "u" } }],
});
const tree = (entries: Record<string, string>) => new Map(Object.entries(entries));

describe("the stacks of a head whose code is not run", () => {
  const base = [recorded("adatum", "base"), recorded("contoso", "base")];
  const given = new Map([recorded("adatum", "given"), recorded("contoso", "given")].map((it) => [it.stack, it]));
  const recorder = { "components/partner-access/recording/main.ts": "" };
  const files = tree({ ...recorder, "Pulumi.adatum.yaml": "", "Pulumi.contoso.yaml": "" });
  const domains = (paths: readonly string[], records = given) =>
    headStacks(planRecording(files, files, paths, undefined), base, records).map((it) =>
      "problem" in it ? it.problem : it.domain,
    );

  it("are the base's own where nothing differs, and the given ones where something does", () => {
    // Another lock file: nothing differs, and each gets a digest.
    expect(domains(["package-lock.json"])).toEqual(["base", "base"]);
    expect(domains(["package-lock.json", "Pulumi.contoso.yaml", "README.md"])).toEqual(["base", "given"]);
    for (const path of ["index.ts", "access-policy.yaml", "permissions/catalog/entry.ts"]) {
      expect(domains([path])).toEqual(["given", "given"]);
    }
  });

  it("are left out where nothing was touched at all", () => {
    expect(domains(["README.md"])).toEqual([]);
    expect(domains(["Pulumi.contoso.yaml"])).toEqual(["given"]);
  });

  it("are unknown, and not unchanged, where no record was given", () => {
    expect(domains(["index.ts"], new Map())).toEqual(Array(2).fill(expect.stringContaining("recorded nothing")));
  });
});

describe("the recorder of a revision", () => {
  it("is its own, wherever it stands", async () => {
    const directory = await mkdtemp(join(tmpdir(), "partner-access-recorder-"));
    try {
      expect(codeIn(directory)).toBeUndefined();
      const write = async (file: string) => {
        await mkdir(join(directory, file, ".."), { recursive: true });
        await writeFile(join(directory, file), "");
        return join(directory, file);
      };
      const built = "node_modules/partner-insights-access/dist";
      const installed = await write(`${built}/recording.js`);
      expect(codeIn(directory)).toEqual({ preloads: [], recorder: installed, judge: undefined });
      const judge = await write(`${built}/judge.js`);
      expect(codeIn(directory)).toEqual({ preloads: [], recorder: installed, judge });
      for (const folder of ["deployment/recording", "components/partner-access/recording"]) {
        const source = await write(`${folder}/main.ts`);
        const preloads = [join(directory, "bin/transpile.js")];
        expect(codeIn(directory)).toEqual({ preloads, recorder: source, judge: undefined });
      }
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  });
});

describe("what git says", () => {
  it("names every file whose content, mode or kind differs", () => {
    const before = tree({ same: "100644 blob 1", mode: "100644 blob 2", link: "100644 blob 3", gone: "100644 blob 4" });
    const after = tree({ same: "100644 blob 1", mode: "100755 blob 2", link: "120000 blob 3", new: "100644 blob 5" });
    expect(changedPaths(before, after)).toEqual([
      { path: "gone", change: "removed" },
      { path: "link", change: "changed", note: "a file before, a link now" },
      { path: "mode", change: "changed", note: "a file before, a file that can be run now" },
      { path: "new", change: "added" },
    ]);
    expect(changedPaths(tree({}), tree({ sub: "160000 commit 6", run: "100755 blob 7" }))).toEqual([
      { path: "run", change: "added", note: "a file that can be run" },
      { path: "sub", change: "added", note: "another repository" },
    ]);
  });
});

describe("the file between two jobs", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "partner-access-records-"));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it("gives back what was written", async () => {
    const stacks = [recorded("adatum", "d"), { stack: "broken", problem: "it does not run" }];
    await writeRecordsFile(join(folder, "r.json"), stacks);
    expect([...(await readRecordsFile(join(folder, "r.json"))).values()]).toEqual(stacks);
  });

  it("is refused with another shape anywhere, and what it says is quoted as nothing that a log obeys", async () => {
    const path = join(folder, "r.json");
    await writeRecordsFile(path, [recorded("adatum", "d")]);
    const good = JSON.parse(await readFile(path, "utf8"));
    const [stack] = good.stacks;
    for (const bad of [
      { ...stack, records: [{ type: "t", name: "n" }] },
      { ...stack, identities: [{ objectId: 1, identity: { kind: "user" } }] },
      { ...stack, reasons: { ...stack.reasons, permissions: [{ kind: "root" }] } },
      { ...stack, problem: "both" },
      { ...stack, "##vso[task.complete]\n::error::": 1 },
    ]) {
      await writeFile(path, JSON.stringify({ ...good, stacks: [bad] }));
      const error = (await readRecordsFile(path).catch((it: unknown) => it)) as Error;
      expect(error.message).toContain("is not a records file");
      expect(error.message).not.toMatch(/##vso\[|\n\s*::/);
    }
  });
});
