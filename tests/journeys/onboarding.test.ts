import { readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { homeSubscription, homeTenant, partnerTenant } from "../../offline/emulator/seed/constants";
import { type FakeAz, startFakeAz } from "../cli/onboard/fake-az";
import { plainHttp } from "../cli/sign-in/user-agent";
import { type Journey, startJourney } from "../support/journey";
import { endCommands, startCommand } from "../support/talking-command";

/**
 * The five prerequisites of Microsoft's page "Prerequisites to programmatically access analytics data", each through the commands that a
 * person types, in the order in which a person meets them. One real update.
 */
jest.setTimeout(600_000);

const user = partnerTenant.reportingUser.userPrincipalName;
const administrator = "admin@contoso.example";
let journey: Journey;
let az: FakeAz;

beforeAll(async () => {
  journey = await startJourney("dev");
  az = await startFakeAz(journey.emulator);
  // The partner is new here: nothing of the example's stack is left.
  rmSync(join(journey.directory, "Pulumi.dev.yaml"));
});
afterEach(endCommands);
afterAll(async () => {
  await az?.stop();
  await journey?.stop();
});

const environment = () => ({ ...journey.env, PATH: `${dirname(journey.pulumi)}:${journey.env["PATH"]}` });
async function run(argv: readonly string[], input?: string) {
  const command = startCommand([...argv, "--json"], environment(), journey.directory);
  command.type(input ?? "");
  return command.ended;
}
const settings = (changes: object) =>
  journey.emulator.control("POST", "settings", { tenant: partnerTenant.id, ...changes });
const changeUser = (name: string, changes: object = {}) =>
  journey.emulator.control("POST", "users", { tenant: partnerTenant.id, userPrincipalName: name, ...changes });
const preflight = async () => {
  const { document } = await run(["preflight", "-s", "contoso"]);
  const checks = document.stacks[0].checks as { name: string; result: string; detail: string; fix: string }[];
  return (name: string) => checks.find((check) => check.name === name);
};
const partnerWorld = () => journey.emulator.world.tenants.get(partnerTenant.id)!;
const ours = () =>
  partnerWorld()
    .servicePrincipals.all()
    .find(({ properties }) => properties["displayName"] === "Partner Insights access (contoso)")!;

/** An access token of the administrator, as the Azure CLI would give one: here through the one application there is. */
async function administratorToken(): Promise<string> {
  const { assignments, grants, users } = partnerWorld();
  const id = users.all().find(({ userPrincipalName }) => userPrincipalName === administrator)!.id;
  const assigned = assignments.all().find(({ resourceId }) => resourceId === ours().id)!;
  assignments.put({ ...assigned, id: "administrator", principalId: id });
  for (const grant of grants.all().filter(({ clientId }) => clientId === ours().id)) {
    grants.put({ ...grant, id: `${grant.id}-administrator`, principalId: id });
  }
  const left = await journey.emulator.control("POST", "refresh-tokens", {
    ...{ tenant: partnerTenant.id, userPrincipalName: administrator, clientId: ours().appId },
  });
  const secret = await journey.emulator.call(
    "GET",
    `https://${homeSubscription.vault}.vault.emulator.test/secrets/partner-insights-contoso-client-secret?api-version=7.4`,
    { as: "home-administrator" },
  );
  const answer = await journey.emulator.requestToken({
    ...{ grant_type: "refresh_token", refresh_token: left.refreshToken, client_id: ours().appId },
    ...{ client_secret: secret.body.value, scope: "https://api.partnercenter.microsoft.com/user_impersonation" },
  });
  expect({ status: answer.status, error: answer.body.error_description }).toEqual({ status: 200, error: undefined });
  // The token stays; nobody but the reporting user is left assigned.
  assignments.remove("administrator");
  return answer.body.access_token;
}

describe("before the first update", () => {
  it("new writes the stack's file", async () => {
    const flags = {
      "tenant-id": partnerTenant.id,
      domain: partnerTenant.domain,
      user,
      "vault-tenant-id": homeTenant.id,
      "subscription-id": homeSubscription.id,
      "vault-client-id": homeTenant.deployer.clientId,
      "resource-group": homeSubscription.resourceGroup,
      "vault-name": homeSubscription.vault,
    };
    const { code } = await run(["new", "contoso", ...Object.entries(flags).flatMap(([name, it]) => [`--${name}`, it])]);
    expect(code).toBe(0);
    await journey.stacks.init("contoso");
    // A port of this test's own.
    await journey.configure(["application"], { redirectUri: "http://localhost:8401/" }, "contoso");
  });

  it("deployer prints what the administrator and the vault's owner run, and it is all that preflight misses", async () => {
    expect((await preflight())("api Microsoft Partner Center")?.result).toBe("ok");
    const { document } = await run(["deployer", "-s", "contoso", "--github", "fabrikam@1/partner-access@2"]);
    const [forAdministrator, forOwner] = document.stacks[0].scripts as { script: string }[];
    const result = await az.run(forAdministrator?.script ?? "", "partner");
    expect([result.code, (await az.run(forOwner?.script ?? "", "home")).code]).toEqual([0, 0]);
    const owners = [...result.stdout.matchAll(/^ {4}- (\S+) # (?:deployer|rotator)$/gm)].map(([, id]) => id);
    expect(owners).toEqual([partnerTenant.deployer.objectId, partnerTenant.rotator.objectId]);
    await journey.configure(["application", "owners"], owners, "contoso");
    const find = await preflight();
    for (const name of ["rights", "owners", "api Microsoft Partner Center", "vault", "vault-rights"]) {
      expect(find(name)).toMatchObject({ result: "ok" });
    }
    expect(find("enrolment")).toMatchObject({ result: "cannot-tell" });
  });
});

describe("2: an application with a secret and the permission on the Partner API", () => {
  it("up makes it", async () => {
    const { code, document } = await run(["up", "-s", "contoso", "--yes", "--allow-local-state"]);
    expect({ code, problems: document.problems }).toEqual({ code: 0, problems: [] });
    expect(ours()).toMatchObject({ appRoleAssignmentRequired: true });
    expect((await preflight())("assignment")).toMatchObject({ result: "failed" });
  });

  it("the administrator's script, run once more, assigns the reporting user", async () => {
    const { document } = await run(["deployer", "-s", "contoso", "--github", "fabrikam@1/partner-access@2"]);
    expect((await az.run(document.stacks[0].scripts[0].script, "partner")).code).toBe(0);
    expect((await preflight())("assignment")).toMatchObject({ result: "ok" });
  });
});

describe("4: a token", () => {
  it("comes from user name and password, as the page of 2021 says, where nobody demands MFA", async () => {
    const password = journey.emulator.secrets.userPassword;
    await settings({ signIn: { requiresMfa: false } });
    await changeUser(user, { mfa: false });
    const granted = await run(["token", "-s", "contoso", "--flow", "password"], `${password}\n`);
    expect(granted.document.stacks[0]).toMatchObject({ flow: "password", tokenType: "Bearer" });
    await settings({ signIn: { requiresMfa: true } });
    await changeUser(user, { mfa: true });
    const refused = await run(["token", "-s", "contoso", "--flow", "password"], `${password}\n`);
    expect(refused.code).toBe(2);
    expect(refused.document.problems[0].fix).toContain("sign-in");
    expect(refused.stdout + refused.stderr).not.toContain(password);
  });

  it("comes from one sign-in with MFA, for 90 days", async () => {
    const command = startCommand(["sign-in", "-s", "contoso", "--json"], environment(), journey.directory);
    const url = await command.said(/^(https:\/\/localhost:\S+)$/m);
    const { oneTimeCode } = await changeUser(user);
    const page = await plainHttp(journey.emulator).signIn(url, {
      password: journey.emulator.secrets.userPassword,
      code: oneTimeCode,
    });
    expect([page.title, (await command.ended).code]).toEqual(["Signed in", 0]);
    const { code, document } = await run(["token", "-s", "contoso"]);
    expect([code, document.stacks[0].flow]).toEqual([0, "refresh-token"]);
    const life = Date.parse(document.stacks[0].expiresAt) - journey.emulator.world.clock.now().getTime();
    expect(life / 60_000).toBeGreaterThan(50);
    expect(life / 60_000).toBeLessThan(91);
  });
});

describe("1: enrolment in the partner program", () => {
  it("is read, and explained where it is missing", async () => {
    expect((await preflight())("enrolment")).toMatchObject({ result: "ok", detail: expect.stringContaining("MPN id") });
    await settings({ partnerCenter: { enrolled: false } });
    expect((await preflight())("enrolment")).toMatchObject({
      result: "failed",
      fix: expect.stringContaining("https://partner.microsoft.com"),
    });
    await settings({ partnerCenter: { enrolled: true } });
  });
});

describe("3: the role Executive Report Viewer", () => {
  it("is missed by preflight, and the portal's steps are printed without a token", async () => {
    await changeUser(user, { roles: [] });
    expect((await preflight())("report-viewer")).toMatchObject({ result: expect.stringMatching(/failed|cannot-tell/) });
    const { code, document } = await run(["roles", "-s", "contoso"]);
    expect([code, document.stacks[0].outcome]).toEqual([0, "portal"]);
    expect(document.stacks[0].steps.join(" ")).toContain(user);
  });

  it("is given with an administrator's token, and only when told to", async () => {
    const token = await administratorToken();
    const dry = await run(["roles", "-s", "contoso", "--with-token"], `${token}\n`);
    expect(dry.document.stacks[0].outcome).toBe("would-assign");
    const { code, document, stdout, stderr } = await run(
      ["roles", "-s", "contoso", "--with-token", "--assign"],
      `${token}\n`,
    );
    expect([code, document.stacks[0].outcome]).toEqual([0, "assigned"]);
    expect(stdout + stderr).not.toContain(token);
    const again = await run(["roles", "-s", "contoso", "--with-token", "--assign"], `${token}\n`);
    expect(again.document.stacks[0].outcome).toBe("already-assigned");
    const executive = again.document.stacks[0].roles.find(
      ({ name }: { name: string }) => name === "Executive Report Viewer",
    );
    expect(executive.members.map((it: { userPrincipalName: string }) => it.userPrincipalName)).toContain(user);
    const other = await run(["roles", "-s", "contoso", "--with-token"], "no token\n");
    expect([other.code, other.document.problems[0].code]).toEqual([2, "wrong-token"]);
  });
});

describe("5: the first analytics", () => {
  const query = "SELECT CustomerName FROM CustomersAndTenants TIMESPAN LAST_MONTH";

  it("verify follows a token to the first Insights call", async () => {
    const { code, document } = await run(["verify", "-s", "contoso"]);
    expect({ code, problems: document.problems }).toEqual({ code: 0, problems: [] });
  });

  it("datasets are listed, and a query of one of their columns answers rows", async () => {
    const { document } = await run(["insights", "datasets", "-s", "contoso"]);
    const [first] = document.stacks[0].rows as { name: string; columns: string[] }[];
    expect(first?.columns.length).toBeGreaterThan(0);
    const text = `SELECT ${first?.columns[0]} FROM ${first?.name}`;
    const tried = await run(["insights", "query", "-s", "contoso", "--query", text]);
    expect(tried.document.stacks[0].rows.length).toBeGreaterThan(0);
    const wrong = await run(["insights", "query", "-s", "contoso", "--query", "SELECT x FROM Nothing"]);
    expect(wrong.code).toBe(2);
  });

  it("a report is saved as a whole", async () => {
    await settings({ partnerCenter: { reportPendingSeconds: 0, reportRunningSeconds: 0 } });
    const { document: sets } = await run(["insights", "datasets", "-s", "contoso"]);
    const [first] = sets.stacks[0].rows as { name: string; columns: string[] }[];
    const text = first === undefined ? query : `SELECT ${first.columns[0]} FROM ${first.name}`;
    const argv = ["insights", "report", "-s", "contoso", "--query", text, "--out", "report.csv"];
    const { code, document, stderr } = await run(argv);
    expect({ code, stderr: code === 0 ? "" : stderr }).toEqual({ code: 0, stderr: "" });
    const { file, bytes } = document.stacks[0].report;
    expect(file).toBe(join(journey.directory, "report.csv"));
    expect(statSync(file).size).toBe(bytes);
    expect(readFileSync(file, "utf8")).toContain(first?.columns[0]);
    expect(readdirSync(journey.directory).filter((name) => name.endsWith(".part"))).toEqual([]);
    expect((await run(argv)).document.problems[0].code).toBe("file-exists");
  });
});
