import type { Application, JsonObject } from "../../world/directory";
import { entraError } from "./errors";

/** Where a response may go, and what kind of client receives it. */
export interface RedirectTarget {
  readonly uri: string;
  /** Registered under "mobile and desktop": that client has no secret. */
  readonly isPublicClient: boolean;
}

const platforms = ["web", "publicClient", "spa"] as const;

/** The redirect URI of a request, if the application registered it. Left out: the only one there is. */
export function requireRedirect(application: Application, requested: string | undefined): RedirectTarget {
  const registered = platforms.flatMap((platform) =>
    urisOf(application, platform).map((uri) => ({ uri, isPublicClient: platform === "publicClient" })),
  );
  const [only, ...more] = registered;
  // UNVERIFIED: with several, Entra may take any; a client should always say which.
  if (requested === undefined && only !== undefined && more.length === 0) return only;
  const match = registered.find(({ uri }) => requested !== undefined && isSame(uri, requested));
  if (match !== undefined && requested !== undefined) return { ...match, uri: requested };
  throw entraError(
    50011,
    "invalid_request",
    `The redirect URI '${requested ?? ""}' specified in the request does not match the redirect URIs configured for the application '${application.appId}'. Make sure the redirect URI sent in the request matches one added to your application in the Azure portal. Navigate to https://aka.ms/redirectUriMismatchError to learn more about how to troubleshoot this error.`,
  );
}

function urisOf({ properties }: Application, platform: (typeof platforms)[number]): string[] {
  const uris = (properties[platform] as JsonObject | undefined)?.["redirectUris"];
  return Array.isArray(uris) ? uris.map(String) : [];
}

/**
 * Redirect URIs are compared exactly, except for the port of loopback addresses.
 * @see https://learn.microsoft.com/entra/identity-platform/reply-url#localhost-exceptions
 */
function isSame(registered: string, requested: string): boolean {
  return registered === requested || withoutLoopbackPort(registered) === withoutLoopbackPort(requested);
}

function withoutLoopbackPort(uri: string): string {
  return uri.replace(/^(http:\/\/(?:localhost|127\.0\.0\.1)):\d+(?=$|[/?])/, "$1");
}
