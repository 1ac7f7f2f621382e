import { isTemporaryStatus, networkError, ServiceError } from "./errors";
import { READ_BUDGET_MS, retry, type Time } from "./retry";
import { retryAfterSeconds } from "./retry-after";

/** Graph's `passwordCredentialConfiguration`. Source: learn.microsoft.com/graph/api/resources/passwordcredentialconfiguration */
interface Restriction {
  readonly restrictionType?: string | null;
  readonly state?: string | null;
  readonly maxLifetime?: string | null;
  readonly restrictForAppsCreatedAfterDateTime?: string | null;
  readonly excludeActors?: unknown;
}

/** An app management policy, as far as client secrets go. */
export interface AppPolicy {
  readonly id: string;
  readonly name: string;
  readonly isEnabled: boolean;
  /** Graph's `passwordCredentials` restrictions as they came. */
  readonly restrictions: readonly Restriction[];
}

/** The policies that may hold for one application. */
export interface AppPolicies {
  readonly tenantDefault: AppPolicy;
  readonly own: AppPolicy | undefined;
  /** Undefined when there is no such application. */
  readonly applicationCreatedAt: Date | undefined;
}

export interface AppPoliciesOptions {
  /** Microsoft Graph without a version. */
  readonly graph: string;
  /** Left out: the application does not exist yet. */
  readonly clientId: string | undefined;
  readonly accessToken: () => Promise<string>;
  readonly fetch?: typeof fetch;
  readonly time?: Time;
}

type Json = Readonly<Record<string, unknown>>;

const LONGEST_ANSWER_MS = 30_000;

/**
 * Reads which app management policies hold. Undefined when this identity may not (it takes `Policy.Read.All`), or this cloud has none.
 * Plain requests and not Graph's own client: a program asks this now and then, and the client takes longer to load than to answer.
 */
export async function readAppPolicies(options: AppPoliciesOptions): Promise<AppPolicies | undefined> {
  const { clientId } = options;
  const standard = await get("/policies/defaultAppManagementPolicy", options);
  if (standard === undefined) return undefined;
  const tenantDefault = policyOf(standard, standard["applicationRestrictions"]);
  if (clientId === undefined) return { tenantDefault, own: undefined, applicationCreatedAt: undefined };
  const application = await get(`/applications(appId='${clientId}')?$select=createdDateTime`, options);
  const assigned = await get(`/applications(appId='${clientId}')/appManagementPolicies`, options);
  if (application === undefined || assigned === undefined) return undefined;
  // An application has at most one.
  const [own] = (assigned["value"] ?? []) as readonly Json[];
  return {
    tenantDefault,
    own: own && policyOf(own, own["restrictions"]),
    applicationCreatedAt: new Date(String(application["createdDateTime"])),
  };
}

function policyOf(policy: Json, restrictions: unknown): AppPolicy {
  const { passwordCredentials } = (restrictions ?? {}) as { passwordCredentials?: AppPolicy["restrictions"] | null };
  return {
    id: String(policy["id"]),
    name: String(policy["displayName"]),
    isEnabled: policy["isEnabled"] === true,
    restrictions: passwordCredentials ?? [],
  };
}

function get(path: string, options: AppPoliciesOptions): Promise<Json | undefined> {
  return retry(() => getOnce(path, options), {
    isTemporary: (error) => error instanceof ServiceError && error.isTemporary,
    budgetMs: READ_BUDGET_MS,
    ...(options.time && { time: options.time }),
  });
}

async function getOnce(path: string, options: AppPoliciesOptions): Promise<Json | undefined> {
  const { graph, accessToken, fetch: fetcher = fetch } = options;
  const [service, operation] = ["Microsoft Graph", `read ${path}`];
  const answer = await fetcher(`${graph}/v1.0${path}`, {
    headers: { authorization: `Bearer ${await accessToken()}`, accept: "application/json" },
    signal: AbortSignal.timeout(LONGEST_ANSWER_MS),
  }).catch((error: unknown) => {
    throw networkError(service, operation, error);
  });
  if (answer.ok) return (await answer.json()) as Json;
  // Not allowed, or not there (an application that was deleted, a cloud without policies): cannot tell.
  if (answer.status === 403 || answer.status === 404) return undefined;
  const body = (await answer.json().catch(() => undefined)) as { error?: { code?: unknown } } | undefined;
  const { status } = answer;
  const code = typeof body?.error?.code === "string" ? body.error.code.slice(0, 64) : undefined;
  throw new ServiceError({
    service,
    operation,
    status,
    code,
    isTemporary: isTemporaryStatus(status),
    retryAfterSeconds: retryAfterSeconds(answer.headers, new Date()),
  });
}
