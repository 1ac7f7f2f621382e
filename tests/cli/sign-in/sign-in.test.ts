import { createHash } from "node:crypto";
import { homeSubscription, homeTenant, partnerTenant } from "../../../offline/emulator/seed/constants";
import { runCommand } from "../../support/command-process";
import { type DrivenTenant, startDrivenTenant } from "../../support/driver/driven-tenant";
import { endCommands, startCommand } from "../../support/talking-command";
import { plainHttp, type Typed, type UserAgent } from "./user-agent";

const user = partnerTenant.reportingUser.userPrincipalName;
let tenant: DrivenTenant;
let agent: UserAgent;

beforeAll(async () => {
  tenant = await startDrivenTenant();
  agent = plainHttp(tenant.emulator);
});
beforeEach(async () => {
  tenant.restart();
  expect(await tenant.up()).toMatchObject({ ok: true });
});
afterEach(endCommands);
afterAll(async () => {
  await tenant?.stop();
});

const env = () => tenant.emulator.env;
const changeUser = (changes: object, name: string = user) =>
  tenant.emulator.control("POST", "users", { tenant: partnerTenant.id, userPrincipalName: name, ...changes });
const entry = () => {
  const { secrets } = tenant.emulator.world.tenants.get(homeTenant.id)!;
  return secrets.get("fabrikam-partner-access/partner-insights-contoso-refresh-token")?.versions.at(-1);
};
const password = () => tenant.emulator.secrets.userPassword;
const typed = async (): Promise<Typed> => ({ password: password(), code: (await changeUser({})).oneTimeCode });
const address = /^(https:\/\/localhost:\S+)$/m;

/** One sign-in through the command, with whatever the user does in the browser. */
async function signIn(answers: Typed) {
  const command = startCommand(["sign-in", "-s", "dev", "--json"], env());
  const url = await command.said(address);
  const page = await agent.signIn(url, answers);
  return { url, page, ...(await command.ended) };
}

describe("signing in", () => {
  it("keeps a refresh token that gives tokens, with the tags of the contract, and says so in the browser", async () => {
    const { url, page, code, document, stdout, stderr } = await signIn(await typed());
    expect({ code, title: page.title, stderr: stderr.includes("warning") }).toEqual({
      code: 0,
      title: "Signed in",
      stderr: false,
    });
    expect(document.stacks[0]).toMatchObject({ stack: "dev", userPrincipalName: user, warnings: [] });
    expect(entry()).toMatchObject({
      version: document.stacks[0].version,
      enabled: true,
      tags: {
        tenantId: partnerTenant.id,
        managedBy: "partner-insights-access",
        userPrincipalName: user,
        obtainedAt: document.stacks[0].obtainedAt,
      },
    });
    const asked = new URL(url).searchParams;
    expect(asked.get("code_challenge_method")).toBe("S256");
    expect(asked.get("login_hint")).toBe(user);
    const token = await runCommand(["token", "-s", "dev", "--json"], env());
    expect(token.document.stacks[0]).toMatchObject({ flow: "refresh-token" });
    // Nothing of what was redeemed is ever printed.
    const { value } = entry() as unknown as { value: string };
    expect(value.length).toBeGreaterThan(20);
    expect(stdout + stderr).not.toContain(value);
    expect(stdout + stderr).not.toContain(password());
  });

  it("takes a pasted address where there is no browser", async () => {
    const command = startCommand(["sign-in", "-s", "dev", "--paste", "--json"], env());
    const url = await command.said(address);
    let back = "";
    const catching: typeof globalThis.fetch = async (input) => {
      back = String(input);
      return new Response("<h1></h1><p></p>");
    };
    const fetching = jest.spyOn(globalThis, "fetch").mockImplementation(catching);
    await agent.signIn(url, await typed());
    fetching.mockRestore();
    expect(back).toMatch(/^http:\/\/localhost:8400\/\?code=/);
    command.type(`${back}\n`);
    const { code, document, stderr } = await command.ended;
    expect([code, document.ok]).toEqual([0, true]);
    expect(stderr).not.toContain(new URL(back).searchParams.get("code"));
    expect(entry()?.enabled).toBe(true);
  });

  it("warns when the user is an administrator", async () => {
    await changeUser({ roles: ["Executive Report Viewer", "Global Administrator"] });
    const { code, stderr, document } = await signIn(await typed());
    expect(code).toBe(0);
    expect(stderr).toContain(`warning: ${user} is Global Administrator`);
    expect(document.stacks[0].warnings).toHaveLength(1);
  });
});

describe("a sign-in that is refused leaves the vault as it was", () => {
  const placeholder = () => expect(entry()).toMatchObject({ enabled: false });

  it("without MFA", async () => {
    await changeUser({ mfa: false });
    await tenant.emulator.control("POST", "settings", { tenant: partnerTenant.id, signIn: { requiresMfa: false } });
    const { code, page, document } = await signIn({ password: password() });
    expect([code, document.problems[0].code]).toEqual([2, "no-mfa"]);
    expect(page.title).toBe("Not signed in");
    expect(page.text).toContain("without MFA");
    placeholder();
  });

  it("of another user", async () => {
    const other = "other@contoso.example";
    const { oneTimeCode } = await changeUser({ mfa: true }, other);
    const { world } = tenant.emulator;
    const { servicePrincipals, assignments, users, grants } = world.tenants.get(partnerTenant.id)!;
    const principal = servicePrincipals.all().find(({ appRoleAssignmentRequired }) => appRoleAssignmentRequired)!;
    const id = users.all().find(({ userPrincipalName }) => userPrincipalName === other)!.id;
    const assigned = assignments.all().find(({ resourceId }) => resourceId === principal.id)!;
    assignments.put({ ...assigned, id: "other", principalId: id });
    for (const grant of grants.all()) grants.put({ ...grant, id: `${grant.id}-other`, principalId: id });
    const { code, page, document } = await signIn({ password: password(), code: oneTimeCode, userName: other });
    expect([code, document.problems.map((it: { code: string }) => it.code)]).toEqual([2, ["wrong-user"]]);
    expect(page.text).toContain(`${other} signed in, not ${user}`);
    placeholder();
  });

  it("of a user who is not assigned, with the cause in words", async () => {
    const { assignments } = tenant.emulator.world.tenants.get(partnerTenant.id)!;
    for (const { id, principalType } of assignments.all()) if (principalType === "User") assignments.remove(id);
    const command = startCommand(["sign-in", "-s", "dev", "--json"], env());
    const url = await command.said(address);
    // Entra shows this on a page of its own and sends nobody back: the redirect is what a test can do for it.
    const { searchParams } = new URL(url);
    const back = new URL(searchParams.get("redirect_uri") ?? "");
    back.searchParams.set("error", "access_denied");
    back.searchParams.set("error_description", "AADSTS50105: Your administrator has configured …");
    back.searchParams.set("state", searchParams.get("state") ?? "");
    const page = await (await fetch(back)).text();
    expect(page).toContain("not assigned");
    const { code, document } = await command.ended;
    expect([code, document.problems[0].code]).toEqual([2, "AADSTS50105"]);
    placeholder();
  });

  it("with a strange state, which does not end the sign-in that waits", async () => {
    const command = startCommand(["sign-in", "-s", "dev", "--json"], env());
    const url = await command.said(address);
    for (const query of ["?code=x", "?code=x&state=wrong", "?error=access_denied&state=", "other?code=x"]) {
      expect((await fetch(`http://localhost:8400/${query}`)).status).toBeGreaterThanOrEqual(400);
    }
    const page = await agent.signIn(url, await typed());
    expect([page.title, (await command.ended).code]).toEqual(["Signed in", 0]);
  });

  it("with a code that another verifier asked for: PKCE", async () => {
    const command = startCommand(["sign-in", "-s", "dev", "--json"], env());
    const url = new URL(await command.said(address));
    url.searchParams.set("code_challenge", createHash("sha256").update("of somebody else").digest("base64url"));
    const page = await agent.signIn(url.toString(), await typed());
    expect(page.title).toBe("Not signed in");
    expect((await command.ended).code).toBe(2);
    placeholder();
  });
});

describe("the rights that a sign-in needs in the vault", () => {
  const role = { user: "4633458b-17de-408a-b874-0445c86b69e6", officer: "b86a8fe4-44ce-4948-aee5-eccb2c155cd7" };
  const needed = [
    ["client-secret", role.user],
    ["refresh-token", role.officer],
  ] as const;
  const give = (entries: readonly (readonly [string, string])[]) => {
    const { roleAssignments } = tenant.emulator.world.tenants.get(homeTenant.id)!;
    const { objectId } = homeTenant.renewer;
    for (const { id, principalId } of roleAssignments.all()) if (principalId === objectId) roleAssignments.remove(id);
    const { id: subscription, resourceGroup, vault } = homeSubscription;
    const vaultScope = `/subscriptions/${subscription}/resourcegroups/${resourceGroup}/providers/microsoft.keyvault/vaults/${vault}`;
    for (const [entryName, roleDefinitionId] of entries) {
      const scope = `${vaultScope}/secrets/partner-insights-contoso-${entryName}`;
      const facts = { scope, roleDefinitionId, principalId: objectId, principalType: "ServicePrincipal" } as const;
      const name = `00000000${roleDefinitionId.slice(8)}`;
      roleAssignments.put({
        ...facts,
        id: `${scope}/${name}`,
        name,
        description: null,
        condition: null,
        conditionVersion: null,
        createdOn: "2026-01-01T00:00:00Z",
      });
    }
  };
  const asPerson = () => ({
    ...env(),
    AZURE_CLIENT_ID: homeTenant.renewer.clientId,
    AZURE_CLIENT_SECRET: tenant.emulator.secrets.renewer,
  });

  it("are to read the client secret and to write the refresh token, each on its entry alone", async () => {
    give(needed);
    const command = startCommand(["sign-in", "-s", "dev", "--json"], asPerson());
    const page = await agent.signIn(await command.said(address), await typed());
    expect([page.title, (await command.ended).code]).toEqual(["Signed in", 0]);
  });

  it.each(needed)("without the one on %s nobody is asked to sign in, or nothing is kept", async (gone) => {
    give(needed.filter(([name]) => name !== gone));
    const command = startCommand(["sign-in", "-s", "dev", "--json"], asPerson());
    const { code, document } = await command.ended;
    expect([code, document.problems[0].code]).toEqual([2, "vault-forbidden"]);
    expect(entry()).toMatchObject({ enabled: false });
  });
});

it("says what to do before anybody signs in where nothing was deployed, or somebody else listens", async () => {
  const first = startCommand(["sign-in", "-s", "dev", "--json"], env());
  await first.said(address);
  const second = await runCommand(["sign-in", "-s", "dev", "--json"], env());
  expect([second.code, second.document.problems[0].code]).toEqual([2, "port-taken"]);
  expect(second.document.problems[0].fix).toContain("--paste");
  const cancelled = new URL("http://localhost:8400/");
  cancelled.searchParams.set("error", "access_denied");
  cancelled.searchParams.set("state", new URL(await first.said(address)).searchParams.get("state") ?? "");
  await fetch(cancelled);
  expect((await first.ended).document.problems[0].code).toBe("cancelled");
  tenant.restart();
  const nothing = await runCommand(["sign-in", "-s", "dev", "--json"], env());
  expect([nothing.code, nothing.document.problems[0].code]).toEqual([2, "no-entry"]);
});
