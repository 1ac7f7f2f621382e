import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { main } from "../../../cli/main";
import { type AzureDevOpsServer, azureToken, startAzureDevOps } from "../../support/azure-devops-server";
import { captureContext } from "../../support/captured-context";
import { expectDocument } from "../../support/documents";
import { type GitHubServer, githubToken, startGitHub } from "../../support/github-server";

let folder: string;
let github: GitHubServer;
let azure: AzureDevOpsServer;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "partner-access-drift-issue-"));
  [github, azure] = await Promise.all([startGitHub(), startAzureDevOps()]);
});
afterEach(async () => {
  await Promise.all([github.stop(), azure.stop(), rm(folder, { recursive: true, force: true })]);
});

/** As another job left it: an artifact's folder per stack. */
async function found(stack: string, messages: readonly string[]): Promise<void> {
  const differences = messages.map((message) => ({
    kind: "undeclared",
    code: "credential",
    message,
    risk: "high",
    reasons: [],
  }));
  const ok = messages.length === 0;
  const document = {
    schema: "partner-access/drift/1",
    ok,
    stacks: [{ stack, outcome: ok ? "as-declared" : "drifted", differences, problems: [] }],
    problems: [],
  };
  expectDocument(document);
  await mkdir(join(folder, `drift-${stack}`), { recursive: true });
  await writeFile(join(folder, `drift-${stack}`, `${stack}.json`), JSON.stringify(document));
}

async function write(env: Readonly<Record<string, string>>, ...more: string[]) {
  const captured = captureContext({ env });
  const argv = ["drift-issue", "--documents", folder, "--json", ...more];
  const code = await main(argv, captured.context);
  const document = JSON.parse(captured.stdout());
  expectDocument(document);
  expect(`${captured.stdout()}${captured.stderr()}`).not.toContain(githubToken);
  return { code, outcome: document.outcome, document };
}
const onGitHub = () => ({
  GITHUB_REPOSITORY: "fabrikam/partner-access",
  GITHUB_API_URL: github.url,
  GITHUB_TOKEN: githubToken,
});
const onAzure = () => ({
  SYSTEM_COLLECTIONURI: `${azure.url}/fabrikam-org`,
  SYSTEM_TEAMPROJECT: "Access",
  BUILD_REPOSITORY_ID: "repo-1",
  SYSTEM_ACCESSTOKEN: azureToken,
});

describe("the issue about drift", () => {
  it("is opened, rewritten, left alone, closed and opened again: one issue, whatever the days bring", async () => {
    await found("adatum", []);
    expect(await write(onGitHub())).toMatchObject({ code: 0, outcome: "none" });
    expect(github.issues).toEqual([]);
    await found("contoso", ["a client secret that nobody declared"]);
    expect(await write(onGitHub())).toMatchObject({ code: 1, outcome: "created" });
    expect(await write(onGitHub())).toMatchObject({ code: 1, outcome: "unchanged" });
    await found("contoso", ["an owner that nobody declared"]);
    expect(await write(onGitHub())).toMatchObject({ code: 1, outcome: "updated" });
    await found("contoso", []);
    expect(await write(onGitHub())).toMatchObject({ code: 0, outcome: "closed" });
    expect(await write(onGitHub())).toMatchObject({ code: 0, outcome: "unchanged" });
    await found("contoso", ["an owner that nobody declared"]);
    expect(await write(onGitHub())).toMatchObject({ code: 1, outcome: "updated" });
    expect(github.issues).toMatchObject([{ state: "open", title: "Access drift in 1 of 2 stacks" }]);
    expect(github.issues[0]?.body).toContain("high risk, undeclared&#58; an owner that nobody declared");
  });

  it("counts a stack without an answer as one that nothing is known about", async () => {
    await found("adatum", []);
    const { code, document } = await write(onGitHub(), "--stacks", "adatum contoso");
    expect(code).toBe(1);
    expect(document.stacks).toEqual([
      { stack: "adatum", ok: true },
      { stack: "contoso", ok: false },
    ]);
    expect(github.issues[0]?.body).toContain("its job failed or did not run");
  });

  it("cannot be written from nothing at all", async () => {
    expect(await write(onGitHub())).toMatchObject({ code: 2, document: { problems: [{ code: "nothing-found" }] } });
  });

  it("is a work item on Azure DevOps", async () => {
    await found("contoso", ["a <b>bold</b> secret ##vso[task.complete]"]);
    expect(await write(onAzure())).toMatchObject({ code: 1, outcome: "created" });
    expect(azure.workItems).toHaveLength(1);
    const description = azure.workItems[0].fields["System.Description"];
    expect(description).toMatch(/^<pre>[^<>]*<\/pre>$/);
    expect(description).toContain("&#60;b&#62;bold");
    expect(await write(onAzure())).toMatchObject({ code: 1, outcome: "unchanged" });
    await found("contoso", ["another"]);
    expect(await write(onAzure())).toMatchObject({ outcome: "updated" });
    expect(azure.workItems).toHaveLength(1);
  });
});
