import { isOriginHost } from "../entra/service";
import type { ServiceDefinition } from "../route";
import { partnerCenterAudiences } from "./admission";
import { renderPartnerError } from "./errors";
import { profileRoutes } from "./profiles";
import { roleRoutes } from "./roles";

/**
 * Partner Center's REST API, on the origin itself. Its real host serves nothing but `/v1/` and `/insights/`, and neither Graph (`/v1.0/`), ARM nor
 * the sign-in service has such a path: so the paths are the real ones, whole, and no second host name must be trusted and proxied for.
 */
export const partnerCenter: ServiceDefinition = {
  service: "partner-center",
  routes: [...profileRoutes, ...roleRoutes],
  matches: (host, path) => isOriginHost(host) && /^\/v1(\/|$)/.test(path),
  audiences: () => partnerCenterAudiences,
  renderError: (error) => renderPartnerError(error),
};
