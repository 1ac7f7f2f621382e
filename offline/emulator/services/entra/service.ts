import { isLoopback, microsoftHosts } from "../../http/hosts";
import type { ServiceDefinition } from "../../http/route";
import type { TrustedIssuer } from "./assertion";
import { authorizeRoutes } from "./authorize";
import { deviceCodeRoutes } from "./device-code";
import { deviceSignInRoutes } from "./device-sign-in";
import { discoveryRoutes } from "./discovery";
import { entraTrace, renderEntraError } from "./errors";
import { signInRoutes } from "./sign-in";
import type { Signer } from "./signing";
import { claimedCaller, tokenRoutes } from "./token-endpoint";

const signInPath =
  /^\/[^/]+\/(?:oauth2\/|discovery\/|v2\.0\/\.well-known\/|\.well-known\/|userrealm\/|(?:login|SAS\/ProcessAuth|cancel)$)/;

/** Microsoft Entra's sign-in service, on the origin and on its own host name. */
export function createEntra(signer: Signer, issuers: readonly TrustedIssuer[]): ServiceDefinition {
  return {
    service: "entra",
    routes: [
      ...tokenRoutes(signer, issuers),
      ...authorizeRoutes,
      ...signInRoutes,
      ...deviceCodeRoutes,
      ...deviceSignInRoutes,
      ...discoveryRoutes(signer),
    ],
    matches: (host, path) => host === microsoftHosts.login || (isLoopback(host) && signInPath.test(path)),
    takesForms: true,
    trace: entraTrace,
    claimedCaller,
    renderError: renderEntraError,
  };
}
