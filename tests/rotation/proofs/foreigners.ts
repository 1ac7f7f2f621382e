import { randomUUID } from "node:crypto";
import { homeTenant, partnerTenant } from "../../../offline/emulator/seed/constants";
import type { DrivenTenant } from "../../support/driver/driven-tenant";
import { applicationOf, onTheApplication } from "./looking";

/** What others put beside our things, by id. */
export interface Foreigners {
  readonly credentials: ReadonlySet<string>;
  readonly applications: ReadonlySet<string>;
  readonly owners: ReadonlySet<string>;
  readonly grants: ReadonlySet<string>;
  readonly entries: ReadonlySet<string>;
  readonly roleAssignments: ReadonlySet<string>;
}

/** Names that a careless eye takes for ours: other stacks', other spellings, other generations. */
const lookAlikes = [
  "partner-access/dev",
  "partner-access/dev/",
  "partner-access/dev/0",
  "partner-access/dev/01",
  "partner-access/dev/2 ",
  " partner-access/dev/2",
  "partner-access/dev/2/3",
  "partner-access/dev/-1",
  "partner-access/dev/1e0",
  "partner-access/dev/999999",
  "partner-access/devel/1",
  "partner-access/prod/1",
  "partner-access/renamed-1/1",
  "partner-access//1",
  "Partner-Access/dev/1",
  "partner-access/DEV/1",
  "partner-access\\dev\\1",
  "partner‐access/dev/1",
  "partner-access/dev/１",
  "partner-access/dev/1\n",
  "rbac",
  "",
];

interface Dice {
  below(sides: number): number;
  one<T>(choices: readonly T[]): T;
}

/** Puts a handful of everything into both tenants, as other people and other tools would. */
export async function plantForeigners(tenant: DrivenTenant, roll: Dice): Promise<Foreigners> {
  const ours = applicationOf(tenant);
  if (ours === undefined) throw new Error("the stack has no application yet");
  const some = [...lookAlikes].sort(() => roll.below(3) - 1).slice(0, 8);
  const credentials = new Set<string>();
  for (const displayName of some) credentials.add(await addPassword(tenant, ours.id, displayName));
  const twin = await onTheApplication(tenant, "POST", "/v1.0/applications", {
    displayName: ours.properties["displayName"],
    signInAudience: "AzureADMyOrg",
  });
  await addPassword(tenant, twin.id, "partner-access/dev/1");
  const owner = roll.one([partnerTenant.administrator.objectId, partnerTenant.reportingUser.objectId]);
  for (const kind of [`applications/${ours.id}`, `servicePrincipals/${principalOf(tenant, ours.appId)}`]) {
    await onTheApplication(tenant, "POST", `/v1.0/${kind}/owners/$ref`, {
      "@odata.id": `https://graph.microsoft.com/v1.0/directoryObjects/${owner}`,
    });
  }
  return {
    credentials,
    applications: new Set([twin.id]),
    owners: new Set([owner]),
    grants: await addGrant(tenant, principalOf(tenant, ours.appId)),
    entries: await addEntries(tenant, roll),
    roleAssignments: new Set(
      home(tenant)
        .roleAssignments.all()
        .map(({ id }) => id),
    ),
  };
}

/** All of it as it is now, in the words of the directories themselves. What is gone is missing. */
export function seenOf(tenant: DrivenTenant, foreigners: Foreigners): Readonly<Record<string, unknown>> {
  const partner = tenant.emulator.world.tenants.get(partnerTenant.id);
  const applications = partner?.applications.all() ?? [];
  const principals = partner?.servicePrincipals.all() ?? [];
  const seen: [string, unknown][] = [
    ...applications.flatMap(({ passwordCredentials }) =>
      passwordCredentials
        .filter(({ keyId }) => foreigners.credentials.has(keyId))
        .map((credential): [string, unknown] => [`credential ${credential.keyId}`, credential]),
    ),
    ...applications
      .filter(({ id }) => foreigners.applications.has(id))
      .map((application): [string, unknown] => [`application ${application.id}`, application]),
    ...[...applications, ...principals].flatMap(({ id, owners }) =>
      owners
        .filter((owner) => foreigners.owners.has(owner))
        .map((owner): [string, unknown] => [`owner of ${id}`, owner]),
    ),
    ...(partner?.grants.all() ?? [])
      .filter(({ id }) => foreigners.grants.has(id))
      .map((grant): [string, unknown] => [`grant ${grant.id}`, grant]),
    ...home(tenant)
      .secrets.all()
      .filter(({ name }) => foreigners.entries.has(name))
      .map((entry): [string, unknown] => [`entry ${entry.name}`, entry]),
    ...home(tenant)
      .roleAssignments.all()
      .filter(({ id }) => foreigners.roleAssignments.has(id))
      .map((assignment): [string, unknown] => [`role assignment ${assignment.id}`, assignment]),
  ];
  return Object.fromEntries(seen);
}

async function addPassword(tenant: DrivenTenant, applicationId: string, displayName: string): Promise<string> {
  const path = `/v1.0/applications/${applicationId}/addPassword`;
  const added = await onTheApplication(tenant, "POST", path, { passwordCredential: { displayName } });
  return (added as unknown as { keyId: string }).keyId;
}

/** Another grant on our principal: for everyone, of an API that the stack asks for too. */
async function addGrant(tenant: DrivenTenant, principalId: string): Promise<ReadonlySet<string>> {
  const other = tenant.emulator.world.tenants
    .get(partnerTenant.id)
    ?.users.all()
    .find(({ id }) => id !== partnerTenant.reportingUser.objectId);
  const resource = principalOf(tenant, "00000003-0000-0000-c000-000000000000");
  const grant = await onTheApplication(tenant, "POST", "/v1.0/oauth2PermissionGrants", {
    clientId: principalId,
    consentType: "Principal",
    principalId: other?.id,
    resourceId: resource,
    scope: "openid User.Read",
  });
  return new Set([grant.id]);
}

async function addEntries(tenant: DrivenTenant, roll: Dice): Promise<ReadonlySet<string>> {
  const { name, prefix } = tenant.configuration.vault;
  const names = [
    `${prefix}client-secret-old`,
    `${prefix}client-secrets`,
    `x-${prefix}client-secret`,
    "partner-insights",
  ];
  const vault = `https://${name}.${tenant.emulator.world.addresses.keyVaultSuffix}`;
  for (const entry of names) {
    const path = `${vault}/secrets/${entry}?api-version=7.4`;
    const body = { value: randomUUID(), tags: { managedBy: roll.one(["partner-insights-access", "someone"]) } };
    const answer = await tenant.emulator.call("PUT", path, { as: "home-deployer", body });
    if (answer.status !== 200) throw new Error(`PUT ${entry}: ${answer.status} ${answer.text}`);
  }
  return new Set(names);
}

function principalOf(tenant: DrivenTenant, clientId: string): string {
  const principals = tenant.emulator.world.tenants.get(partnerTenant.id)?.servicePrincipals.all() ?? [];
  return principals.find(({ appId }) => appId === clientId)?.id ?? "";
}

function home(tenant: DrivenTenant) {
  const found = tenant.emulator.world.tenants.get(homeTenant.id);
  if (found === undefined) throw new Error("the vault's tenant is missing");
  return found;
}
