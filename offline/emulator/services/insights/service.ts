import { isLoopback, microsoftHosts } from "../../http/hosts";
import { withoutDoubledSlashes } from "../../http/path-template";
import type { ServiceDefinition } from "../../http/route";
import { isGuid } from "../../world/guid";
import { partnerCenterAudiences } from "../partner-center/admission";
import { tracingHeaders } from "../partner-center/errors";
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
    readPath: withoutDoubledSlashes,
    routes: [...queryRoutes, ...reportRoutes, ...executionRoutes(links), ...links.routes],
    // A report's id and a query's are GUIDs: any other word in their place is a call that is not known here.
    isKey: (parameter, text) => !["reportId", "queryId"].includes(parameter) || isGuid(text),
    matches: (host, path) =>
      (isLoopback(host) || host === microsoftHosts.partnerCenter) && /^\/+insights(-reports)?\//i.test(path),
    trace: tracingHeaders,
    audiences: () => partnerCenterAudiences,
    renderError: (error) => renderInsightsError(error),
  };
}
