import { call, malformed } from "../http/call";
import type { HttpSettings } from "../http/exchange";

/** Graph's `passwordCredentialConfiguration`. Source: learn.microsoft.com/graph/api/resources/passwordcredentialconfiguration */
interface Restriction {
  readonly restrictionType?: string | null;
  readonly state?: string | null;
  readonly maxLifetime?: string | null;
  readonly restrictForAppsCreatedAfterDateTime?: string | null;
  readonly excludeActors?: unknown;
}

/** An app management policy, as far as client secrets go. */
interface AppPolicy {
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

export interface AppPoliciesOptions extends HttpSettings {
  /** Microsoft Graph without a version. */
  readonly graph: string;
  /** Left out: the application does not exist yet. */
  readonly clientId: string | undefined;
  readonly accessToken: () => Promise<string>;
}

type Json = Readonly<Record<string, unknown>>;

const SERVICE = "Microsoft Graph";

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
  const { value } = assigned as { readonly value?: unknown };
  const applicationCreatedAt = new Date(String(application["createdDateTime"]));
  if (!Array.isArray(value)) throw malformed(SERVICE, "read the application's policies", "list");
  if (Number.isNaN(applicationCreatedAt.getTime())) throw malformed(SERVICE, "read the application", "createdDateTime");
  // An application has at most one.
  const [own] = value as readonly Json[];
  return { tenantDefault, own: own && policyOf(own, own["restrictions"]), applicationCreatedAt };
}

function policyOf(policy: Json, restrictions: unknown): AppPolicy {
  const { passwordCredentials } = (restrictions ?? {}) as { passwordCredentials?: AppPolicy["restrictions"] | null };
  const { id, displayName, isEnabled } = policy;
  // A policy without its switch would read as one that is off.
  if (typeof isEnabled !== "boolean") throw malformed(SERVICE, "read an app management policy", "isEnabled");
  return { id: String(id), name: String(displayName), isEnabled, restrictions: passwordCredentials ?? [] };
}

async function get(path: string, { graph, accessToken, ...settings }: AppPoliciesOptions): Promise<Json | undefined> {
  const operation = `read ${path}`;
  // Not allowed, or not there (an application that was deleted, a cloud without policies): cannot tell.
  const request = { service: SERVICE, operation, url: `${graph}/v1.0${path}`, accessToken, accepts: [403, 404] };
  const { status, body } = await call(request, settings);
  if (status === 403 || status === 404) return undefined;
  if (typeof body !== "object" || body === null) throw malformed(SERVICE, operation, "object");
  return body as Json;
}
