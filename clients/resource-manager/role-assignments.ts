import type { TokenCredential } from "@azure/identity";
import { z } from "zod";
import { isLoopback } from "../entra/clouds";
import { type Call, call } from "../http/call";
import type { HttpSettings } from "../http/exchange";
import { readPages } from "../http/pages";
import { shaped } from "../http/shape";

/** A role assignment of Azure, as its list shows it. */
export interface RoleAssignment {
  /** Full resource id. */
  readonly id: string;
  readonly scope: string;
  readonly principalObjectId: string;
  /** The role's own GUID, the end of its full id. */
  readonly roleId: string;
  /** `User`, `Group`, `ServicePrincipal`, … */
  readonly principalType: string;
  readonly condition: string | undefined;
}

/** The settings of a vault that decide who reaches its entries, and for how long deleted ones can be recovered. */
interface VaultSettings {
  readonly isRoleBased: boolean;
  readonly hasSoftDelete: boolean;
  readonly hasPurgeProtection: boolean;
  readonly retentionDays: number;
  readonly publicNetwork: string;
}

/** What commands ask of Azure Resource Manager. */
export interface ResourceManager {
  /** Role assignments made on exactly this scope. */
  roleAssignmentsOn(scope: string): Promise<readonly RoleAssignment[]>;
  /** A vault by its resource id; undefined when there is none. */
  vault(id: string): Promise<VaultSettings | undefined>;
}

const API_VERSION = "2022-04-01";
const VAULT_API_VERSION = "2023-07-01";
const SERVICE = "Azure Resource Manager";

/** A reader of Azure Resource Manager with the vault's own sign-in. */
export function createResourceManager(
  options: {
    /** `https://management.azure.com`, without a trailing slash. */
    readonly endpoint: string;
    readonly credential: TokenCredential;
  } & HttpSettings,
): ResourceManager {
  const { endpoint, credential, ...settings } = options;
  const accessToken = async () => (await credential.getToken(`${audienceOf(endpoint)}/.default`))?.token ?? "";
  const request = (path: string, operation: string): Call => ({
    service: SERVICE,
    operation,
    url: `${endpoint}${path}`,
    accessToken,
  });
  return {
    async vault(id) {
      const asked = { ...request(`${id}?api-version=${VAULT_API_VERSION}`, `the vault ${id}`), accepts: [404] };
      const { status, body } = await call(asked, settings);
      return status === 404 ? undefined : readVault(shaped(vaultShape, body, asked));
    },
    async roleAssignmentsOn(scope) {
      // The filter leaves out what was made further down; what was made further up is left out below.
      const query = `?api-version=${API_VERSION}&$filter=atScope()`;
      const path = `${scope}/providers/Microsoft.Authorization/roleAssignments${query}`;
      const asked = request(path, `role assignments on ${scope}`);
      const found = (await readPages(asked, settings)).map((raw) =>
        readAssignment(shaped(assignmentShape, raw, asked)),
      );
      return found.filter((assignment) => assignment.scope.toLowerCase() === scope.toLowerCase());
    },
  };
}

/** A token is asked for by the cloud's own name of the service, also where an emulator answers for the public cloud. */
export function audienceOf(endpoint: string): string {
  return isLoopback(endpoint) ? "https://management.azure.com" : endpoint;
}

const vaultShape = z.object({
  // A setting that is left out has the service's own default; an answer without any settings is no answer.
  properties: z.object({
    enableRbacAuthorization: z.boolean().nullish(),
    enableSoftDelete: z.boolean().nullish(),
    enablePurgeProtection: z.boolean().nullish(),
    softDeleteRetentionInDays: z.number().nullish(),
    publicNetworkAccess: z.string().nullish(),
  }),
});

const assignmentShape = z.object({
  id: z.string().min(1),
  properties: z.object({
    scope: z.string().min(1),
    principalId: z.string().min(1),
    roleDefinitionId: z.string().min(1),
    principalType: z.string().nullish(),
    condition: z.string().nullish(),
  }),
});

function readVault({ properties }: z.infer<typeof vaultShape>): VaultSettings {
  return {
    isRoleBased: properties.enableRbacAuthorization === true,
    hasSoftDelete: properties.enableSoftDelete !== false,
    hasPurgeProtection: properties.enablePurgeProtection === true,
    retentionDays: properties.softDeleteRetentionInDays ?? 90,
    publicNetwork: properties.publicNetworkAccess || "Enabled",
  };
}

function readAssignment({ id, properties }: z.infer<typeof assignmentShape>): RoleAssignment {
  const { scope, principalId: principalObjectId, principalType, condition } = properties;
  const roleId = properties.roleDefinitionId.split("/").at(-1) ?? "";
  return {
    id,
    scope,
    principalObjectId,
    roleId,
    principalType: principalType ?? "",
    condition: condition ?? undefined,
  };
}
