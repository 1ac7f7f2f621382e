import type { JsonObject } from "../../world/directory";
import type { ErrorDetail } from "./errors";
import { isObject } from "./merge";

/**
 * Platforms of an application, each with the schemes it takes.
 * @see https://learn.microsoft.com/entra/identity-platform/reply-url
 */
const platforms: readonly { readonly name: string; readonly isOpen: boolean }[] = [
  { name: "web", isOpen: false },
  { name: "spa", isOpen: false },
  { name: "publicClient", isOpen: true },
];

/** Most redirect URIs over all platforms: work accounts, and applications that admit personal ones. */
const most = { work: 256, personal: 100 };
const longest = 256;

/** Redirect URIs that the directory would refuse. */
export function redirectProblems(properties: JsonObject): ErrorDetail[] {
  const problems: ErrorDetail[] = [];
  let count = 0;
  for (const { name, isOpen } of platforms) {
    const platform = properties[name];
    const uris = isObject(platform) && Array.isArray(platform["redirectUris"]) ? platform["redirectUris"] : [];
    count += uris.length;
    for (const uri of uris.map(String)) {
      const reason = refusal(uri, isOpen);
      if (reason !== undefined)
        problems.push({ code: "InvalidRedirectUri", message: `Redirect URI '${uri}' ${reason}`, target: name });
    }
  }
  const limit = String(properties["signInAudience"]).includes("Personal") ? most.personal : most.work;
  if (count > limit)
    problems.push({
      code: "InvalidValue",
      message: `The application has ${count} redirect URIs; at most ${limit} are allowed.`,
      target: "redirectUris",
    });
  return problems;
}

function refusal(uri: string, isOpen: boolean): string | undefined {
  if (uri.length > longest) return `is longer than ${longest} characters.`;
  if (!URL.canParse(uri)) return "is not a valid address.";
  const { protocol, hostname, hash } = new URL(uri);
  if (hash !== "" || uri.includes("#")) return "must not contain a fragment.";
  if (uri.includes("*")) return "must not contain a wildcard.";
  if (isOpen || protocol === "https:") return undefined;
  if (protocol !== "http:") return "must start with 'https' or, for localhost only, with 'http'.";
  return hostname === "localhost" || hostname === "127.0.0.1"
    ? undefined
    : "must start with 'https' unless it is localhost.";
}
