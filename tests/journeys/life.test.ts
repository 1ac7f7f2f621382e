import { execFileSync } from "node:child_process";
import { dirname } from "node:path";
import { partnerTenant } from "../../offline/emulator/seed/constants";
import { plainHttp } from "../cli/sign-in/user-agent";
import { startCommand as startVictim } from "../kills/command";
import { ageLocks, lockHolders } from "../kills/left-behind";
import { runCommand } from "../support/command-process";
import { expectSuccess, type Journey, startJourney } from "../support/journey";
import { endCommands, startCommand } from "../support/talking-command";
import { publishedValue, readState, type State, viewOf } from "./tenant-view";

/**
 * The one journey of `npm test`: a stack's whole life through the real engine, each verb once, by the commands of real life. The
 * details of each verb are the other journeys' and run in `npm run test:full`.
 */
const clientSecret = "partner-insights-contoso-client-secret";

let journey: Journey;
/** The tenants before the first update. */
let untouched: State;
let now = "2027-01-04T08:00:00.000Z";

jest.setTimeout(240_000);
beforeAll(async () => {
  journey = await startJourney();
  await moveBy(0);
  untouched = await readState(journey);
  // With the stack's encryption salt: what is changed later is what a review sees.
  git("init", "--quiet", "--initial-branch=main");
  git("add", "--all");
  git("commit", "--quiet", "--message", "the stack as it begins");
});
afterEach(endCommands);
afterAll(() => journey?.stop());

async function moveBy(days: number) {
  now = new Date(Date.parse(now) + days * 86_400_000).toISOString();
  journey.emulator.forgetTokens();
  await journey.emulator.control("POST", "clock", { set: now });
}

function git(...argv: readonly string[]): void {
  const who = ["-c", "user.name=A Test", "-c", "user.email=test@example.org"];
  const env = { PATH: process.env["PATH"], GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_SYSTEM: "/dev/null" };
  execFileSync("git", [...who, ...argv], { cwd: journey.directory, env });
}

const environment = () => ({
  ...journey.env,
  PATH: `${dirname(journey.pulumi)}:${journey.env["PATH"]}`,
  PARTNER_ACCESS_NOW: now,
});
async function run(verb: string, ...argv: string[]) {
  const result = await runCommand([verb, "-s", "dev", "--json", ...argv], environment(), journey.directory);
  if (result.document === undefined) throw new Error(`${verb} ended with ${result.code}: ${result.stderr}`);
  return result;
}
const keyIds = async () => viewOf(await readState(journey)).keyIds;

/** What a consumer reads from the vault gets a token. */
async function expectPublishedSecretToWork() {
  const { status } = await journey.emulator.requestToken({
    client_id: viewOf(await readState(journey)).clientId,
    client_secret: publishedValue(journey, clientSecret),
    grant_type: "client_credentials",
    scope: `${journey.emulator.origin}/.default`,
  });
  expect(status).toBe(200);
}

// One deployment, in order: each run of the real engine costs seconds.
describe("the life of a stack", () => {
  it("begins with one update, which leaves a secret that works", async () => {
    const { code, document } = await run("up", "--yes", "--allow-local-state");
    expect({ code, problems: document.problems }).toEqual({ code: 0, problems: [] });
    expect(viewOf(await readState(journey))).toMatchObject({
      granted: [
        "Microsoft Graph: offline_access openid profile for reports@contoso.example",
        "Microsoft Partner Center: user_impersonation for reports@contoso.example",
      ],
      roles: [],
      assignedUsers: ["reports@contoso.example"],
      keyIds: [expect.any(String)],
    });
    await expectPublishedSecretToWork();
  });

  it("changes nothing when it is updated again", async () => {
    const stacks = journey.withEnv({ PARTNER_ACCESS_NOW: now });
    const { result, writes } = await journey.during(() => stacks.up("dev"));
    expectSuccess(result);
    expect([result.changes, writes]).toEqual([[], []]);
  });

  it("gives tokens after one sign-in with MFA", async () => {
    const signIn = startCommand(["sign-in", "-s", "dev", "--json"], environment(), journey.directory);
    const url = await signIn.said(/^(https:\/\/localhost:\S+)$/m);
    const who = { tenant: partnerTenant.id, userPrincipalName: partnerTenant.reportingUser.userPrincipalName };
    const { oneTimeCode } = await journey.emulator.control("POST", "users", who);
    const typed = { password: journey.emulator.secrets.userPassword, code: oneTimeCode };
    const page = await plainHttp(journey.emulator).signIn(url, typed);
    expect([page.title, (await signIn.ended).code]).toEqual(["Signed in", 0]);
    const { code, document } = await run("verify");
    expect({ code, problems: document.problems }).toEqual({ code: 0, problems: [] });
  });

  it("gets another secret on the day it is due, and keeps the one before for its consumers", async () => {
    const before = await keyIds();
    await moveBy(85);
    const { code, document } = await run("rotate");
    expect({ code, problems: document.problems }).toEqual({ code: 0, problems: [] });
    expect(document.stacks[0]).toMatchObject({ outcome: "rotated", refreshToken: { result: "renewed" } });
    expect(await keyIds()).toEqual([...before, document.stacks[0].after]);
    await expectPublishedSecretToWork();
  });

  it("survives a rotation that is killed once it has minted, with one recover", async () => {
    const before = await keyIds();
    await moveBy(85);
    let kill: Promise<readonly number[]> | undefined;
    const rotation = startVictim(journey, ["rotate", "-s", "dev"], now);
    const ignore = journey.emulator.onPassage((at, { path }) => {
      if (at !== "committed" || !path.endsWith("/addPassword")) return undefined;
      kill = rotation.kill();
      // The answer that its client never hears.
      return new Promise<void>(() => undefined);
    });
    expect((await rotation.ended).code).toBeNull();
    await kill;
    ignore();
    expect(await keyIds()).toHaveLength(before.length + 1);
    await expectPublishedSecretToWork();

    const holders = lockHolders(journey);
    expect(holders).toHaveLength(1);
    ageLocks(journey);
    const { code, document } = await run("recover", "--lock", holders.join(","));
    expect({ code, problems: document.problems }).toEqual({ code: 0, problems: [] });
    expect(document.stacks[0]).toMatchObject({ outcome: "recovered", retired: [expect.any(String)] });
    expect(await keyIds()).toHaveLength(2);
    await expectPublishedSecretToWork();
  });

  it("applies a change that was reviewed, and refuses another digest before any write", async () => {
    await journey.configure(["permissions", 1, "delegated"], ["openid", "profile", "offline_access", "User.Read"]);
    const review = await run("diff", "--base", "HEAD");
    expect(review.code).toBe(1);
    const [{ digest, changes }] = review.document.stacks;
    const permissions = changes.map(({ code, subject }: State) => [code, subject.permission.permission]);
    expect(permissions).toEqual(["granted", "requested"].map((code) => [code, "User.Read"]));

    const other = `sha256:${"0".repeat(64)}`;
    const refused = await journey.during(() => run("up", "--yes", "--allow-local-state", "--expect-digest", other));
    expect([refused.result.document.problems[0].code, refused.writes]).toEqual(["not-approved", []]);
    const { code, document } = await run("up", "--yes", "--allow-local-state", "--expect-digest", digest.head);
    expect({ code, problems: document.problems }).toEqual({ code: 0, problems: [] });
    expect(viewOf(await readState(journey)).granted[0]).toContain("User.Read");
  });

  it("shows what somebody changed by hand, and nothing before", async () => {
    expect(await run("drift")).toMatchObject({ code: 0, document: { stacks: [{ differences: [] }] } });
    const { objectId } = viewOf(await readState(journey));
    const body = { web: { redirectUris: ["https://elsewhere.example/"] } };
    const as = "partner-administrator";
    const { status } = await journey.emulator.call("PATCH", `/v1.0/applications/${objectId}`, { as, body });
    expect(status).toBe(204);
    const { code, document } = await run("drift");
    expect(code).toBe(1);
    const messages = document.stacks[0].differences.map(({ message }: { message: string }) => message);
    expect(messages.join("\n")).toContain("https://elsewhere.example/");
  });

  it("ends with nothing of ours left", async () => {
    expectSuccess(await journey.withEnv({ PARTNER_ACCESS_NOW: now }).destroy("dev"));
    const partner = (state: State) => state.tenants[partnerTenant.id];
    const left = partner(await readState(journey));
    expect(left.applications).toEqual(partner(untouched).applications);
    expect(left.grants).toEqual(partner(untouched).grants);
  });
});
