import type { TokenCredential } from "@azure/identity";
import { isLoopback } from "./clouds";
import { isTemporaryStatus, networkError, ServiceError } from "./errors";
import { READ_BUDGET_MS, retry, type Time } from "./retry";
import { retryAfterSeconds } from "./retry-after";

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
export interface VaultSettings {
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
const LONGEST_ANSWER_MS = 30_000;

/** A reader of Azure Resource Manager with the vault's own sign-in. */
export function createResourceManager(options: {
  /** `https://management.azure.com`, without a trailing slash. */
  readonly endpoint: string;
  readonly credential: TokenCredential;
  readonly fetch?: typeof fetch;
  readonly time?: Time;
}): ResourceManager {
  const { endpoint, credential, fetch: fetcher = fetch, time } = options;
  const get = async (url: string, operation: string): Promise<Record<string, unknown>> => {
    const token = (await credential.getToken(`${audienceOf(endpoint)}/.default`))?.token ?? "";
    const answer = await fetcher(url, {
      headers: { authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(LONGEST_ANSWER_MS),
    }).catch((error: unknown) => {
      throw networkError("Azure Resource Manager", operation, error);
    });
    const body = (await answer.json().catch(() => ({}))) as Record<string, unknown>;
    if (answer.ok) return body;
    const { code } = (body["error"] ?? {}) as { code?: string };
    const { status } = answer;
    throw new ServiceError({
      service: "Azure Resource Manager",
      operation,
      status,
      code,
      isTemporary: isTemporaryStatus(status),
      retryAfterSeconds: retryAfterSeconds(answer.headers, new Date()),
    });
  };
  // An own retry, because there is no client of Microsoft's in between.
  const patiently = (url: string, operation: string) =>
    retry(() => get(url, operation), {
      isTemporary: (error) => error instanceof ServiceError && error.isTemporary,
      budgetMs: READ_BUDGET_MS,
      ...(time && { time }),
    });
  return {
    async vault(id) {
      try {
        const { properties } = await patiently(`${endpoint}${id}?api-version=${VAULT_API_VERSION}`, `the vault ${id}`);
        return readVault(properties as RawVault);
      } catch (error) {
        if (error instanceof ServiceError && error.status === 404) return undefined;
        throw error;
      }
    },
    async roleAssignmentsOn(scope) {
      const path = `${scope}/providers/Microsoft.Authorization/roleAssignments`;
      const found: RoleAssignment[] = [];
      // The filter leaves out what was made further down; what was made further up is left out below.
      let next: string | undefined = `${endpoint}${path}?api-version=${API_VERSION}&$filter=atScope()`;
      while (next !== undefined) {
        const page = await patiently(next, `role assignments on ${scope}`);
        found.push(...((page["value"] ?? []) as readonly RawAssignment[]).map(readAssignment));
        next = page["nextLink"] as string | undefined;
      }
      return found.filter((assignment) => assignment.scope.toLowerCase() === scope.toLowerCase());
    },
  };
}

/** A token is asked for by the cloud's own name of the service, also where an emulator answers for the public cloud. */
function audienceOf(endpoint: string): string {
  return isLoopback(endpoint) ? "https://management.azure.com" : endpoint;
}

interface RawAssignment {
  readonly id: string;
  readonly properties: {
    readonly scope: string;
    readonly principalId: string;
    readonly roleDefinitionId: string;
    readonly principalType?: string;
    readonly condition?: string | null;
  };
}

interface RawVault {
  readonly enableRbacAuthorization?: boolean | null;
  readonly enableSoftDelete?: boolean | null;
  readonly enablePurgeProtection?: boolean | null;
  readonly softDeleteRetentionInDays?: number;
  readonly publicNetworkAccess?: string | null;
}

/** Left out means the service's own default. */
function readVault(raw: RawVault): VaultSettings {
  return {
    isRoleBased: raw.enableRbacAuthorization === true,
    hasSoftDelete: raw.enableSoftDelete !== false,
    hasPurgeProtection: raw.enablePurgeProtection === true,
    retentionDays: raw.softDeleteRetentionInDays ?? 90,
    publicNetwork: raw.publicNetworkAccess || "Enabled",
  };
}

function readAssignment({ id, properties }: RawAssignment): RoleAssignment {
  const roleId = properties.roleDefinitionId.split("/").at(-1) ?? "";
  const { scope, principalId: principalObjectId, principalType = "", condition } = properties;
  return { id, scope, principalObjectId, roleId, principalType, condition: condition ?? undefined };
}
