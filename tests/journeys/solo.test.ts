import { randomUUID } from "node:crypto";
import { dirname } from "node:path";
import { azureRoles } from "../../model/azure-roles";
import { homeSubscription, homeTenant, partnerTenant } from "../../offline/emulator/seed/constants";
import { administratorId } from "../../offline/emulator/seed/seed-azure";
import { azureCliAppId } from "../../offline/emulator/world/microsoft-applications";
import { plainHttp } from "../cli/sign-in/user-agent";
import { type SignedInCli, signInToCli } from "../support/azure-cli";
import { runCommand } from "../support/command-process";
import { expectSuccess, type Journey, startJourney } from "../support/journey";
import { endCommands, startCommand } from "../support/talking-command";
import { publishedValue, readState, type State, viewOf } from "./tenant-view";

/** One person who administers both tenants, with `az login` and nothing else: no identity of a pipeline takes part. */
let journey: Journey;
let cli: SignedInCli;
let untouched: State;
let now = "2027-01-04T08:00:00.000Z";
const person = administratorId(partnerTenant.id);
const stack = "alone";
const [vault, clientSecret] = ["alone-vault", "partner-insights-alone-client-secret"];
const view = async () => viewOf(await readState(journey), "Partner Insights access (alone)");
/** What a person answers once; everything else is found or made. */
const answers = [
  ...["--tenant-id", partnerTenant.id, "--domain", partnerTenant.domain],
  ...["--user", partnerTenant.reportingUser.userPrincipalName],
  ...["--vault-tenant-id", homeTenant.id, "--subscription-id", homeSubscription.id],
  ...["--resource-group", "alone", "--vault-name", vault],
];
const newSolo = () =>
  runCommand(["new", stack, "--solo", "--json", "--yes", ...answers], environment(), journey.directory);

jest.setTimeout(240_000);
beforeAll(async () => {
  journey = await startJourney();
  cli = await signInToCli(journey.emulator);
  await moveBy(0);
  untouched = await readState(journey);
});
afterEach(endCommands);
afterAll(async () => {
  cli?.remove();
  await journey?.stop();
});

async function moveBy(days: number) {
  now = new Date(Date.parse(now) + days * 86_400_000).toISOString();
  journey.emulator.forgetTokens();
  await journey.emulator.control("POST", "clock", { set: now });
}

/** Everything of the emulator's environment but its identities. */
function environment(more: Readonly<Record<string, string>> = {}): Record<string, string> {
  const rest = Object.entries(journey.env).filter(
    ([name]) => !/^(ARM_(CLIENT|TENANT|OIDC)|AZURE_(CLIENT|TENANT))/.test(name),
  );
  const PATH = `${cli.folder}:${dirname(journey.pulumi)}:${journey.env["PATH"]}`;
  return { ...Object.fromEntries(rest), PATH, PARTNER_ACCESS_NOW: now, ...more };
}

async function run(verb: string, ...argv: string[]) {
  const result = await runCommand([verb, "-s", stack, "--json", ...argv], environment(), journey.directory);
  if (result.document === undefined) throw new Error(`${verb} ended with ${result.code}: ${result.stderr}`);
  return result;
}

describe("a solo stack, by one person with the Azure CLI's sign-in", () => {
  it("begins with a file and a vault; a right that could not be given is the only thing that is missing then", async () => {
    const path = "**/alone-vault/providers/Microsoft.Authorization/roleAssignments/*";
    const fault = { path, method: "PUT", times: 1, when: "before", action: "status", status: 403 };
    await journey.emulator.control("POST", "faults", [fault]);
    const { document } = await newSolo();
    expect(document.problems).toEqual([expect.objectContaining({ message: expect.stringContaining("status 403") })]);
    await journey.stacks.init(stack);
  });

  it("is refused in a pipeline, by commands and by the program, before any write", async () => {
    const { result, writes } = await journey.during(() =>
      runCommand(["status", "-s", stack, "--json"], environment({ CI: "true" }), journey.directory),
    );
    expect(result.document.problems[0]).toMatchObject({
      code: "solo",
      message: expect.stringContaining("CI is set, so this is a pipeline"),
    });
    const program = await journey.during(() =>
      journey.withEnv({ ...unset(), ...environment({ TF_BUILD: "True" }) }).up(stack),
    );
    expect(program.result.ok).toBe(false);
    expect(program.result.diagnostics.map(({ message }) => message).join("\n")).toContain(
      "TF_BUILD is set, so this is a pipeline",
    );
    expect([writes, program.writes]).toEqual([[], []]);
  });

  it("is not updated before the person may write the vault, and says who gives the right, and how", async () => {
    const { result, writes } = await journey.during(() => run("up", "--preflight", "--yes"));
    expect([result.code, writes]).toEqual([1, []]);
    expect(result.document.stacks).toEqual([{ stack, outcome: "refused", changes: [], next: [] }]);
    const codes = result.document.problems.map(({ code }: State) => code);
    expect(codes).toEqual(["vault-rights", "vault-address"]);
    expect(result.document.problems[0].fix).toMatch(/^The owner of the vault: .*az role assignment create/);
    const again = await newSolo();
    expect(again.document.stacks[0].created).toEqual(["give you Key Vault Secrets Officer on vault alone-vault"]);
  });

  it("is deployed by the same command, with one line that warns of the state on this machine, and owned by the person", async () => {
    const { code, document, stderr } = await run("up", "--preflight", "--yes");
    expect({ code, problems: document.problems }).toEqual({ code: 0, problems: [] });
    expect(document.stacks[0].next).toEqual([
      { name: "sign-in", who: "the reporting user", todo: "npm run partner-access -- sign-in -s alone" },
    ]);
    expect(stderr.match(/^warning: the state of alone would be on this machine only.*$/gm)).toHaveLength(1);
    const state = await readState(journey);
    const [application] = state.tenants[partnerTenant.id].applications.filter(
      (it: State) => it.appId === viewOf(state, "Partner Insights access (alone)").clientId,
    );
    expect(application.owners).toEqual([person]);
  });

  it("gives tokens after one sign-in", async () => {
    const signIn = startCommand(["sign-in", "-s", stack, "--json"], environment(), journey.directory);
    const url = await signIn.said(/^(https:\/\/localhost:\S+)$/m);
    const who = { tenant: partnerTenant.id, userPrincipalName: partnerTenant.reportingUser.userPrincipalName };
    const { oneTimeCode } = await journey.emulator.control("POST", "users", who);
    const typed = { password: journey.emulator.secrets.userPassword, code: oneTimeCode };
    const page = await plainHttp(journey.emulator).signIn(url, typed);
    expect([page.title, (await signIn.ended).code]).toEqual(["Signed in", 0]);
  });

  it("is rotated when it is due, and healthy in status and without drift", async () => {
    await moveBy(85);
    const { code, document } = await run("rotate");
    expect({ code, problems: document.problems }).toEqual({ code: 0, problems: [] });
    expect(document.stacks[0]).toMatchObject({ outcome: "rotated", refreshToken: { result: "renewed" } });
    const { status } = await journey.emulator.requestToken({
      client_id: (await view()).clientId,
      client_secret: publishedValue(journey, clientSecret, vault),
      grant_type: "client_credentials",
      scope: `${journey.emulator.origin}/.default`,
    });
    expect(status).toBe(200);
    expect(await run("status")).toMatchObject({ code: 0, document: { problems: [] } });
    expect(await run("drift")).toMatchObject({ code: 0, document: { stacks: [{ differences: [] }] } });
  });

  it("is ready by preflight, which reads the person's own roles", async () => {
    const { code, document } = await run("preflight");
    expect({ code, problems: document.problems }).toEqual({ code: 0, problems: [] });
    const [{ checks, acts, next }] = document.stacks;
    const result = (name: string) => checks.find((check: State) => check.name === name)?.result;
    expect(["rights", "owners", "vault-rights", "state-store"].map(result)).toEqual(["ok", "ok", "ok", "warning"]);
    expect([acts.map(({ state }: State) => state), next]).toEqual([["done", "done", "done", "done", "done"], null]);
  });

  it("was never run by an identity of a pipeline", async () => {
    const pipelines: readonly string[] = [partnerTenant, homeTenant].flatMap(({ deployer, rotator }) => [
      deployer.clientId,
      rotator.clientId,
    ]);
    const callers = new Set((await journey.calls()).flatMap(({ caller }) => caller ?? []));
    expect([...callers].filter((caller) => pipelines.includes(caller))).toEqual([]);
    expect(callers).toContain(azureCliAppId);
  });

  it("gives its application to a pipeline's identities without a new secret or a gap", async () => {
    const before = [(await view()).keyIds, publishedValue(journey, clientSecret, vault)];
    const { deployer, rotator } = partnerTenant;
    await journey.configure(["application", "owners"], [deployer.objectId, rotator.objectId, person], stack);
    const shared = await run("up", "--yes");
    expect({ code: shared.code, problems: shared.document.problems }).toEqual({ code: 0, problems: [] });
    await journey.configure(["solo"], undefined, stack);
    await journey.configure(["vault", "clientId"], homeTenant.deployer.clientId, stack);
    await giveRolesToPipeline();
    const refused = await run("up", "--yes");
    expect(refused.document.problems[0].message).toContain("the environment names no identity");
    const pipeline = { ...journey.env, PATH: environment()["PATH"], PARTNER_ACCESS_NOW: now };
    const joined = await runCommand(["up", "-s", stack, "--yes", "--json"], pipeline, journey.directory);
    expect({ code: joined.code, problems: joined.document.problems }).toEqual({ code: 0, problems: [] });
    expect([(await view()).keyIds, publishedValue(journey, clientSecret, vault)]).toEqual(before);
    const rotated = await runCommand(["rotate", "-s", stack, "--json"], pipeline, journey.directory);
    expect(rotated.document.stacks[0]).toMatchObject({ outcome: "not-due" });
  });

  it("ends with nothing left", async () => {
    expectSuccess(await journey.withEnv({ PARTNER_ACCESS_NOW: now }).destroy(stack));
    const left = (state: State) => state.tenants[partnerTenant.id].applications;
    expect(left(await readState(journey))).toEqual(left(untouched));
  });
});

/** What the vault's owner gives the identity that writes it from now on. */
async function giveRolesToPipeline(): Promise<void> {
  const group = `/subscriptions/${homeSubscription.id}/resourceGroups/alone`;
  const { secretsOfficer, keyVaultContributor, rbacAdministrator } = azureRoles;
  const roles = [secretsOfficer, keyVaultContributor, rbacAdministrator].map(({ id }) => id);
  for (const role of roles) {
    const path = `${group}/providers/Microsoft.Authorization/roleAssignments/${randomUUID()}?api-version=2022-04-01`;
    const roleDefinitionId = `/subscriptions/${homeSubscription.id}/providers/Microsoft.Authorization/roleDefinitions/${role}`;
    const properties = {
      principalId: homeTenant.deployer.objectId,
      principalType: "ServicePrincipal",
      roleDefinitionId,
    };
    const { status } = await journey.emulator.call("PUT", path, { as: "home-administrator", body: { properties } });
    expect(status).toBe(201);
  }
}

/** `withEnv` adds to the journey's own variables. */
function unset(): Record<string, undefined> {
  const kept = environment();
  return Object.fromEntries(Object.keys(journey.env).flatMap((name) => (name in kept ? [] : [[name, undefined]])));
}
