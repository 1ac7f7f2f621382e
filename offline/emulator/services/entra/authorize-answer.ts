import { randomUUID } from "node:crypto";
import type { RouteResponse, ServiceError } from "../../http/route";
import type { User } from "../../world/directory";
import type { AuthorizeRequest } from "../../world/user-sign-ins";
import type { Tenant, World } from "../../world/world";
import { renderEntraError } from "./errors";
import { formPostPage } from "./sign-in-pages";
import { clientInfo } from "./user-answer";

type Target = Pick<AuthorizeRequest, "redirectUri" | "responseMode" | "state">;

/** Sends the user back to the application with a code. */
export function answerWithCode(request: AuthorizeRequest, code: string, tenant: Tenant, user: User): RouteResponse {
  const info = request.wantsClientInfo ? { client_info: clientInfo(tenant, user) } : {};
  return sendBack(request, { code, ...info, session_state: randomUUID() });
}

/** Sends the user back with an OAuth error; the description holds Entra's number. */
export function answerWithError(
  target: Target,
  error: ServiceError,
  world: World,
  further: Readonly<Record<string, string>> = {},
): RouteResponse {
  const { error: name, error_description, error_uri } = renderEntraError(error, world).body;
  return sendBack(target, { error: name, ...further, error_description, error_uri });
}

function sendBack(
  { redirectUri, responseMode, state }: Target,
  answer: Readonly<Record<string, string>>,
): RouteResponse {
  const fields = { ...answer, ...(state === null ? {} : { state }) };
  if (responseMode === "form_post") return formPostPage(redirectUri, fields);
  const text = new URLSearchParams(fields).toString();
  const separator = responseMode === "fragment" ? "#" : redirectUri.includes("?") ? "&" : "?";
  const headers = { location: `${redirectUri}${separator}${text}`, "cache-control": "no-store, no-cache" };
  return { status: 302, headers };
}
