import { execFile } from "node:child_process";
import { readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { readRunMark } from "../../../permissions/report/marks";
import { azureToken, startAzureDevOps } from "../../support/azure-devops-server";
import { expectDocument } from "../../support/documents";
import { githubToken } from "../../support/github-server";
import { reviewedChange, widen } from "../../support/reviewed-change";

const run = promisify(execFile);
const workflow = ".github/workflows/anything.yml";

const change = reviewedChange();

describe("a comment on a change that another job recorded", () => {
  it("is posted once, with the check, and stays as it is when nothing is new", async () => {
    await change.edit("Pulumi.dev.yaml", widen);
    await change.edit(join(".github-note.md"), () => "a note\n");
    const commit = await change.openPull();
    expect(await change.record()).toMatchObject({ code: 0, stdout: expect.stringMatching(/\/records\.json\n$/) });

    const first = await change.command("base", change.comment(commit));
    expect({ code: first.code, stderr: first.stderr }).toEqual({
      code: 0,
      stderr: expect.not.stringContaining("rror"),
    });
    const document = JSON.parse(first.stdout);
    expectDocument(document);
    expect(document).toMatchObject({ pullRequest: 4, outcome: "created", ok: true });
    expect(change.bodies()).toHaveLength(1);
    expect(change.bodies()[0]).toContain("widens the consent to <code>user&#95;impersonation</code>");
    expect(readRunMark(change.bodies()[0] ?? "")).toEqual({ run: 7, commit });
    expect(change.server.checkRuns).toMatchObject([
      {
        name: "access-review",
        head_sha: commit,
        conclusion: "success",
        output: { title: expect.stringContaining("risk") },
      },
    ]);
    expect(change.server.checkRuns[0].output.text).toBe(`partner-access approval ${document.digest}\n`);

    const second = await change.command("base", change.comment(commit, "--run", "8"));
    expect(JSON.parse(second.stdout)).toMatchObject({ outcome: "unchanged", digest: document.digest });
    expect(change.bodies()).toHaveLength(1);
    expect(change.server.calls.filter(({ method }) => method === "PATCH")).toEqual([]);
    expect(`${first.stdout}${first.stderr}${JSON.stringify(change.bodies())}`).not.toContain(githubToken);
  });

  it("tells what the access policy newly allows of an API that api-catalog.yaml adds", async () => {
    const clientId = "c0ffee00-0000-4000-8000-0000000000e1";
    const permission =
      "{ name: Reports.Read, id: c0ffee00-0000-4000-8000-0000000000e2, kind: delegated, lets: Read reports, adminConsent: true }";
    const api = `{ name: Woodgrove Reports, clientId: ${clientId}, permissions: [${permission}] }`;
    await change.edit("api-catalog.yaml", () => `apis: [${api}]\n`);
    const allowed = "{ api: Woodgrove Reports, kind: delegated, permission: Reports.Read, reason: The weekly report. }";
    await change.edit("access-policy.yaml", (text) => text.replace("permissions: []", `permissions: [${allowed}]`));
    const commit = await change.openPull();
    await change.record();
    expect(await change.command("base", change.comment(commit))).toMatchObject({ code: 0 });
    expect(change.bodies()[0]).toContain("1 change to what the access policy allows");
    expect(change.bodies()[0]).toContain("Woodgrove Reports");
  });

  it("does not believe records about a stack that nothing differs for, nor miss one that has none", async () => {
    await change.edit("Pulumi.dev.yaml", widen);
    const commit = await change.openPull();
    await change.record();
    const records = JSON.parse(await readFile(join(change.folder, "records.json"), "utf8"));
    const [adatum, dev] = records.stacks;
    // Forged: adatum would widen too, dev is missing, and a stack is made up.
    const forged = [
      { ...adatum, records: dev.records },
      { ...dev, stack: "made-up" },
    ];
    await writeFile(join(change.folder, "records.json"), JSON.stringify({ ...records, stacks: forged }));
    const { code, stdout } = await change.command("base", change.comment(commit));
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      stacks: [{ stack: "adatum", status: "unchanged" }],
      problems: [{ code: "stack-not-compared", message: expect.stringContaining("dev") }],
    });
    expect(change.bodies()[0]).toContain("recorded nothing for it");
    expect(change.server.checkRuns).toMatchObject([{ conclusion: "failure" }]);
  });

  it("runs none of the change's code, follows none of its links, and lists what it cannot judge", async () => {
    const stolen = change.at("base", "stolen");
    await change.edit(
      "cli/review/judge.ts",
      (text) => `require("node:fs").writeFileSync(${JSON.stringify(stolen)}, "");\n${text}`,
    );
    await change.edit(
      "bin/transpile.js",
      (text) => `require("node:fs").writeFileSync(${JSON.stringify(stolen)}, "");\n${text}`,
    );
    await rm(change.at("head", "access-policy.yaml"));
    await symlink("/etc/hostname", change.at("head", "access-policy.yaml"));
    await run("mkdir", ["-p", change.at("head", ".github/workflows")]);
    await change.edit(workflow, () => "on: push\n");
    const commit = await change.openPull();
    const empty = { schema: "partner-access/records/1", stacks: [] };
    await writeFile(join(change.folder, "records.json"), JSON.stringify(empty));
    const { code } = await change.command("base", change.comment(commit));
    expect(code).toBe(1);
    expect(change.bodies()[0]).toContain("&#46;github/workflows/anything&#46;yml".replace(/&#46;/g, "."));
    expect(change.bodies()[0]).toContain("bin/transpile.js");
    expect(change.bodies()[0]).not.toContain((await readFile("/etc/hostname", "utf8")).trim() || "no host name");
    await expect(readFile(stolen)).rejects.toMatchObject({ code: "ENOENT" });
  });

  it.each([
    ["no JSON", "{"],
    ["another schema", '{"schema":"partner-access/records/2","stacks":[]}'],
    ["another shape", '{"schema":"partner-access/records/1","stacks":[{"stack":1,"records":[]}]}'],
    ["a field too many", '{"schema":"partner-access/records/1","stacks":[],"run":"rm -rf"}'],
  ])("refuses %s in place of records, before it posts anything", async (_, text) => {
    const commit = await change.openIdlePull();
    await writeFile(join(change.folder, "records.json"), text);
    const { code, stdout } = await change.command("base", change.comment(commit));
    expect(code).toBe(2);
    expect(JSON.parse(stdout).problems).toMatchObject([{ code: "unreadable-records" }]);
    expect(change.server.calls.filter(({ method }) => method !== "GET")).toEqual([]);
  });

  it("is one thread and one status on Azure DevOps, found by the commit of the trial merge", async () => {
    await change.edit("Pulumi.dev.yaml", widen);
    const source = await change.openPull();
    await change.record();
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
      const { code, stdout } = await change.command("base", change.comment("b".repeat(40)), env);
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
    await writeFile(change.at("head", `Pulumi.${name}.yaml`), "config: {}\n");
    const commit = await change.openPull();
    const records = { schema: "partner-access/records/1", stacks: [] };
    await writeFile(join(change.folder, "records.json"), JSON.stringify(records));
    const json = await change.command("base", change.comment(commit));
    const text = await change.command(
      "base",
      change.comment(commit).filter((it) => it !== "--json"),
    );
    await writeFile(join(change.folder, "records.json"), JSON.stringify({ ...records, [name]: 1 }));
    const refused = await change.command(
      "base",
      change.comment(commit).filter((it) => it !== "--json"),
    );
    expect([json.code, text.code, refused.code]).toEqual([1, 1, 2]);
    expect(JSON.parse(json.stdout).problems).toHaveLength(1);
    for (const { stdout, stderr } of [json, text, refused]) {
      expect(`${stdout}${stderr}`).not.toMatch(/##vso\[|##\[|^\s*::/m);
    }
    expect(change.bodies()[0]).not.toContain("##vso[");
    expect(
      change
        .bodies()[0]
        ?.split("\n")
        .some((line) => line.startsWith("::")),
    ).toBe(false);
  });

  it("posts nothing when the pull request has moved on, and leaves a newer run's comment", async () => {
    const commit = await change.openIdlePull();
    const gone = await change.command("base", change.comment("e".repeat(40)));
    expect(gone.code).toBe(2);
    expect(JSON.parse(gone.stdout).problems).toMatchObject([{ code: "no-pull-request" }]);
    await change.record();
    await change.command("base", change.comment(commit, "--run", "9"));
    const newest = (change.server.comments.get(4) ?? [])[0];
    if (newest) newest.body = newest.body.replace("No permission changes", "No changes of permissions");
    const late = await change.command("base", change.comment(commit, "--run", "8"));
    expect(late.code).toBe(1);
    expect(JSON.parse(late.stdout)).toMatchObject({ outcome: "newer-exists", problems: [{ code: "newer-comment" }] });
    expect(change.bodies()).toEqual([newest?.body]);
    expect(change.server.checkRuns).toHaveLength(1);
  });

  it("asks for one branch when several pull requests end with the commit", async () => {
    const commit = await change.openIdlePull();
    const argv = change.comment(commit).filter((word, index, all) => word !== "--into" && all[index - 1] !== "--into");
    const { stdout } = await change.command("base", argv);
    expect(JSON.parse(stdout).problems).toMatchObject(
      [{ code: "several-pull-requests", message: /4, 5$/ }].map((it) => ({
        ...it,
        message: expect.stringMatching(it.message),
      })),
    );
  });
});
