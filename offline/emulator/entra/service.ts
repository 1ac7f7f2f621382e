import type { ServiceDefinition } from "../route";
import type { TrustedIssuer } from "./assertion";
import { authorizeRoutes } from "./authorize";
import { discoveryRoutes } from "./discovery";
import { renderEntraError } from "./errors";
import { signInRoutes } from "./sign-in";
import type { Signer } from "./signing";
import { claimedCaller, tokenRoutes } from "./token-endpoint";

const signInPath =
  /^\/[^/]+\/(?:oauth2\/|discovery\/|v2\.0\/\.well-known\/|\.well-known\/|(?:login|SAS\/ProcessAuth|cancel)$)/;

/** Microsoft Entra's sign-in service on the origin; on its real host name only the one call that MSAL insists on. */
export function createEntra(signer: Signer, issuers: readonly TrustedIssuer[]): ServiceDefinition {
  return {
    service: "entra",
    routes: [...tokenRoutes(signer, issuers), ...authorizeRoutes, ...signInRoutes, ...discoveryRoutes(signer)],
    matches: (host, path) =>
      host === "login.microsoftonline.com"
        ? path === "/common/discovery/instance"
        : isOriginHost(host) && signInPath.test(path),
    claimedCaller,
    renderError: renderEntraError,
  };
}

/** Host names under which the origin's own services are asked for. */
export function isOriginHost(host: string): boolean {
  return host === "localhost" || host === "127.0.0.1";
}
