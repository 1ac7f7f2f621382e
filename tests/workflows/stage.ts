import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmod, cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createStacks } from "../../clients/pulumi/stacks";
import { folderStore } from "../../model/folder-store";
import { findEngine } from "../../offline/engine/find-engine";
import { engineVersion } from "../../offline/engine/versions";
import { installStandInProviders } from "../../offline/providers/install";
import { root } from "../docs/workflow-files";
import { startTestEmulator, type TestEmulator } from "../support/emulator";
import { type GitHubServer, githubToken, startGitHub } from "../support/github-server";
import { type Runner, runWorkflow, type WorkflowRun } from "./act";

export const repositoryName = "fabrikam/partner-access";
const stack = "contoso";
const home = { tenant: "22222222-2222-4222-8222-222222222222", as: "home-administrator" } as const;
const subjectOf = (environment: string) => `repo:${repositoryName}:environment:${environment}`;

/** A repository with one stack of a tenant that is not the demo's, the services around it, and what its jobs sign in with. */
export interface Stage {
  readonly emulator: TestEmulator;
  readonly github: GitHubServer;
  /** Commits of the repository: what is on main, and the branch with the stack. */
  readonly git: (...argv: readonly string[]) => string;
  readonly repository: string;
  /** Runs a workflow; its jobs sign in as those of `environment`. */
  run(workflow: string, eventName: string, event: object, options?: RunOptions): Promise<WorkflowRun>;
  stop(): Promise<void>;
}

export interface RunOptions {
  /** The environment that the job runs in, which its tokens name. */
  readonly environment?: string;
  /** The time that commands believe, which is the emulator's. */
  readonly now?: string;
}

export async function startStage(): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), "partner-access-workflows-"));
  const inFolder = (name: string) => join(folder, name);
  for (const name of ["bin", "home", "state", "artifacts", "release/pulumi"])
    await mkdir(inFolder(name), { recursive: true });
  const [emulator, github, engine] = [
    await startTestEmulator(),
    await startGitHub(),
    await findEngine({ env: process.env }),
  ];
  const tenant = await addTenant(emulator);
  let subject = "";
  const tokens = await startTokenService(() => emulator.issuePipelineToken(subject));
  await installStandInProviders(inFolder("home"));
  await writeTools(folder, engine.pulumi);
  // Who signs in comes from the jobs, and the runner would let a variable given here win over theirs.
  const network = Object.fromEntries(
    Object.entries(emulator.env).filter(([name]) => !/^(ARM|AZURE)_(CLIENT|TENANT|SUBSCRIPTION|OIDC)/.test(name)),
  );
  const backend = {
    PULUMI_HOME: inFolder("home"),
    PULUMI_CONFIG_PASSPHRASE: randomBytes(18).toString("base64url"),
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
  };
  const env = {
    ...network,
    ...engine.env,
    ...backend,
    PATH: `${inFolder("bin")}:${process.env["PATH"]}`,
    TEST_ORIGIN: inFolder("repository"),
    TEST_NODE: join(root, "node_modules/node/bin"),
    TEST_ARTIFACTS: inFolder("artifacts"),
    TEST_RELEASE: inFolder("release"),
    TEST_MODULES: join(root, "node_modules"),
    GITHUB_API_URL: github.url,
    ACTIONS_ID_TOKEN_REQUEST_URL: `${tokens.origin}/token`,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: "bearer-of-the-job",
  };
  const vars = {
    PULUMI_BACKEND_URL: folderStore(inFolder("state")),
    AZURE_STORAGE_ACCOUNT: "not-used",
    DEPLOYER_CLIENT_ID: tenant.deployer.clientId,
    ROTATOR_CLIENT_ID: tenant.deployer.clientId,
    DRIFT_CLIENT_ID: tenant.deployer.clientId,
    DRIFT_VAULT_CLIENT_ID: "c0ffee00-0000-4000-8000-00000000d002",
    ALARM_CLIENT_ID: "c0ffee00-0000-4000-8000-00000000d002",
    VAULT_TENANT_ID: home.tenant,
    VAULT_URIS: "https://fabrikam-partner-access.vault.emulator.test",
  };
  const git = await createRepository(inFolder("repository"));
  await addStack(
    inFolder("repository"),
    tenant,
    createStacks({
      pulumi: engine.pulumi,
      projectDirectory: inFolder("repository"),
      env: { ...env, ...vars, PATH: process.env["PATH"] ?? "" },
    }),
    git,
  );
  const runner: Runner = { repository: inFolder("repository"), folder, env, vars, token: githubToken };
  return {
    emulator,
    github,
    git,
    repository: inFolder("repository"),
    async run(workflow, eventName, event, { environment = "", now } = {}) {
      subject = subjectOf(environment);
      const time = now === undefined ? {} : { PARTNER_ACCESS_NOW: now };
      return await runWorkflow({ ...runner, env: { ...env, ...time } }, workflow, eventName, event);
    },
    async stop() {
      await Promise.all([emulator.stop(), github.stop(), tokens.stop()]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

interface StageTenant {
  readonly id: string;
  readonly domain: string;
  readonly deployer: { readonly clientId: string; readonly objectId: string };
}

/** A tenant whose domain is not kept for examples, because the workflows leave those out; its jobs and the vault's are trusted. */
async function addTenant(emulator: TestEmulator): Promise<StageTenant> {
  const tenant = (await emulator.control("POST", "tenants", { domain: "contoso.test" })) as StageTenant;
  const { origin, secrets } = emulator;
  const issuer = `${origin}/_issuer`;
  const { body } = await emulator.requestToken(
    {
      grant_type: "client_credentials",
      client_id: tenant.deployer.clientId,
      client_secret: secrets.deployer,
      scope: "https://graph.microsoft.com/.default",
    },
    { tenant: tenant.id },
  );
  const trust = async (clientId: string, environment: string, caller: object) => {
    const audiences = ["api://AzureADTokenExchange"];
    const path = `/v1.0/applications(appId='${clientId}')/federatedIdentityCredentials`;
    const credential = { name: environment, issuer, subject: subjectOf(environment), audiences };
    const { status, text } = await emulator.call("POST", path, { ...caller, body: credential });
    if (status !== 201) throw new Error(`the trust of ${environment} was not created: ${status} ${text}`);
  };
  for (const role of ["apply", "rotate", "drift"]) {
    await trust(tenant.deployer.clientId, `${role}-${stack}`, { token: body.access_token });
    await trust("c0ffee00-0000-4000-8000-00000000d002", `${role}-${stack}`, { as: home.as });
  }
  await trust("c0ffee00-0000-4000-8000-00000000d002", "alarm", { as: home.as });
  return tenant;
}

/** Answers as GitHub's token service does: for the bearer of a job only, with the audience it is asked for. */
async function startTokenService(issue: () => Promise<string>): Promise<{ origin: string; stop(): Promise<void> }> {
  const server: Server = createServer((request, response) => {
    if (request.headers.authorization !== "Bearer bearer-of-the-job") return response.writeHead(401).end();
    return void issue().then((value) =>
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ value })),
    );
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () => new Promise((done) => server.close(() => done())),
  };
}

/** What a hosted runner would have, or fetch from the network: npm, a release of Pulumi, and the Azure CLI. */
async function writeTools(folder: string, pulumi: string): Promise<void> {
  const archive = `pulumi-v${engineVersion}-linux-x64.tar.gz`;
  const wrapper = join(folder, "release/pulumi/pulumi");
  await writeFile(wrapper, `#!/bin/sh\nPATH="${dirname(pulumi)}:$PATH" exec "${pulumi}" "$@"\n`);
  await chmod(wrapper, 0o755);
  execFileSync("tar", ["-czf", join(folder, "release", archive), "-C", join(folder, "release"), "pulumi"]);
  const sum = execFileSync("sha256sum", [archive], { cwd: join(folder, "release"), encoding: "utf8" });
  await writeFile(join(folder, `release/pulumi-${engineVersion}-checksums.txt`), sum);
  for (const name of ["npm", "curl", "az"]) {
    await cp(join(__dirname, "tools", name), join(folder, "bin", name));
    await chmod(join(folder, "bin", name), 0o755);
  }
}

/** This checkout, the uncommitted changes included, as a repository of its own. */
async function createRepository(directory: string): Promise<Stage["git"]> {
  const files = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "-z"], {
    cwd: root,
    encoding: "utf8",
  });
  for (const file of files.split("\0").filter(Boolean)) {
    await cp(join(root, file), join(directory, file), { recursive: true }).catch(() => undefined);
  }
  const git = (...argv: readonly string[]) =>
    execFileSync("git", [...argv], {
      cwd: directory,
      encoding: "utf8",
      env: {
        ...process.env,
        GIT_AUTHOR_NAME: "test",
        GIT_AUTHOR_EMAIL: "test@fabrikam.example",
        GIT_COMMITTER_NAME: "test",
        GIT_COMMITTER_EMAIL: "test@fabrikam.example",
      },
    }).trim();
  git("init", "--quiet", "--initial-branch=main");
  git("config", "uploadpack.allowAnySHA1InWant", "true");
  git("remote", "add", "origin", `https://github.com/${repositoryName}.git`);
  for (const name of ["apply", "rotate", "operate", "drift"]) {
    const file = join(directory, `.github/workflows/${name}.yml`);
    // UNVERIFIED by this runner, whose schema is older than this key (GitHub, May 2026).
    await writeFile(file, (await readFile(file, "utf8")).replace(/^ *queue: max\n/gm, ""));
  }
  git("add", "--all");
  git("commit", "--quiet", "--message", "the project");
  return git;
}

/** The stack's file on a branch of its own, as a person would open it for review; its state is made with it. */
async function addStack(
  directory: string,
  tenant: StageTenant,
  stacks: { init(stack: string): Promise<unknown> },
  git: Stage["git"],
): Promise<void> {
  git("switch", "--quiet", "--create", "add-contoso");
  const text = await readFile(join(directory, "Pulumi.dev.yaml"), "utf8");
  await writeFile(
    join(directory, `Pulumi.${stack}.yaml`),
    text
      .replace("11111111-1111-4111-8111-111111111111", tenant.id)
      .replaceAll("contoso.example", tenant.domain)
      .replace("c0ffee00-0000-4000-8000-000000000001", tenant.deployer.objectId)
      .replace(/\n *- c0ffee00-0000-4000-8000-000000000003/, "")
      .replace("alias: contoso", "alias: contoso-test"),
  );
  await stacks.init(stack);
  git("add", "--all");
  git("commit", "--quiet", "--message", "add contoso");
  git("switch", "--quiet", "main");
}
