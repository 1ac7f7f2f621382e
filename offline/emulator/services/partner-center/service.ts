import { isLoopback, microsoftHosts } from "../../http/hosts";
import type { ServiceDefinition } from "../../http/route";
import { partnerCenterAudiences } from "./admission";
import { renderPartnerError, tracingHeaders } from "./errors";
import { profileRoutes } from "./profiles";
import { roleRoutes } from "./roles";

/**
 * Partner Center's REST API, on its own host name and on the origin: it serves nothing but `/v1/` and `/insights/`, and neither Graph (`/v1.0/`), ARM
 * nor the sign-in service has such a path, so the paths are the real ones, whole.
 */
export const partnerCenter: ServiceDefinition = {
  service: "partner-center",
  routes: [...profileRoutes, ...roleRoutes],
  matches: (host, path) =>
    host === microsoftHosts.partnerCenter ? !/^\/insights\//i.test(path) : isLoopback(host) && /^\/v1(\/|$)/.test(path),
  trace: tracingHeaders,
  audiences: () => partnerCenterAudiences,
  renderError: (error) => renderPartnerError(error),
};
