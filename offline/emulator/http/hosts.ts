import type { RouteRequest } from "./route";

/** Microsoft's own host names, which are served too: clients with fixed addresses reach them through the proxy. */
export const microsoftHosts = {
  login: "login.microsoftonline.com",
  graph: "graph.microsoft.com",
  arm: "management.azure.com",
  partnerCenter: "api.partnercenter.microsoft.com",
} as const;

/** Further host names of the origin's services, each with its own paths. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "127.0.0.1";
}

/** The address that the caller used: links in the response point back to it, because the caller sends its token there. */
export function calledAt({ world, host }: Pick<RouteRequest, "world" | "host">): string {
  return isLoopback(host) ? world.addresses.origin : `https://${host}`;
}
