import type { AuthorizeRequest } from "../../world/user-sign-ins";
import { entraError } from "./errors";

/** Query options of the authorize endpoints, with those that Microsoft's libraries add. */
export const authorizeOptions: readonly string[] = [
  ["client_id", "response_type", "redirect_uri", "response_mode", "scope", "resource", "state", "nonce", "prompt"],
  ["login_hint", "domain_hint", "code_challenge", "code_challenge_method", "claims", "client_info"],
  ["client-request-id", "x-client-SKU", "x-client-VER", "x-client-OS", "x-client-CPU", "x-app-name", "x-app-ver"],
  [
    "X-AnchorMailbox",
    "sid",
    "instance_aware",
    "api-version",
    "haschrome",
    "site_id",
    "mkt",
    "lc",
    "ui_locales",
    "clidata",
  ],
].flat();

type Options = Readonly<Record<string, string>>;

const responseModes = ["query", "fragment", "form_post"] as const;
const prompts = ["login", "none", "select_account", "consent"];

/** The response mode, which errors use too. The default for a code is the query. */
export function readResponseMode(query: Options): AuthorizeRequest["responseMode"] {
  return responseModes.find((mode) => mode === query["response_mode"]) ?? "query";
}

/** Reads what an application asks for, once the redirect address is known. */
export function readAuthorizeRequest(query: Options, redirectUri: string, endpointVersion: 1 | 2): AuthorizeRequest {
  checkResponseType(query["response_type"]);
  const mode = query["response_mode"];
  if (mode !== undefined && !responseModes.some((known) => known === mode)) {
    throw entraError(90014, "invalid_request", `The value '${mode}' of 'response_mode' is not valid.`);
  }
  checkPrompt(query["prompt"]);
  return {
    endpointVersion,
    clientId: (query["client_id"] ?? "").toLowerCase(),
    redirectUri,
    responseMode: readResponseMode(query),
    state: query["state"] ?? null,
    nonce: query["nonce"] ?? null,
    loginHint: query["login_hint"] ?? null,
    resource: query["resource"] ?? null,
    scope: query["scope"] ?? null,
    challenge: readChallenge(query),
    wantsClientInfo: query["client_info"] === "1",
  };
}

function checkResponseType(type: string | undefined): void {
  if (type === "code") return;
  if (type === undefined || type === "") {
    throw entraError(
      900144,
      "invalid_request",
      "The request body must contain the following parameter: 'response_type'.",
    );
  }
  const words = type.split(" ");
  if (words.includes("id_token")) {
    throw entraError(
      700054,
      "unsupported_response_type",
      "response_type 'id_token' is not enabled for the application.",
    );
  }
  if (words.includes("token")) {
    throw entraError(700051, "unsupported_response_type", "response_type 'token' is not enabled for the application.");
  }
  throw entraError(700053, "unsupported_response_type", `response_type '${type}' is not supported.`);
}

function checkPrompt(prompt: string | undefined): void {
  if (prompt === undefined || prompt === "") return;
  const unknown = prompt.split(" ").find((word) => !prompts.includes(word));
  if (unknown !== undefined) {
    throw entraError(90023, "invalid_request", `Unsupported 'prompt' value '${unknown}'.`);
  }
  if (prompt.split(" ").includes("none")) {
    // No one is ever signed in already: the emulator keeps no cookies.
    throw entraError(50058, "login_required", "A silent sign-in request was sent but no user is signed in.");
  }
}

/** RFC 7636: 43 characters of a SHA-256 hash, or the plain verifier. */
function readChallenge(query: Options): AuthorizeRequest["challenge"] {
  const value = query["code_challenge"];
  const method = query["code_challenge_method"] ?? "plain";
  if (value === undefined) return null;
  if (method !== "S256" && method !== "plain") {
    throw entraError(50149, "invalid_request", "Invalid Code_Challenge_method parameter.");
  }
  if (!/^[\w.~-]{43,128}$/.test(value)) {
    throw entraError(501491, "invalid_request", "Invalid size of Code_Challenge parameter.");
  }
  return { method, value };
}
