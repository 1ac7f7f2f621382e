import type { ServiceDefinition } from "../route";
import { applicationPasswordRoutes } from "./application-passwords";
import { applicationRoutes } from "./applications";
import { assignmentRoutes } from "./assignments";
import { deletedItemRoutes } from "./deleted-items";
import { directoryObjectRoutes } from "./directory-objects";
import { renderGraphError } from "./errors";
import { federatedCredentialRoutes } from "./federated-credentials";
import { grantRoutes } from "./grants";
import { organizationRoutes } from "./organization";
import { ownerRoutes } from "./owners";
import { policyRoutes } from "./policies";
import { policyAssignmentRoutes } from "./policy-assignments";
import { principalMembershipRoutes } from "./principal-memberships";
import { servicePrincipalRoutes } from "./service-principals";
import { userRoutes } from "./users";

/** Graph is at the emulator's own address; a vault's host name may carry the same path. */
const isLoopback = (host: string) => host === "localhost" || host === "127.0.0.1";

/** Microsoft Graph: the directory of the tenant that the token names. */
export const graph: ServiceDefinition = {
  service: "graph",
  routes: [
    ...applicationRoutes,
    ...applicationPasswordRoutes,
    ...ownerRoutes,
    ...servicePrincipalRoutes,
    ...principalMembershipRoutes,
    ...assignmentRoutes,
    ...grantRoutes,
    ...userRoutes,
    ...federatedCredentialRoutes,
    ...deletedItemRoutes,
    ...directoryObjectRoutes,
    ...organizationRoutes,
    ...policyRoutes,
    ...policyAssignmentRoutes,
  ],
  matches: (host, path) => isLoopback(host) && /^\/(v1\.0|beta)(\/|$)/.test(path),
  audiences: (world) => [
    world.addresses.origin.toLowerCase(),
    "https://graph.microsoft.com",
    "00000003-0000-0000-c000-000000000000",
  ],
  renderError: (error, world) => renderGraphError(error, world),
};
