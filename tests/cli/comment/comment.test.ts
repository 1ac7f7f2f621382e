import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { main } from "../../../cli/main";
import { readStackFromFiles } from "../../../configuration/read-stack";
import { readRunMark } from "../../../permissions/report/marks";
import { azureToken, startAzureDevOps } from "../../support/azure-devops-server";
import { captureContext } from "../../support/captured-context";
import { expectDocument } from "../../support/documents";
import { type GitHubServer, githubToken, startGitHub } from "../../support/github-server";
import { copyProgram } from "../../support/program-copy";

const run = promisify(execFile);
const root = resolve(__dirname, "../../..");
const workflow = ".github/workflows/anything.yml";

/** `base` is the trusted checkout of main, `head` another checkout on the branch of the pull request. */
let folder: string;
let server: GitHubServer;
const at = (place: "base" | "head", ...path: string[]) => join(folder, place, ...path);
const git = (place: "base" | "head", ...args: string[]) =>
  run("git", ["-c", "user.name=A Test", "-c", "user.email=test@example.org", ...args], { cwd: at(place) });
const commitOf = async (place: "base" | "head", name = "HEAD") => (await git(place, "rev-parse", name)).stdout.trim();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "partner-access-comment-test-"));
  await mkdir(at("base"));
  await copyProgram(at("base"));
  const dev = await readFile(at("base", "Pulumi.dev.yaml"), "utf8");
  await writeFile(at("base", "Pulumi.adatum.yaml"), dev.replace("alias: contoso", "alias: adatum"));
  await writeFile(at("base", ".gitignore"), "node_modules\n");
  await git("base", "init", "--quiet", "--initial-branch=main");
  await git("base", "add", "--all");
  await git("base", "commit", "--quiet", "--message", "the base");
  await run("git", ["clone", "--quiet", at("base"), at("head")]);
  await symlink(join(root, "node_modules"), at("head", "node_modules"));
});
beforeEach(async () => {
  server = await startGitHub({ mostPerPage: 2 });
  await git("head", "checkout", "--quiet", "-B", "change", "origin/main");
});
afterEach(() => server.stop());
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Runs a command of ours; each checkout stands for the job that has it. */
async function command(place: "base" | "head", argv: readonly string[], env: Record<string, string> = {}) {
  const captured = captureContext({
    env: { PATH: process.env["PATH"], ...env },
    projectDirectory: at(place),
    workingDirectory: folder,
  });
  const code = await main(argv, captured.context);
  return { code, stdout: captured.stdout(), stderr: captured.stderr() };
}

const recorded = new Map<string, { readonly answer: Awaited<ReturnType<typeof command>>; readonly records: string }>();

/** What the job without rights does with the change. The same content gives the same records, so each is run once. */
async function record() {
  const { stdout: content } = await git("head", "rev-parse", "HEAD^{tree}");
  const file = join(folder, "records.json");
  const known = recorded.get(content);
  if (known !== undefined) {
    await writeFile(file, known.records);
    return known.answer;
  }
  const answer = await command("head", ["diff", "--records-to", "records.json"]);
  recorded.set(content, { answer, records: await readFile(file, "utf8") });
  return answer;
}

const github = () => ({
  GITHUB_REPOSITORY: "fabrikam/partner-access",
  GITHUB_API_URL: server.url,
  GITHUB_TOKEN: githubToken,
  GITHUB_RUN_NUMBER: "7",
});

async function edit(path: string, change: (text: string) => string): Promise<void> {
  const before = await readFile(at("head", path), "utf8").catch(() => "");
  await writeFile(at("head", path), change(before));
}

/** Commits what was edited and opens the pull request, after five others. */
async function openPull(): Promise<string> {
  await git("head", "add", "--all");
  await git("head", "commit", "--quiet", "--message", "the change");
  const headSha = await commitOf("head");
  for (const number of [1, 2, 3]) server.pulls.push({ number, headSha: "d".repeat(40), base: "main" });
  server.pulls.push({ number: 4, headSha, base: "main" }, { number: 5, headSha, base: "another-branch" });
  return headSha;
}

const comment = (commit: string, ...more: string[]) => [
  ...["comment", "--json", "--head-commit", commit, "--head", at("head"), "--records", "records.json"],
  ...["--base", "origin/main", "--into", "main", "--check", ...more],
];
const widen = (text: string) => text.replace("kind: user\n", "kind: tenant\n    reason: Everyone reports.\n");
const bodies = (number = 4) => (server.comments.get(number) ?? []).map(({ body }) => body);

describe("a comment on a change that another job recorded", () => {
  it("is posted once, with the check, and stays as it is when nothing is new", async () => {
    await edit("Pulumi.dev.yaml", widen);
    await edit(join(".github-note.md"), () => "a note\n");
    const commit = await openPull();
    expect(await record()).toMatchObject({ code: 0, stdout: expect.stringMatching(/\/records\.json\n$/) });

    const first = await command("base", comment(commit), github());
    expect({ code: first.code, stderr: first.stderr }).toEqual({
      code: 0,
      stderr: expect.not.stringContaining("rror"),
    });
    const document = JSON.parse(first.stdout);
    expectDocument(document);
    expect(document).toMatchObject({ pullRequest: 4, outcome: "created", ok: true });
    expect(bodies()).toHaveLength(1);
    expect(bodies()[0]).toContain("widens the consent to <code>user&#95;impersonation</code>");
    expect(readRunMark(bodies()[0] ?? "")).toEqual({ run: 7, commit });
    expect(server.checkRuns).toMatchObject([
      {
        name: "access-review",
        head_sha: commit,
        conclusion: "success",
        output: { title: expect.stringContaining("risk") },
      },
    ]);
    expect(server.checkRuns[0].output.text).toBe(`partner-access approval ${document.digest}\n`);

    const second = await command("base", comment(commit, "--run", "8"), github());
    expect(JSON.parse(second.stdout)).toMatchObject({ outcome: "unchanged", digest: document.digest });
    expect(bodies()).toHaveLength(1);
    expect(server.calls.filter(({ method }) => method === "PATCH")).toEqual([]);
    expect(`${first.stdout}${first.stderr}${JSON.stringify(bodies())}`).not.toContain(githubToken);
  });

  it("tells what the access policy newly allows of an API that api-catalog.yaml adds", async () => {
    const clientId = "c0ffee00-0000-4000-8000-0000000000e1";
    const permission =
      "{ name: Reports.Read, id: c0ffee00-0000-4000-8000-0000000000e2, kind: delegated, lets: Read reports, adminConsent: true }";
    const api = `{ name: Woodgrove Reports, clientId: ${clientId}, permissions: [${permission}] }`;
    await edit("api-catalog.yaml", () => `apis: [${api}]\n`);
    const allowed = "{ api: Woodgrove Reports, kind: delegated, permission: Reports.Read, reason: The weekly report. }";
    await edit("access-policy.yaml", (text) => text.replace("permissions: []", `permissions: [${allowed}]`));
    const commit = await openPull();
    await record();
    expect(await command("base", comment(commit), github())).toMatchObject({ code: 0 });
    expect(bodies()[0]).toContain("1 change to what the access policy allows");
    expect(bodies()[0]).toContain("Woodgrove Reports");
  });

  it("does not believe records about a stack that nothing differs for, nor miss one that has none", async () => {
    await edit("Pulumi.dev.yaml", widen);
    const commit = await openPull();
    await record();
    const records = JSON.parse(await readFile(join(folder, "records.json"), "utf8"));
    const [adatum, dev] = records.stacks;
    // Forged: adatum would widen too, dev is missing, and a stack is made up.
    const forged = [
      { ...adatum, records: dev.records },
      { ...dev, stack: "made-up" },
    ];
    await writeFile(join(folder, "records.json"), JSON.stringify({ ...records, stacks: forged }));
    const { code, stdout } = await command("base", comment(commit), github());
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      stacks: [{ stack: "adatum", status: "unchanged" }],
      problems: [{ code: "stack-not-compared", message: expect.stringContaining("dev") }],
    });
    expect(bodies()[0]).toContain("recorded nothing for it");
    expect(server.checkRuns).toMatchObject([{ conclusion: "failure" }]);
  });

  it("runs none of the change's code, follows none of its links, and lists what it cannot judge", async () => {
    const stolen = at("base", "stolen");
    await edit(
      "cli/review/judge.ts",
      (text) => `require("node:fs").writeFileSync(${JSON.stringify(stolen)}, "");\n${text}`,
    );
    await edit(
      "bin/transpile.js",
      (text) => `require("node:fs").writeFileSync(${JSON.stringify(stolen)}, "");\n${text}`,
    );
    await rm(at("head", "access-policy.yaml"));
    await symlink("/etc/hostname", at("head", "access-policy.yaml"));
    await run("mkdir", ["-p", at("head", ".github/workflows")]);
    await edit(workflow, () => "on: push\n");
    const commit = await openPull();
    const empty = { schema: "partner-access/records/1", stacks: [] };
    await writeFile(join(folder, "records.json"), JSON.stringify(empty));
    const { code } = await command("base", comment(commit), github());
    expect(code).toBe(1);
    expect(bodies()[0]).toContain("&#46;github/workflows/anything&#46;yml".replace(/&#46;/g, "."));
    expect(bodies()[0]).toContain("bin/transpile.js");
    expect(bodies()[0]).not.toContain((await readFile("/etc/hostname", "utf8")).trim() || "no host name");
    await expect(readFile(stolen)).rejects.toMatchObject({ code: "ENOENT" });
  });

  it.each([
    ["no JSON", "{"],
    ["another schema", '{"schema":"partner-access/records/2","stacks":[]}'],
    ["another shape", '{"schema":"partner-access/records/1","stacks":[{"stack":1,"records":[]}]}'],
    ["a field too many", '{"schema":"partner-access/records/1","stacks":[],"run":"rm -rf"}'],
  ])("refuses %s in place of records, before it posts anything", async (_, text) => {
    const commit = await openPullOnce();
    await writeFile(join(folder, "records.json"), text);
    const { code, stdout } = await command("base", comment(commit), github());
    expect(code).toBe(2);
    expect(JSON.parse(stdout).problems).toMatchObject([{ code: "unreadable-records" }]);
    expect(server.calls.filter(({ method }) => method !== "GET")).toEqual([]);
  });

  it("is one thread and one status on Azure DevOps, found by the commit of the trial merge", async () => {
    await edit("Pulumi.dev.yaml", widen);
    const source = await openPull();
    await record();
    const azure = await startAzureDevOps();
    try {
      azure.pulls.push({ pullRequestId: 12, source, merge: "b".repeat(40) });
      const env = {
        SYSTEM_COLLECTIONURI: `${azure.url}/fabrikam-org`,
        SYSTEM_TEAMPROJECT: "Access",
        BUILD_REPOSITORY_ID: "repo-1",
        SYSTEM_ACCESSTOKEN: azureToken,
        BUILD_BUILDID: "77",
      };
      const { code, stdout } = await command("base", comment("b".repeat(40)), env);
      const document = JSON.parse(stdout);
      expectDocument(document);
      expect({ code, document }).toMatchObject({ code: 0, document: { pullRequest: 12, outcome: "created" } });
      const [thread] = azure.threads.get(12) ?? [];
      expect(thread?.status).toBe(1);
      expect(readRunMark(thread?.comments[0]?.content ?? "")).toEqual({ run: 77, commit: source });
      expect(azure.statuses).toMatchObject([{ state: 2, iterationId: 2 }]);
      expect(azure.statuses[0].description).toContain(document.digest);
    } finally {
      await azure.stop();
    }
  });

  it("prints no text of the change that a log would obey", async () => {
    const name = "x##vso[task.setvariable variable=a]b\n::set-output name=c::d";
    await writeFile(at("head", `Pulumi.${name}.yaml`), "config: {}\n");
    const commit = await openPull();
    const records = { schema: "partner-access/records/1", stacks: [] };
    await writeFile(join(folder, "records.json"), JSON.stringify(records));
    const json = await command("base", comment(commit), github());
    const text = await command(
      "base",
      comment(commit).filter((it) => it !== "--json"),
      github(),
    );
    await writeFile(join(folder, "records.json"), JSON.stringify({ ...records, [name]: 1 }));
    const refused = await command(
      "base",
      comment(commit).filter((it) => it !== "--json"),
      github(),
    );
    expect([json.code, text.code, refused.code]).toEqual([1, 1, 2]);
    expect(JSON.parse(json.stdout).problems).toHaveLength(1);
    for (const { stdout, stderr } of [json, text, refused]) {
      expect(`${stdout}${stderr}`).not.toMatch(/##vso\[|##\[|^\s*::/m);
    }
    expect(bodies()[0]).not.toContain("##vso[");
    expect(
      bodies()[0]
        ?.split("\n")
        .some((line) => line.startsWith("::")),
    ).toBe(false);
  });

  it("posts nothing when the pull request has moved on, and leaves a newer run's comment", async () => {
    const commit = await openPullOnce();
    const gone = await command("base", comment("e".repeat(40)), github());
    expect(gone.code).toBe(2);
    expect(JSON.parse(gone.stdout).problems).toMatchObject([{ code: "no-pull-request" }]);
    await record();
    await command("base", comment(commit, "--run", "9"), github());
    const newest = (server.comments.get(4) ?? [])[0];
    if (newest) newest.body = newest.body.replace("No permission changes", "No changes of permissions");
    const late = await command("base", comment(commit, "--run", "8"), github());
    expect(late.code).toBe(1);
    expect(JSON.parse(late.stdout)).toMatchObject({ outcome: "newer-exists", problems: [{ code: "newer-comment" }] });
    expect(bodies()).toEqual([newest?.body]);
    expect(server.checkRuns).toHaveLength(1);
  });

  it("asks for one branch when several pull requests end with the commit", async () => {
    const commit = await openPullOnce();
    const argv = comment(commit).filter((word, index, all) => word !== "--into" && all[index - 1] !== "--into");
    const { stdout } = await command("base", argv, github());
    expect(JSON.parse(stdout).problems).toMatchObject(
      [{ code: "several-pull-requests", message: /4, 5$/ }].map((it) => ({
        ...it,
        message: expect.stringMatching(it.message),
      })),
    );
  });
});

/** A change of a document only. */
async function openPullOnce(): Promise<string> {
  await edit("README.md", () => `changed ${Date.now()}\n`);
  return openPull();
}

describe("the check of a commit that a merge queue would merge", () => {
  const queued = (commit: string, before: string, branch = "main") =>
    command("base", comment(commit, "--queued", `gh-readonly-queue/${branch}/pr-4-${before}`), github());

  /** What the queue makes of the pull request, behind another one where that is given, and the records of it. */
  async function enqueue(headSha: string, ahead?: (text: string) => string) {
    await git("head", "checkout", "--quiet", "-B", "queue", "origin/main");
    if (ahead !== undefined) {
      await edit("Pulumi.dev.yaml", ahead);
      await git("head", "commit", "--all", "--quiet", "--message", "the one ahead");
    }
    const before = await commitOf("head");
    await git("head", "merge", "--quiet", "--no-ff", "--message", "queued", headSha);
    await record();
    return { before, commit: await commitOf("head") };
  }

  it("is green where that is what the pull request was approved as, and red where nobody saw it", async () => {
    await edit("Pulumi.dev.yaml", widen);
    const headSha = await openPull();
    await record();
    const review = JSON.parse((await command("base", comment(headSha), github())).stdout);

    const alone = await enqueue(headSha);
    const green = await queued(alone.commit, alone.before);
    expectDocument(JSON.parse(green.stdout));
    expect([green.code, JSON.parse(green.stdout)]).toMatchObject([
      0,
      { outcome: "as-approved", digest: review.digest, pullRequest: 4 },
    ]);
    const behind = await enqueue(headSha, (text) => text.replace("lifetimeDays: 180", "lifetimeDays: 365"));
    const red = await queued(behind.commit, behind.before);
    expect([red.code, JSON.parse(red.stdout)]).toMatchObject([
      1,
      { outcome: "not-as-approved", problems: [{ code: "queued-behind-another" }] },
    ]);
    // The queue says that nothing is ahead, and merges something else than was approved.
    const other = await queued(behind.commit, alone.before);
    expect(JSON.parse(other.stdout)).toMatchObject({ problems: [{ code: "not-what-was-approved" }] });
    expect(server.checkRuns.slice(1)).toMatchObject([
      { head_sha: alone.commit, conclusion: "success", output: { title: "as approved in pull request 4" } },
      { head_sha: behind.commit, conclusion: "failure" },
      { head_sha: behind.commit, conclusion: "failure" },
    ]);
    // The pull request was commented on before, by its own review.
    expect(bodies()).toHaveLength(1);
  });

  it("is not written for a queue into another branch, nor for a ref that is none", async () => {
    const commit = await openPullOnce();
    const other = await queued(commit, "a".repeat(40), "release");
    expect([other.code, JSON.parse(other.stdout).problems]).toMatchObject([2, [{ code: "no-pull-request" }]]);
    const none = await command("base", comment(commit, "--queued", "main"), github());
    expect([none.code, JSON.parse(none.stdout).problems]).toMatchObject([2, [{ code: "invalid-option" }]]);
    expect(server.checkRuns).toEqual([]);
  });
});

describe("what a merge may apply", () => {
  /** What the other checkout of main has, as the service knows it. */
  const isMerged = (_branch: string, commit: string) => merged.has(commit);
  const merged = new Set<string>();
  beforeEach(() => {
    merged.clear();
    server.contains = isMerged;
  });

  /** Records the change, and has it reviewed. */
  async function reviewed(commit: string) {
    await record();
    return JSON.parse((await command("base", comment(commit), github())).stdout);
  }

  /** Ends the pull request as a service does; what the branch became since is all that it brought. */
  async function complete(headSha: string, how: () => Promise<unknown>): Promise<readonly string[]> {
    await git("head", "checkout", "--quiet", "-B", "merged", "origin/main");
    await how();
    const listed = (await git("head", "rev-list", "--first-parent", "origin/main..HEAD")).stdout.trim().split("\n");
    const [mergedAs = "", ...brought] = listed;
    const at = server.pulls.findIndex(({ number }) => number === 4);
    server.pulls.splice(at, 1, { number: 4, headSha, base: "main", mergedAs, brought });
    for (const commit of listed) merged.add(commit);
    return listed;
  }
  const approved = (...args: string[]) => command("base", ["approved", "--json", ...args], github());

  /** The checkout that judges stands on main as it was, and only knows of the merge. */
  async function fetched(): Promise<void> {
    await git("base", "fetch", "--quiet", at("head"), "merged");
  }

  it("is what its review approved, stack by stack, with the digest of each", async () => {
    await edit("Pulumi.dev.yaml", widen);
    const commit = await openPull();
    const review = await reviewed(commit);
    const [merge = ""] = await complete(commit, () =>
      git("head", "merge", "--quiet", "--no-ff", "--message", "m", commit),
    );
    await fetched();
    const { code, stdout } = await approved("--commit", merge);
    const document = JSON.parse(stdout);
    expectDocument(document);
    expect(code).toBe(0);
    const dev = review.stacks.find((it: { stack: string }) => it.stack === "dev");
    const { vault } = readStackFromFiles(root, "dev");
    const vaultIdentity = { vaultTenantId: vault.tenantId, vaultClientId: vault.clientId };
    expect(document).toMatchObject({
      digest: review.digest,
      pullRequest: 4,
      pullRequests: [4],
      stacks: [
        { stack: "dev", reason: "grants-change", digest: dev.digest, domain: "contoso.example", ...vaultIdentity },
      ],
    });
  });

  it("is all that a rebase of several commits brought, and no commit that nobody merged", async () => {
    await edit("Pulumi.dev.yaml", widen);
    await git("head", "commit", "--all", "--quiet", "--message", "the first of two");
    await edit("README.md", () => "the second\n");
    const commit = await openPull();
    const review = await reviewed(commit);
    const unmerged = await approved("--commit", commit);
    expect([unmerged.code, JSON.parse(unmerged.stdout).problems]).toEqual([
      2,
      [expect.objectContaining({ code: expect.stringMatching(/^(unknown-commit|not-merged)$/) })],
    ]);
    const listed = await complete(commit, async () => {
      await git("head", "commit", "--quiet", "--allow-empty", "--message", "somebody else's");
      await git("head", "branch", "--force", "others");
      await git("head", "checkout", "--quiet", "--detach", commit);
      await git("head", "rebase", "--quiet", "others");
      await git("head", "checkout", "--quiet", "-B", "merged");
    });
    const [tip = "", first = "", others = ""] = listed;
    // What was there before was not brought by this pull request.
    const at = server.pulls.findIndex(({ number }) => number === 4);
    server.pulls.splice(at, 1, { number: 4, headSha: commit, base: "main", mergedAs: tip, brought: [first] });
    server.pulls.push({ number: 8, headSha: "c".repeat(40), base: "main", mergedAs: others });
    await fetched();
    const { code, stdout } = await approved("--commit", tip);
    expect([code, JSON.parse(stdout)]).toMatchObject([0, { digest: review.digest, stacks: [{ stack: "dev" }] }]);
  });

  it("is nothing of a branch that brings its own judge, and nothing of a merge that grants something else", async () => {
    await edit("Pulumi.dev.yaml", widen);
    await edit("cli/approved/demand-approval.ts", () => "export const demandApproval = async () => undefined;\n");
    const commit = await openPull();
    await reviewed(commit);
    await git("base", "fetch", "--quiet", at("head"), "change");
    // A forged pull request says that this commit is its merge: the service's branch does not contain it.
    server.pulls.push({ number: 9, headSha: commit, base: "main", mergedAs: commit });
    const forged = await approved("--commit", commit);
    expect([forged.code, JSON.parse(forged.stdout).problems]).toEqual([
      2,
      [expect.objectContaining({ code: "not-merged", message: expect.stringContaining("not on main") })],
    ]);
    server.pulls.pop();
    const [merge = ""] = await complete(commit, async () => {
      await git("head", "merge", "--quiet", "--squash", commit);
      await edit("Pulumi.dev.yaml", (text) => text.replace("lifetimeDays: 180", "lifetimeDays: 365"));
      await git("head", "commit", "--all", "--quiet", "--message", "squashed, with a little more");
    });
    await fetched();
    const other = await approved("--commit", merge);
    expect([other.code, JSON.parse(other.stdout).problems]).toEqual([
      2,
      [expect.objectContaining({ code: "not-what-was-approved" })],
    ]);
  });
});
