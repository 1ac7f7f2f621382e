import { spawn } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { parse } from "yaml";
import { homeTenant, partnerTenant } from "../../offline/emulator/seed/constants";
import { pipelineSubjects } from "../../offline/emulator/seed/seed";
import { type CommandResult, runCommand } from "../support/command-process";
import { expectSuccess, type Journey, startJourney } from "../support/journey";
import { startKeyService } from "../support/key-service";
import { killTree } from "../support/process-tree";
import { shortenProof } from "../support/shorten-proof";
import { entriesOf, publishedValue, readState, viewOf } from "./tenant-view";

const clientSecret = "partner-insights-contoso-client-secret";
let journey: Journey;
let now = new Date("2027-01-04T08:00:00Z");

jest.setTimeout(600_000);
beforeAll(async () => {
  journey = await startJourney();
  await shortenProof(journey);
  await moveTo(now);
});
afterAll(() => journey?.stop());

async function moveTo(time: Date) {
  now = time;
  await journey.emulator.control("POST", "clock", { set: time.toISOString() });
}
const moveBy = (days: number) => moveTo(new Date(now.getTime() + days * 86_400_000));

const environment = (changes: Record<string, string | undefined> = {}) => ({
  ...journey.env,
  PATH: `${dirname(journey.pulumi)}:${journey.env["PATH"]}`,
  PARTNER_ACCESS_NOW: now.toISOString(),
  ...changes,
});
/** A command as the deployer; `asRotator()` in `changes` makes it the rotator. */
const run = (argv: readonly string[], changes: Record<string, string | undefined> = {}): Promise<CommandResult> =>
  runCommand([...argv, "--json"], environment(changes), journey.directory);
const rotate = (...argv: string[]) => run(["rotate", "-s", "dev", ...argv]);
const recover = (...argv: string[]) => run(["recover", "-s", "dev", ...argv]);
const engine = () => journey.withEnv({ PARTNER_ACCESS_NOW: now.toISOString() });

/** In production one pipeline token proves both sign-ins; here the vault's identity trusts the rotation pipeline too. */
async function trustRotationPipeline() {
  const answer = await journey.emulator.call(
    "POST",
    `/v1.0/applications(appId='${homeTenant.deployer.clientId}')/federatedIdentityCredentials`,
    {
      as: "home-administrator",
      body: {
        name: "rotation",
        issuer: `${journey.emulator.origin}/_issuer`,
        subject: pipelineSubjects.rotator,
        audiences: ["api://AzureADTokenExchange"],
      },
    },
  );
  expect(answer.status).toBe(201);
}

const asRotator = async () => ({
  ARM_CLIENT_ID: partnerTenant.rotator.clientId,
  ARM_CLIENT_SECRET: undefined,
  ARM_USE_OIDC: "true",
  ARM_OIDC_TOKEN: await journey.emulator.issuePipelineToken(pipelineSubjects.rotator),
  AZURE_CLIENT_ID: homeTenant.rotator.clientId,
  AZURE_CLIENT_SECRET: journey.emulator.secrets.rotator,
});

/** Whether what a consumer reads from the vault gets a token. */
async function publishedWorks(): Promise<boolean> {
  const { clientId } = viewOf(await readState(journey));
  const { status } = await journey.emulator.requestToken({
    client_id: clientId,
    client_secret: publishedValue(journey, clientSecret),
    grant_type: "client_credentials",
    scope: `${journey.emulator.origin}/.default`,
  });
  return status === 200;
}
const keyIds = async () => viewOf(await readState(journey)).keyIds;
const versions = async () => entriesOf(await readState(journey))[clientSecret].versions.length;

// One deployment, in order: each update by the real engine costs ten seconds and more.
describe("operating a tenant", () => {
  let first: string;
  let second: string;

  it("has nothing to rotate or recover before the first update", async () => {
    const { code, document } = await rotate();
    expect([code, document.stacks[0].outcome, document.stacks[0].reason]).toEqual([1, "failed", "not-deployed"]);
  });

  it("does not touch a stack that is not due", async () => {
    expectSuccess(await engine().up("dev"));
    await trustRotationPipeline();
    const { result, writes, calls } = await journey.during(() => rotate());
    expect(result.code).toBe(0);
    expect(result.document.stacks[0]).toMatchObject({ outcome: "not-due", reason: "unchanged" });
    first = result.document.stacks[0].after;
    expect(await keyIds()).toEqual([first]);
    expect(writes).toEqual([]);
    expect(calls.filter(({ service }) => service === "arm")).toEqual([]);
    const status = await run(["status", "-s", "dev"]);
    expect([status.code, status.document.stacks[0].published.keyId]).toEqual([0, first]);
  });

  it("rotates on a due day as the rotator, who changes the secret and its entry only, whatever else waits", async () => {
    await moveBy(90);
    await journey.configure(["application", "displayName"], "Another name");
    const rotator = await asRotator();
    const { result, writes } = await journey.during(() => run(["rotate", "-s", "dev"], rotator));
    expect(result.document.stacks[0]).toMatchObject({ outcome: "rotated", reason: "due", before: first, problems: [] });
    expect(result.code).toBe(0);
    second = result.document.stacks[0].after;
    expect(await keyIds()).toEqual([first, second]);
    expect(await publishedWorks()).toBe(true);
    const places = writes.map(({ method, path }) => `${method} ${path.split("/").at(-1)}`);
    expect(places).toEqual(["POST addPassword", `PUT ${clientSecret}`]);
    expect(new Set(writes.map(({ service, caller }) => `${service} ${caller}`))).toEqual(
      new Set([`graph ${partnerTenant.rotator.clientId}`, `arm ${homeTenant.deployer.clientId}`]),
    );
    expect(result.document.stacks[0].sentence).toContain("partner-application");
    await journey.configure(["application", "displayName"], undefined);
    const again = await journey.during(() => run(["rotate", "-s", "dev"], rotator));
    expect([again.result.document.stacks[0].outcome, again.writes]).toEqual(["not-due", []]);
  });

  it("rolls back inside the overlap, once", async () => {
    const { code, document } = await rotate("--rollback", "a consumer cannot reload");
    expect(document.stacks[0]).toMatchObject({ outcome: "rolled-back", before: second, after: first, problems: [] });
    expect(code).toBe(0);
    expect(await publishedWorks()).toBe(true);
    const again = await journey.during(() => rotate("--rollback", "a consumer cannot reload"));
    expect([again.result.document.stacks[0].outcome, again.writes]).toEqual(["not-due", []]);
  });

  it("ends a compromised secret in the same run, and says what that does not undo", async () => {
    const denied = { service: "graph", path: "**/removePassword", when: "before", action: "status", status: 403 };
    await journey.emulator.control("POST", "faults", [denied]);
    const broken = await rotate("--compromised", "found in a log");
    await journey.emulator.control("POST", "faults", []);
    expect(broken.document.stacks[0]).toMatchObject({ outcome: "failed", before: first });
    expect((await keyIds()).length).toBeGreaterThan(1);
    const repeated = await rotate("--compromised", "found in a log");
    expect(repeated.document.stacks[0]).toMatchObject({ outcome: "retired", problems: [] });
    first = repeated.document.stacks[0].after;
    expect(await keyIds()).toEqual([first]);

    const { code, document, stderr } = await rotate("--compromised", "laptop stolen");
    expect(document.stacks[0]).toMatchObject({ outcome: "rotated", reason: "compromised", before: first });
    expect(code).toBe(0);
    expect(await keyIds()).toEqual([document.stacks[0].after]);
    expect(await publishedWorks()).toBe(true);
    expect(stderr).toContain("access tokens that were issued with it work for up to 90 minutes more");
    const file = readFileSync(join(journey.directory, "Pulumi.dev.yaml"), "utf8");
    expect(file).toContain('request: "laptop stolen"');
  });

  it("stays stopped until it is resumed", async () => {
    expect((await run(["stop", "-s", "dev", "--yes"])).document.stacks[0].outcome).toBe("stopped");
    expect(await publishedWorks()).toBe(false);
    const rotation = await rotate();
    expect(rotation.document.stacks[0]).toMatchObject({ outcome: "failed", reason: "stopped" });
    const { result, writes } = await journey.during(() => run(["up", "-s", "dev", "--yes"]));
    expect(result.code).toBe(1);
    expect(result.document.problems[0].message).toContain("this stack was stopped");
    expect(writes).toEqual([]);
    expect((await run(["resume", "-s", "dev", "--yes"])).document.stacks[0].outcome).toBe("resumed");
    expect(await publishedWorks()).toBe(true);
  });
});

describe("after a run that was killed", () => {
  const lockFolder = () => join(journey.leftovers, "state/.pulumi/locks/organization/partner-insights-access/dev");
  const lockFiles = () => readdirSync(lockFolder()).filter((name) => name.endsWith(".json"));
  let holder: string;

  it("names who holds the lock, and breaks nothing by itself", async () => {
    const before = await keyIds();
    await moveBy(90);
    await journey.emulator.control("POST", "faults", [
      { service: "graph", method: "POST", path: "**/addPassword", when: "after", action: "hang" },
    ]);
    const child = spawn(process.execPath, [join(journey.directory, "bin/partner-access.js"), "rotate", "-s", "dev"], {
      cwd: journey.directory,
      env: environment(),
      stdio: "ignore",
    });
    // Minted in Entra, and nobody was told.
    while ((await keyIds()).length === before.length) await pause(100);
    killTree(child.pid ?? 0);
    await journey.emulator.control("POST", "faults", []);
    const { result, writes } = await journey.during(() => recover());
    expect(result.code).toBe(1);
    expect(result.document.problems[0]).toMatchObject({ code: "locked" });
    holder = /locked by (\S+) since/.exec(result.document.problems[0].message)?.[1] ?? "";
    expect(result.document.problems[0].fix).toContain(`npm run partner-access -- recover -s dev --lock ${holder}`);
    expect(writes).toEqual([]);
    // A lock of another machine, whose processes nobody here can ask. What has ended on this machine needs no time to be believed.
    const file = join(lockFolder(), lockFiles()[0] ?? "");
    const lock = readFileSync(file, "utf8");
    writeFileSync(file, JSON.stringify({ ...JSON.parse(lock), hostname: "elsewhere" }));
    const young = await recover("--lock", holder.replace(/@[^:]+/, "@elsewhere"));
    writeFileSync(file, lock);
    expect([young.code, young.document.problems[0].code]).toEqual([1, "lock-too-young"]);
    expect(lockFiles()).toHaveLength(1);
    const status = await run(["status", "-s", "dev"]);
    expect(status.document.problems.map(({ code }: { code: string }) => code)).toEqual(["orphan"]);
  });

  it("retires no orphan while the state has pending operations", async () => {
    const { result, writes } = await journey.during(() => run(["credentials", "-s", "dev", "--retire-orphans"]));
    expect([result.code, result.document.problems[0].code]).toEqual([2, "pending-operations"]);
    expect(writes).toEqual([]);
  });

  it("recovers with one command: the lock, what was pending, the rotation, the orphan", async () => {
    const [file = ""] = lockFiles();
    const lock = JSON.parse(readFileSync(join(lockFolder(), file), "utf8"));
    lock.timestamp = new Date(Date.now() - 61 * 60_000).toISOString();
    writeFileSync(join(lockFolder(), file), JSON.stringify(lock));
    const other = await recover("--lock", "somebody@else:1");
    expect([other.code, other.document.problems[0].code]).toEqual([1, "other-lock"]);

    const orphans = await keyIds();
    const { code, document } = await recover("--lock", holder);
    expect({ code, problems: document.problems }).toEqual({ code: 0, problems: [] });
    const [recovery] = document.stacks;
    expect(recovery).toMatchObject({ outcome: "recovered", locks: [{ holder, ageMinutes: 61 }], orphans: [] });
    expect(recovery.cleared).toMatchObject([{ operation: "creating" }]);
    expect(recovery.cleared[0].urn).toMatch(/partner-secret-[ab]$/);
    expect(recovery.retired).toEqual([orphans.at(-1)]);
    expect(await publishedWorks()).toBe(true);
    expect(await keyIds()).toHaveLength(2);
    const status = await run(["status", "-s", "dev"]);
    expect([status.code, status.document.problems]).toEqual([0, []]);
  });

  it("has nothing to do the second time", async () => {
    const count = await versions();
    const { result, writes } = await journey.during(() => recover());
    expect([result.code, result.document.stacks[0].outcome, writes]).toEqual([0, "nothing-to-do", []]);
    expect(await versions()).toBe(count);
  });
});

describe("after the state was lost", () => {
  it("says so instead of beginning anew", async () => {
    await rm(join(journey.leftovers, "state/.pulumi"), { recursive: true });
    const { code, document } = await recover();
    expect([code, document.problems[0].code]).toEqual([1, "no-state"]);
    expect(document.problems[0].fix).toContain("--lost-state");
  });

  it("takes everything that lives into a new state, and leaves the running secret in place", async () => {
    const [before, ids] = [await readState(journey), await keyIds()];
    const count = await versions();
    const published = publishedValue(journey, clientSecret);
    const { result, writes } = await journey.during(() => recover("--lost-state"));
    expect({ code: result.code, problems: result.document.problems }).toEqual({ code: 0, problems: [] });
    expect(result.document.stacks[0].adopted).toEqual(
      expect.arrayContaining(["partner-application", "partner-principal"]),
    );
    expect(writes).toEqual([]);
    expect(await versions()).toBe(count);
    expect(await keyIds()).toEqual(ids);
    expect(publishedValue(journey, clientSecret)).toBe(published);
    expect(viewOf(await readState(journey))).toEqual(viewOf(before));
    expect(await publishedWorks()).toBe(true);
    const again = await journey.during(() => engine().up("dev"));
    expectSuccess(again.result);
    expect([again.result.changes, again.writes]).toEqual([[], []]);
  });

  it("rotates from the new state as ever: the previous secret goes, the running one becomes the previous", async () => {
    await moveBy(90);
    const { document } = await rotate();
    expect(document.stacks[0]).toMatchObject({ outcome: "rotated", reason: "due", problems: [] });
    expect(await keyIds()).toHaveLength(2);
    expect((await keyIds()).includes(document.stacks[0].before)).toBe(true);
    expect(await publishedWorks()).toBe(true);
  });

  it("rotates in the same recovery when a rotation is due", async () => {
    await moveBy(90);
    await rm(join(journey.leftovers, "state/.pulumi"), { recursive: true });
    const before = (await keyIds()).at(-1);
    const { code, document } = await recover("--lost-state");
    expect({ code, problems: document.problems }).toEqual({ code: 0, problems: [] });
    expect(await keyIds()).toHaveLength(2);
    expect(await keyIds()).toContain(before);
    expect(await publishedWorks()).toBe(true);
    const again = await journey.during(() => engine().up("dev"));
    expect([again.result.changes, again.writes]).toEqual([[], []]);
  });

  it("is no way around the refusal of a state that is in use", async () => {
    const { code, document } = await recover("--lost-state");
    expect({ code, problems: document.problems }).toEqual({ code: 0, problems: [] });
    expect(document.stacks[0]).toMatchObject({ outcome: "nothing-to-do", adopted: [], changes: [] });
  });

  it("gives the new state the key service that the stack's file names, and leaves that file as it is", async () => {
    const keys = await startKeyService();
    const file = join(journey.directory, "Pulumi.dev.yaml");
    const named = readFileSync(file, "utf8").replace(/^encryptionsalt:.*$/m, `secretsprovider: ${keys.provider}`);
    try {
      await rm(join(journey.leftovers, "state/.pulumi"), { recursive: true });
      writeFileSync(file, named);
      const changes = { ...keys.env, PULUMI_CONFIG_PASSPHRASE: undefined };
      const { code, document } = await run(["recover", "-s", "dev", "--lost-state"], changes);
      expect({ code, problems: document.problems }).toEqual({ code: 0, problems: [] });
      // The engine writes the file anew when it adds the key that it made; what the file says stays.
      const { encryptedkey, ...others } = parse(readFileSync(file, "utf8"));
      expect([typeof encryptedkey, others]).toEqual(["string", parse(named)]);
      const stacks = journey.withEnv({ ...changes, PARTNER_ACCESS_NOW: now.toISOString() });
      const state = JSON.parse(await stacks.run(["stack", "export", "--stack", "dev"]));
      expect(state.deployment.secrets_providers).toMatchObject({ type: "cloud", state: { url: keys.provider } });
      const again = await journey.during(() => stacks.up("dev"));
      expectSuccess(again.result);
      expect([again.result.changes, again.writes]).toEqual([[], []]);
    } finally {
      await keys.stop();
    }
  });
});
