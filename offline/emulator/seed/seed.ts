import { testIssuerPath } from "../control/test-issuer";
import type { EmulatorSecrets } from "../http/secrets";
import { createTenant, type EmulatedWorld, settle } from "../world/emulated-world";
import { keyVaultAppId, microsoftGraphAppId, resourceManagerAppId } from "../world/microsoft-applications";
import type { Tenant } from "../world/world";
import { homeSubscription, homeTenant, partnerTenant, type SeedIdentityIds } from "./constants";
import { addHomeSubscription, administratorId } from "./seed-azure";
import { addIdentity, addMicrosoftPrincipal, type SeedIdentity } from "./seed-identity";
import { addUser } from "./seed-user";

/** What callers learn about a tenant. */
export interface TenantSummary {
  readonly id: string;
  readonly domain: string;
  readonly role: "partner" | "home";
  readonly deployer: SeedIdentityIds;
  readonly reportingUser: { readonly userPrincipalName: string } | null;
  /** A person with every right in the tenant, as whom a rehearsal signs in. */
  readonly administrator: { readonly userPrincipalName: string; readonly password: string };
  /** The vault that exists in the tenant's subscription; null where there is none. */
  readonly vault: { readonly subscriptionId: string; readonly resourceGroup: string; readonly name: string } | null;
}

/** What a tenant is made from. */
export interface TenantSeed {
  readonly id: string;
  readonly domain: string;
  readonly displayName: string;
  readonly role: "partner" | "home";
  readonly deployer: SeedIdentityIds;
  readonly rotator: SeedIdentityIds;
  readonly administrator: SeedIdentityIds;
  readonly reportingUser: { readonly userPrincipalName: string; readonly objectId: string } | null;
}

/** What the seed needs from the emulator. */
export interface SeedContext {
  readonly world: EmulatedWorld;
  readonly secrets: EmulatorSecrets;
  readonly changed: () => void;
}

/** Subject of the pipeline tokens that the seeded identities trust. */
export const pipelineSubjects = {
  deployer: "repo:contoso/partner-access:environment:apply",
  rotator: "repo:contoso/partner-access:environment:rotate",
} as const;

/**
 * What an identity may do in Graph. The deployer creates and owns the application, consents and assigns; the rotator only changes what it
 * owns. A home tenant's identities need Azure roles instead and no Graph permission at all.
 */
const graphPermissions = {
  deployer: [
    // Not OwnedBy: with that, Graph lets nobody instantiate an API of another publisher, and Partner Center's principal is missing here.
    "Application.ReadWrite.All",
    "DelegatedPermissionGrant.ReadWrite.All",
    "AppRoleAssignment.ReadWrite.All",
    "Directory.Read.All",
    "Policy.Read.All",
  ],
  rotator: ["Application.ReadWrite.OwnedBy"],
  administrator: [
    "Application.ReadWrite.All",
    "AppRoleAssignment.ReadWrite.All",
    "DelegatedPermissionGrant.ReadWrite.All",
    "Directory.ReadWrite.All",
    "Organization.Read.All",
    "Policy.Read.All",
    "Policy.ReadWrite.ApplicationConfiguration",
    "RoleManagement.ReadWrite.Directory",
    "User.ReadWrite.All",
  ],
} as const;

/** The initial state: the partner's tenant and the vault's home tenant. */
export function seedWorld(context: SeedContext): TenantSummary[] {
  context.world.tenants.clear();
  context.world.deviceSignIns.clear();
  const partner = addTenant(context, { ...partnerTenant, role: "partner" });
  const home = addTenant(context, { ...homeTenant, role: "home", reportingUser: null });
  const tenant = context.world.tenants.get(homeTenant.id);
  if (tenant === undefined) throw new Error("the home tenant was not seeded");
  addConsumers(tenant, context);
  addHomeSubscription(tenant);
  settle(tenant);
  const { id: subscriptionId, resourceGroup, vault: name } = homeSubscription;
  return [partner, { ...home, vault: { subscriptionId, resourceGroup, name } }];
}

/** Adds one tenant with Microsoft Graph, its administrator, deployer and rotator; every deployer has the same secret. */
export function addTenant(context: SeedContext, seed: TenantSeed): TenantSummary {
  const { world, changed } = context;
  const tenant = createTenant(seed, world.lag, changed);
  for (const appId of [microsoftGraphAppId, resourceManagerAppId, keyVaultAppId]) addMicrosoftPrincipal(tenant, appId);
  for (const identity of tenantIdentities(seed, context)) addIdentity(tenant, identity);
  addTenantUsers(tenant, seed, context);
  addPolicies(tenant);
  settle(tenant);
  world.tenants.set(tenant.id, tenant);
  const { id, domain, role, deployer, reportingUser } = seed;
  return {
    id,
    domain,
    role,
    deployer,
    reportingUser: reportingUser === null ? null : { userPrincipalName: reportingUser.userPrincipalName },
    administrator: { userPrincipalName: administratorName(domain), password: context.secrets.userPassword },
    vault: null,
  };
}

function tenantIdentities(seed: TenantSeed, { world, secrets }: SeedContext): SeedIdentity[] {
  const issuer = `${world.addresses.origin}${testIssuerPath}`;
  return (["deployer", "rotator", "administrator"] as const).map((name) => ({
    ids: seed[name],
    displayName: `partner-access ${name}`,
    secret: secrets[name],
    graphPermissions: seed.role === "home" && name !== "administrator" ? [] : graphPermissions[name],
    ...(name === "administrator" ? {} : { federated: { issuer, subject: pipelineSubjects[name] } }),
  }));
}

function addConsumers(tenant: Tenant, { secrets }: SeedContext): void {
  const consumers = [
    { ids: homeTenant.reader, displayName: "report-builder", secret: secrets.reader },
    { ids: homeTenant.renewer, displayName: "token-renewer", secret: secrets.renewer },
  ];
  for (const consumer of consumers) addIdentity(tenant, { ...consumer, graphPermissions: [] });
}

const administratorName = (domain: string): string => `admin@${domain}`;

function addTenantUsers(tenant: Tenant, seed: TenantSeed, { secrets }: SeedContext): void {
  const password = secrets.userPassword;
  addUser(tenant, {
    objectId: administratorId(tenant.id),
    userPrincipalName: administratorName(tenant.domain),
    displayName: "Administrator",
    password,
    mfa: true,
    roles: ["Global Administrator"],
    isBlocked: false,
  });
  if (seed.reportingUser === null) return;
  addUser(tenant, {
    ...seed.reportingUser,
    displayName: "Reports",
    password,
    mfa: true,
    roles: ["Executive Report Viewer"],
    isBlocked: false,
  });
}

/** The tenant-wide app management policy as every tenant has it: present, switched off, without restrictions. */
function addPolicies(tenant: Tenant): void {
  const none = { passwordCredentials: [], keyCredentials: [] };
  tenant.policies.put({
    id: "00000000-0000-0000-0000-000000000000",
    properties: {
      displayName: "Default app management tenant policy",
      description:
        "Default tenant policy that enforces app management restrictions on applications and service principals.",
      isEnabled: false,
      applicationRestrictions: none,
      servicePrincipalRestrictions: none,
    },
  });
}
