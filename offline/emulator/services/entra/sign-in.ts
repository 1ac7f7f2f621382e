import { z } from "zod";
import { type Route, type RouteRequest, type RouteResponse, routeWithBody, ServiceError } from "../../http/route";
import type { User } from "../../world/directory";
import { settingsOf } from "../../world/tenant-settings";
import type { PendingSignIn } from "../../world/user-sign-ins";
import type { Tenant, World } from "../../world/world";
import { askForPassword } from "./ask-for-password";
import { orErrorPage, readAccess } from "./authorize";
import { answerWithCode, answerWithError } from "./authorize-answer";
import { type Client, findClient } from "./client";
import { isConsented } from "./consent";
import { declineOnDevice, finishOnDevice } from "./device-sign-in";
import { entraError, renderEntraError } from "./errors";
import { isOneTimeCode, oneTimeCode } from "./one-time-code";
import { requireRedirect } from "./redirect-uri";
import { findResource } from "./resources";
import { oneTimeCodePage, type PageTarget, stoppedPage } from "./sign-in-pages";
import { requireTenant } from "./tenants";
import { mintCode } from "./user-artifacts";
import { checkPassword } from "./user-password";
import { checkPolicies, requireAssignedUser } from "./user-policy";

/** A sign-in left alone this long must be begun again. */
const pendingMinutes = 15;
const mostWrongCodes = 3;

/** A user on the way, with all that the pages need. */
interface Step {
  readonly world: World;
  readonly tenant: Tenant;
  readonly pending: PendingSignIn;
  readonly client: Client;
  readonly target: PageTarget;
}

/** Where the sign-in pages send their forms; the paths are those of Entra's own pages, but for the last. */
export const signInRoutes: readonly Route[] = [
  formRoute(
    "/:tenant/login",
    z.strictObject({ ctx: z.string(), login: z.string(), passwd: z.string() }),
    enterPassword,
  ),
  formRoute("/:tenant/SAS/ProcessAuth", z.strictObject({ ctx: z.string(), otc: z.string() }), enterCode),
  formRoute("/:tenant/cancel", z.strictObject({ ctx: z.string() }), cancel),
];

function formRoute<Body extends { readonly ctx: string }>(
  path: string,
  body: z.ZodType<Body>,
  answer: (step: Step, form: Body) => RouteResponse,
): Route {
  return routeWithBody({
    method: "POST",
    path,
    anonymous: true,
    body,
    handle: (request) => orErrorPage(request.world, () => answer(findStep(request), request.body)),
  });
}

function findStep({ world, parameters, body }: RouteRequest<{ readonly ctx: string }>): Step {
  const tenant = requireTenant(world, parameters["tenant"] ?? "");
  const pending = tenant.pendingSignIns.get(body.ctx);
  const age = pending && world.clock.now().getTime() - Date.parse(pending.startedAt);
  if (pending === undefined || age === undefined || age >= pendingMinutes * 60_000) {
    throw entraError(50089, "invalid_grant", "Authentication failed due to flow token expired.");
  }
  const client = findClient(world, tenant, pending.request.clientId);
  return { world, tenant, pending, client, target: { tenantId: tenant.id, context: pending.id } };
}

function enterPassword(step: Step, form: { readonly login: string; readonly passwd: string }): RouteResponse {
  const { world, tenant, pending, client, target } = step;
  let user: User;
  try {
    user = checkPassword(world, tenant, form.login, form.passwd);
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    // The page again, with the reason on it; the application hears nothing.
    return askForPassword({ tenant, client, pending, login: form.login, problem: describe(error, world) });
  }
  const known = { ...pending, userId: user.id };
  tenant.pendingSignIns.put(known);
  if (user.mfa) return oneTimeCodePage(target, oneTimeCode(user, world.clock.now()));
  if (settingsOf(tenant).signIn.requiresMfa) {
    // Setting a second factor up is a conversation with a phone; here the user can only leave.
    const text = "AADSTS50072: Your organization needs more information to keep your account secure.";
    return stoppedPage(target, "More information required", text, "Cancel");
  }
  return finish({ ...step, pending: known }, user, ["pwd"]);
}

function enterCode(step: Step, { otc }: { readonly otc: string }): RouteResponse {
  const { world, tenant, pending, target } = step;
  const user = requireUser(step);
  if (isOneTimeCode(user, world.clock.now(), otc)) return finish(step, user, ["pwd", "mfa"]);
  const wrongCodes = pending.wrongCodes + 1;
  tenant.pendingSignIns.put({ ...pending, wrongCodes });
  if (wrongCodes < mostWrongCodes) {
    const problem = "You didn't enter the expected verification code.";
    return oneTimeCodePage(target, oneTimeCode(user, world.clock.now()), problem);
  }
  const sentence = "Strong authentication is required and the user did not pass the MFA challenge.";
  return leave(step, entraError(50074, "interaction_required", sentence));
}

function requireUser({ tenant, pending }: Step): User {
  const user = pending.userId === null ? undefined : tenant.users.get(pending.userId);
  if (user === undefined) throw entraError(50089, "invalid_grant", "Authentication failed due to flow token expired.");
  return user;
}

/** The user is known; what the tenant's rules refuse now is shown, and the application waits in vain. */
function finish(step: Step, user: User, methods: readonly string[]): RouteResponse {
  const { world, tenant, pending, client, target } = step;
  const { request } = pending;
  const access = readAccess(request.resource, request.scope, request.endpointVersion);
  const resource = findResource(world, tenant, access.identifier);
  const authenticatedAt = world.clock.now().toISOString();
  // A device has no address to come back to: whether its client is public shows when it asks for the tokens.
  const isPublicClient =
    pending.userCode !== null || requireRedirect(client.application, request.redirectUri).isPublicClient;
  const { clientId, scope } = request;
  const session = {
    userId: user.id,
    clientId,
    methods,
    authenticatedAt,
    resource: request.resource,
    scope,
    isPublicClient,
  };
  const now = world.clock.now();
  const { endpointVersion } = request;
  try {
    checkPolicies({ tenant, client, user, session, resource, endpointVersion, kind: "code", now });
    requireAssignedUser(tenant, client, user);
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    return stoppedPage(target, "You cannot access this right now", describe(error, world), "Cancel");
  }
  const isSignInOnly = endpointVersion === 1 && request.resource === null;
  if (!isSignInOnly && !isConsented({ tenant, client, userId: user.id }, resource, access))
    return needsAdministrator(step);
  if (pending.userCode !== null) {
    tenant.pendingSignIns.remove(pending.id);
    return finishOnDevice(world, tenant, pending.userCode, session);
  }
  const code = mintCode(world, tenant, {
    ...session,
    redirectUri: request.redirectUri,
    challenge: request.challenge,
    nonce: request.nonce,
  });
  tenant.pendingSignIns.remove(pending.id);
  return answerWithCode(request, code, tenant, user);
}

/** Users of the emulated tenants may not consent themselves: Entra's recommended setting, and so wherever assignment is required. */
function needsAdministrator({ tenant, client, target }: Step): RouteResponse {
  const name = String(client.application.properties["displayName"] ?? "");
  const text = settingsOf(tenant).signIn.adminConsentWorkflow
    ? `AADSTS90095: Admin consent is required for the permissions requested by ${name}. Ask your administrator to approve it.`
    : `AADSTS90094: ${name} needs permission to access resources in your organization that only an admin can grant. Please ask an admin to grant permission to this app before you can use it.`;
  const title = settingsOf(tenant).signIn.adminConsentWorkflow ? "Approval required" : "Need admin approval";
  return stoppedPage(target, title, text, "Return to the application without granting consent");
}

function cancel(step: Step): RouteResponse {
  const { tenant, pending } = step;
  const user = pending.userId === null ? undefined : tenant.users.get(pending.userId);
  if (user !== undefined && !user.mfa && settingsOf(tenant).signIn.requiresMfa) {
    const sentence =
      "Due to a configuration change made by your administrator, you must enroll in multi-factor authentication.";
    return leave(step, entraError(50072, "interaction_required", sentence));
  }
  return leave(step, entraError(65004, "access_denied", "User declined to consent to access the app."), {
    error_subcode: "cancel",
  });
}

function leave(
  { world, tenant, pending }: Step,
  error: ServiceError,
  further?: Readonly<Record<string, string>>,
): RouteResponse {
  tenant.pendingSignIns.remove(pending.id);
  if (pending.userCode !== null) return declineOnDevice(world, pending.userCode);
  return answerWithError(pending.request, error, world, further);
}

function describe(error: ServiceError, world: World): string {
  return renderEntraError(error, world).body.error_description;
}
