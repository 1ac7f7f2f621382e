import type { RouteRequest } from "./route";

/** Microsoft's own host names, under which the services are served too: clients that cannot be told another address reach them by the proxy. */
export const microsoftHosts = {
  login: "login.microsoftonline.com",
  graph: "graph.microsoft.com",
  arm: "management.azure.com",
  partnerCenter: "api.partnercenter.microsoft.com",
} as const;

/** Host names under which the origin's services are asked for, each by the paths that are its own. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "127.0.0.1";
}

/** The address under which the caller met the service: links in its answer lead back there, where the caller sends its token. */
export function calledAt({ world, host }: Pick<RouteRequest, "world" | "host">): string {
  return isLoopback(host) ? world.addresses.origin : `https://${host}`;
}
