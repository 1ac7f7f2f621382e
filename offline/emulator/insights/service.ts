import { isOriginHost } from "../entra/service";
import { partnerCenterAudiences } from "../partner-center/admission";
import type { ServiceDefinition } from "../route";
import { createReportLinks } from "./download";
import { renderInsightsError } from "./errors";
import { executionRoutes } from "./execution-routes";
import { queryRoutes } from "./queries";
import { reportRoutes } from "./reports";

/** Partner Insights for partners of the program, on Partner Center's host; its files under a path of our own. */
export function createInsights(): ServiceDefinition {
  const links = createReportLinks();
  return {
    service: "insights",
    // UNVERIFIED; a .NET service matches paths in any case, and samples write them in more than one.
    ignoresPathCase: true,
    routes: [...queryRoutes, ...reportRoutes, ...executionRoutes(links), ...links.routes],
    matches: (host, path) => isOriginHost(host) && /^\/insights(-reports)?\//i.test(path),
    audiences: () => partnerCenterAudiences,
    renderError: (error) => renderInsightsError(error),
  };
}
