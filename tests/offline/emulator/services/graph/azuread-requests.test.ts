import { partnerTenant } from "../../../../../offline/emulator/seed/constants";
import { startTestEmulator, type TestEmulator } from "../../../../support/emulator";
import {
  AzureadRequests,
  microsoftGraphAppId,
  openidScopes,
  partnerCenterAppId,
  userReadScope,
} from "./azuread-requests";

let emulator: TestEmulator;
let plugin: AzureadRequests;

beforeEach(async () => {
  emulator = await startTestEmulator();
  plugin = new AzureadRequests(emulator);
});
afterEach(() => emulator.stop());

const tenant = () => emulator.world.tenants.get(partnerTenant.id)!;

async function administrate(method: string, path: string, body?: unknown) {
  const { status, body: answer } = await emulator.call(method, path, { as: "partner-administrator", body });
  if (status >= 300) throw new Error(`${method} ${path}: ${status} ${answer?.error?.message}`);
  return answer;
}

/** What a first `up` makes once the APIs' principals are known. */
async function firstUp(partner: string, microsoftGraph: string) {
  const user = await plugin.findUser();
  const { id, appId } = await plugin.createApplication();
  const [key] = [await plugin.createPassword(id, 1)];
  const principal = await plugin.createPrincipal(appId, { appRoleAssignmentRequired: true, keepsCaller: true });
  const assignment = await plugin.assign(principal, user);
  const grants = [
    await plugin.createGrant(principal, partner, "user_impersonation", user),
    await plugin.createGrant(principal, microsoftGraph, "openid offline_access profile", user),
  ] as const;
  return { id, appId, principal, assignment, grants, user, key };
}

async function destroy(made: Awaited<ReturnType<typeof firstUp>>, keys: readonly string[]) {
  for (const grant of made.grants) await plugin.deleteGrant(grant);
  await plugin.unassign(made.principal, made.assignment);
  await plugin.delete(`/v1.0/servicePrincipals/${made.principal}`);
  for (const key of keys) await plugin.deletePassword(made.id, key);
  await plugin.delete(`/v1.0/applications/${made.id}`);
}

it("takes the plugin from a first up through rotations and consent changes to destroy", async () => {
  const partner = await administrate("POST", "/v1.0/servicePrincipals", { appId: partnerCenterAppId });
  const [found, microsoftGraph] = await plugin.findPrincipals(partnerCenterAppId, microsoftGraphAppId);
  expect(found).toBe(partner.id);
  const made = await firstUp(partner.id, microsoftGraph!);

  // A permission more: one PATCH of the application, one of the grant.
  await plugin.updateApplication(made.id, [...openidScopes, userReadScope]);
  await plugin.updateGrant(made.grants[1], "openid offline_access profile User.Read");
  // Second slot filled, first emptied and filled again, second replaced while occupied.
  const second = await plugin.createPassword(made.id, 2);
  await plugin.deletePassword(made.id, made.key!);
  const third = await plugin.createPassword(made.id, 3);
  const fourth = await plugin.createPassword(made.id, 4);
  await plugin.deletePassword(made.id, second);
  // Consent from one user to everyone: create first, delete the old one afterwards.
  const wide = await plugin.createGrant(made.principal, partner.id, "user_impersonation");
  await plugin.deleteGrant(made.grants[0]);
  const application = await plugin.updateApplication(made.id, openidScopes);
  await plugin.readPrincipal(made.principal);

  expect(application.passwordCredentials.map(({ keyId }: { keyId: string }) => keyId)).toEqual([third, fourth]);
  expect(application.api.oauth2PermissionScopes).toEqual([]);
  expect(tenant().applications.get(made.id)!.owners).toEqual([partnerTenant.deployer.objectId]);
  await destroy({ ...made, grants: [wide, made.grants[1]] }, [third, fourth]);
  expect(tenant().grants.all()).toEqual([]);
  expect(
    tenant()
      .deleted.all()
      .map(({ type }) => type),
  ).toEqual(["servicePrincipal", "application"]);
  expect(plugin.count).toBe(86);
});

it("lets the deployer create the API's missing principal, and give up owning it", async () => {
  const microsoftGraph = tenant()
    .servicePrincipals.all()
    .find(({ appId }) => appId === microsoftGraphAppId)!.id;
  expect(await plugin.findPrincipals(partnerCenterAppId, microsoftGraphAppId)).toEqual([undefined, microsoftGraph]);
  const partner = await plugin.createPrincipal(partnerCenterAppId);
  expect(tenant().servicePrincipals.get(partner)).toMatchObject({ isFirstParty: true, owners: [] });
  const made = await firstUp(partner, microsoftGraph);
  await destroy(made, [made.key!]);
});

it("lets a rotator that owns the application rotate, and nothing else", async () => {
  const made = await plugin.createApplication();
  const path = `/v1.0/applications/${made.id}`;
  const rotate = (method: string, target: string, body?: unknown) =>
    emulator.call(method, target, { as: "partner-rotator", body });
  expect((await rotate("POST", `${path}/addPassword`, {})).status).toBe(403);
  await administrate("POST", `${path}/owners/$ref`, {
    "@odata.id": `${emulator.origin}/v1.0/directoryObjects/${partnerTenant.rotator.objectId}`,
  });
  const added = await rotate("POST", `${path}/addPassword`, {});
  expect(added.status).toBe(200);
  expect((await rotate("POST", `${path}/removePassword`, { keyId: added.body.keyId })).status).toBe(204);
  expect((await rotate("GET", "/v1.0/users")).status).toBe(403);
  expect((await rotate("GET", "/v1.0/oauth2PermissionGrants")).status).toBe(403);
});

it("gives out a secret that Entra accepts, until it is removed", async () => {
  const { id, appId } = await plugin.createApplication();
  await plugin.createPrincipal(appId, { keepsCaller: true });
  const { keyId, secretText } = await plugin.expect(200, "POST", `/v1.0/applications/${id}/addPassword`, {});
  const form = {
    grant_type: "client_credentials",
    client_id: appId,
    client_secret: secretText,
    scope: "https://graph.microsoft.com/.default",
  };
  expect((await emulator.requestToken(form)).status).toBe(200);
  await plugin.deletePassword(id, keyId);
  expect((await emulator.requestToken(form)).status).toBe(401);
});
