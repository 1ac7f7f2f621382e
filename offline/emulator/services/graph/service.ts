import { isLoopback, microsoftHosts } from "../../http/hosts";
import type { ServiceDefinition } from "../../http/route";
import { applicationRoutes } from "./applications";
import { assignmentRoutes } from "./assignments";
import { batchRoutes } from "./batch";
import { deletedItemRoutes } from "./deleted-items";
import { directoryObjectRoutes } from "./directory-objects";
import { graphTrace, renderGraphError } from "./errors";
import { federatedCredentialRoutes } from "./federated-credentials";
import { grantRoutes } from "./grants";
import { organizationRoutes } from "./organization";
import { ownedObjectRoutes } from "./owned-objects";
import { ownerRoutes } from "./owners";
import { passwordRoutes } from "./passwords";
import { isGraphKey, readGraphPath } from "./paths";
import { policyRoutes } from "./policies";
import { policyAssignmentRoutes } from "./policy-assignments";
import { principalMembershipRoutes } from "./principal-memberships";
import { servicePrincipalRoutes } from "./service-principals";
import { userRoutes } from "./users";

/** Microsoft Graph: the directory of the tenant that the token names. */
export const graph: ServiceDefinition = {
  service: "graph",
  routes: [
    ...applicationRoutes,
    ...passwordRoutes,
    ...ownerRoutes,
    ...ownedObjectRoutes,
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
    ...batchRoutes,
  ],
  readPath: readGraphPath,
  isKey: isGraphKey,
  trace: graphTrace,
  matches: (host, path) => host === microsoftHosts.graph || (isLoopback(host) && /^\/+(v1\.0|beta)(\/|$)/.test(path)),
  audiences: (world) => [
    world.addresses.origin.toLowerCase(),
    "https://graph.microsoft.com",
    "00000003-0000-0000-c000-000000000000",
  ],
  renderError: renderGraphError,
};
