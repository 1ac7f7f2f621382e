import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { main } from "../../../cli/main";
import { captureContext } from "../../support/captured-context";
import { expectDocument } from "../../support/documents";
import { expectGolden } from "../../support/golden";
import { copyProgram } from "../../support/program-copy";

// Other suites review at the same time, and this one looks at what a review leaves behind.
jest.mock("node:os", () => {
  const os = jest.requireActual<typeof import("node:os")>("node:os");
  const { mkdtempSync } = jest.requireActual<typeof import("node:fs")>("node:fs");
  const own = mkdtempSync(`${os.tmpdir()}/partner-access-diff-`);
  return { ...os, tmpdir: () => own };
});

const run = promisify(execFile);
let project: string;
const git = (...args: string[]) =>
  run("git", ["-c", "user.name=A Test", "-c", "user.email=test@example.org", ...args], { cwd: project });

let pristine: string;
beforeAll(async () => {
  pristine = await mkdtemp(join(tmpdir(), "partner-access-diff-base-"));
  project = pristine;
  await copyProgram(project);
  await writeFile(join(project, ".gitignore"), "node_modules\n");
  await git("init", "--quiet", "--initial-branch=main");
  await git("add", "--all");
  await git("commit", "--quiet", "--message", "the base");
});
beforeEach(async () => {
  const folder = await mkdtemp(join(tmpdir(), "partner-access-diff-test-"));
  project = join(folder, "project");
  await run("cp", ["-R", pristine, project]);
});
afterEach(() => rm(dirname(project), { recursive: true, force: true }));
afterAll(() => rm(tmpdir(), { recursive: true, force: true }));

async function diff(...args: string[]) {
  const captured = captureContext({
    env: { PATH: process.env["PATH"] },
    projectDirectory: project,
    workingDirectory: project,
  });
  const code = await main(["diff", ...args], captured.context);
  return { code, stdout: captured.stdout(), stderr: captured.stderr() };
}

async function edit(path: string, change: (text: string) => string): Promise<void> {
  const file = join(project, path);
  const before = await readFile(file, "utf8");
  const after = change(before);
  if (after === before) throw new Error(`nothing was changed in ${path}`);
  await writeFile(file, after);
}

/** The revision and the moment differ from run to run; everything else must not. */
const timeless = (text: string) =>
  text
    .replace(/(main (?:\(|&#40;))[0-9a-f]{12}/g, (_all, start: string) => `${start}0123456789ab`)
    .replace(/:at \S+ -->/, ":at 2026-01-01T00:00:00.000Z -->");

describe("partner-access diff", () => {
  it("says aloud that nothing changed, and leaves neither worktree nor folder behind", async () => {
    const { code, stdout, stderr } = await diff();
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.not.stringContaining("rror") });
    expect(stdout).toContain("No permission changes in 1 stack.");
    expect((await git("worktree", "list")).stdout.trim().split("\n")).toHaveLength(1);
    expect((await git("status", "--porcelain")).stdout).toBe("");
    const left = await readdir(tmpdir());
    expect(left.filter((name) => name.startsWith("partner-access-review-"))).toEqual([]);
  });

  it("tells one changed line of a stack file in words, for a terminal and for a comment", async () => {
    await edit("Pulumi.dev.yaml", (text) =>
      text.replace("kind: user\n", "kind: tenant\n    reason: Everyone reports.\n"),
    );
    const [terminal, markdown] = await Promise.all([diff("-s", "dev"), diff("--markdown")]);
    expect([terminal.code, markdown.code]).toEqual([1, 1]);
    expectGolden("diff/consent.txt", timeless(terminal.stdout));
    expectGolden("diff/consent.md", timeless(markdown.stdout));
  });

  it("shows a permission that code adds, with no configuration touched, and lists the code", async () => {
    await edit("components/api-permission-grants.ts", (text) =>
      text.replace("claimValues: [...delegated].sort(),", 'claimValues: [...delegated, "Invented.Scope"].sort(),'),
    );
    const { code, stdout } = await diff("--json", "--fail-on", "high");
    const document = JSON.parse(stdout);
    expectDocument(document);
    const { stacks, unjudged } = document;
    expect(code).toBe(1);
    expect(
      stacks[0].changes.map(
        (it: { subject: { permission: { permission: string } } }) => it.subject.permission.permission,
      ),
    ).toEqual(["Invented.Scope", "Invented.Scope"]);
    expect(unjudged.code).toEqual([{ path: "components/api-permission-grants.ts", change: "changed" }]);
  });

  it("judges with the base's code: a change that makes the comparison blind is still shown", async () => {
    await edit("permissions/diff/diff.ts", (text) =>
      text.replace(/export function diffManifests\([\s\S]*?\{\n/, (start) => `${start}  if (base) return [];\n`),
    );
    await edit("Pulumi.dev.yaml", (text) => text.replace("lifetimeDays: 180", "lifetimeDays: 365"));
    const { code, stdout } = await diff("--json");
    const { stacks, unjudged } = JSON.parse(stdout);
    expect(code).toBe(1);
    expect(stacks[0].changes).toMatchObject([{ code: "lifetime", direction: "widened" }]);
    expect(unjudged.code).toEqual([{ path: "permissions/diff/diff.ts", change: "changed" }]);
  });

  it("judges another checkout, named with --head, and leaves it as it is", async () => {
    const head = await mkdtemp(join(tmpdir(), "partner-access-diff-head-"));
    try {
      await copyProgram(head);
      await rm(join(head, "node_modules"));
      await writeFile(join(head, ".gitignore"), "node_modules\n");
      await run("git", ["init", "--quiet"], { cwd: head });
      const file = join(head, "Pulumi.dev.yaml");
      await writeFile(
        file,
        (await readFile(file, "utf8")).replace("delegated: [openid, ", "delegated: [email, openid, "),
      );
      const { code, stdout } = await diff("--head", head, "--json");
      const { stacks, unjudged } = JSON.parse(stdout);
      expect({ code, unjudged: unjudged.code }).toEqual({ code: 1, unjudged: [] });
      expect(
        stacks[0].changes.map((it: { code: string; subject: { permission: { permission: string } } }) => [
          it.code,
          it.subject.permission.permission,
        ]),
      ).toEqual([
        ["granted", "email"],
        ["requested", "email"],
      ]);
      // Neither dependencies nor a worktree were put there.
      expect(await readdir(head)).not.toContain("node_modules");
    } finally {
      await rm(head, { recursive: true, force: true });
    }
  });

  it("refuses a sparse checkout, which would hide what it left out on both sides", async () => {
    await edit("Pulumi.dev.yaml", (text) => text.replace("lifetimeDays: 180", "lifetimeDays: 365"));
    await git("commit", "--quiet", "--all", "--message", "the change");
    await git("sparse-checkout", "set", "--no-cone", "/*", "!/Pulumi.dev.yaml");
    const { code, stderr } = await diff("--base", "HEAD~1");
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining('is missing 1 file of its own revision: "Pulumi.dev.yaml"'),
    ]);
    expect(stderr).toContain("git sparse-checkout disable");
    const whole = join(dirname(project), "whole");
    await git("worktree", "add", "--quiet", "--detach", whole);
    await run("git", ["sparse-checkout", "disable"], { cwd: whole });
    try {
      const { stdout } = await diff("--base", "HEAD~1", "--head", whole);
      expect(stdout).toContain("365");
    } finally {
      await rm(whole, { recursive: true, force: true });
    }
  });

  it("cannot tell about a program that wants the network, and says so", async () => {
    await edit("index.ts", (text) =>
      text.replace(
        "const { configuration, dependencies } = await read();",
        'await fetch("http://127.0.0.1:9/");\n  const { configuration, dependencies } = await read();',
      ),
    );
    const { code, stdout } = await diff("--json");
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      ok: false,
      stacks: [],
      problems: [{ code: "stack-not-compared", stack: "dev", message: "a review has no network" }],
    });
  });

  it("cannot tell about a program that leans on a file whose change nobody would be shown", async () => {
    await edit("index.ts", (text) =>
      text.replace(
        "const { configuration, dependencies } = await read();",
        'require("node:fs").readFileSync("README.md");\n  const { configuration, dependencies } = await read();',
      ),
    );
    const { code, stdout } = await diff("--json");
    expect([code, JSON.parse(stdout).problems]).toEqual([
      1,
      [expect.objectContaining({ code: "stack-not-compared", message: expect.stringContaining("README.md") })],
    ]);
  });

  it.each([["text"], ["--fail-on", "high"], ["--json"]])(
    "exits 2 without a certain base, where it would compare the head with itself (%s)",
    async (...args) => {
      await git("branch", "--move", "main", "trunk");
      const { code, stdout, stderr } = await diff(...args.filter((it) => it !== "text"));
      expect(code).toBe(2);
      expect(`${stdout}${stderr}`).toContain("is not known; its branches here: trunk");
      expect(stdout).not.toContain("No permission changes");
    },
  );

  it("refuses a base that git does not know, and a risk that is none", async () => {
    expect(await diff("--base", "nowhere")).toMatchObject({ code: 2, stderr: expect.stringContaining('"nowhere"') });
    expect(await diff("--fail-on", "grave")).toMatchObject({ code: 2, stderr: expect.stringContaining("got grave") });
  });
});
