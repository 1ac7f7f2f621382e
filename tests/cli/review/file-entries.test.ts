import { execFile } from "node:child_process";
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { changedFiles, unjudgedFiles } from "../../../cli/review/changed-files";
import { contentOf, readEntries } from "../../../cli/review/file-entries";
import { openCheckout } from "../../../clients/git";

const run = promisify(execFile);
let project: string;
const git = (...args: string[]) =>
  run("git", ["-c", "user.name=A Test", "-c", "user.email=test@example.org", ...args], { cwd: project });

beforeEach(async () => {
  project = await mkdtemp(join(tmpdir(), "partner-access-entries-"));
  await git("init", "--quiet", "--initial-branch=main");
  for (const path of ["a.ts", "b.ts", "Pulumi.dev.yaml"]) await writeFile(join(project, path), `${path}\n`);
  await git("add", "--all");
  await git("commit", "--quiet", "--message", "the base");
});
afterEach(() => rm(project, { recursive: true, force: true }));

async function entries() {
  const checkout = openCheckout(project, { PATH: process.env["PATH"] });
  return readEntries(project, await checkout.files(), await checkout.staged());
}

/** What a report lists after something was done to the checkout. */
async function listedAfter(change: () => Promise<unknown>) {
  const before = await entries();
  await change();
  return changedFiles(before, await entries());
}

describe("what differs between two revisions", () => {
  it("is a mode alone, on the disk or in git's list only", async () => {
    expect(await listedAfter(() => chmod(join(project, "a.ts"), 0o755))).toEqual([
      { path: "a.ts", change: "changed", note: expect.stringMatching(/^a file before, mode 100755 .*100644 in git/) },
    ]);
    expect(await listedAfter(() => git("update-index", "--chmod=+x", "b.ts"))).toEqual([
      { path: "b.ts", change: "changed", note: expect.stringMatching(/^a file before, mode 100644 .*100755 in git/) },
    ]);
    expect(await listedAfter(() => chmod(join(project, "b.ts"), 0o755))).toEqual([
      { path: "b.ts", change: "changed", note: expect.stringMatching(/a file that can be run now$/) },
    ]);
  });

  it("is another repository in git's list, with or without a folder, and another commit of it", async () => {
    const [one, other] = ["1", "2"].map((digit) => digit.repeat(40));
    const place = (hash: string | undefined) => git("update-index", "--add", "--cacheinfo", `160000,${hash},lib`);
    const note = "another repository";
    expect(await listedAfter(() => place(one))).toEqual([{ path: "lib", change: "added", note }]);
    expect(unjudgedFiles([{ path: "lib", change: "added", note }]).code).toEqual([
      { path: "lib", change: "added", note },
    ]);
    expect(await listedAfter(() => mkdir(join(project, "lib")))).toEqual([]);
    expect(await listedAfter(() => place(other))).toEqual([{ path: "lib", change: "changed", note }]);
  });

  it("is a link in place of a file, where it leads, and one that leads nowhere", async () => {
    const file = join(project, "Pulumi.dev.yaml");
    const linkTo = async (target: string) => {
      await rm(file);
      await symlink(target, file);
    };
    expect(await listedAfter(() => linkTo("../elsewhere.yaml"))).toEqual([
      { path: "Pulumi.dev.yaml", change: "changed", note: expect.stringMatching(/^a file before, /) },
    ]);
    await git("add", "--all");
    expect(contentOf((await entries()).get("Pulumi.dev.yaml"))).toEqual({ kind: "link", content: "../elsewhere.yaml" });
    const [changed] = await listedAfter(() => linkTo("/etc/passwd"));
    expect(changed).toMatchObject({ path: "Pulumi.dev.yaml", change: "changed", note: "a link" });
  });
});

describe("the texts of many files of a commit", () => {
  it("come from one process, in their order, whatever they hold", async () => {
    await writeFile(join(project, "a.ts"), "blob 3\nabc\n\u00fc\n");
    await writeFile(join(project, "b.ts"), "");
    await git("add", "--all");
    await git("commit", "--quiet", "--message", "texts");
    const checkout = openCheckout(project, { PATH: process.env["PATH"] });
    const tree = await checkout.tree("HEAD");
    const wanted = ["b.ts", "a.ts", "Pulumi.dev.yaml", "b.ts"].map((path) => tree.get(path) ?? "");
    expect(await checkout.blobs(wanted)).toEqual(["", "blob 3\nabc\n\u00fc\n", "Pulumi.dev.yaml\n", ""]);
    expect(await checkout.blobs([])).toEqual([]);
    await expect(checkout.blobs([`100644 blob ${"0".repeat(40)}`])).rejects.toThrow("missing");
  });
});
