import { isLoopback, microsoftHosts } from "../../http/hosts";
import { withoutDoubledSlashes } from "../../http/path-template";
import type { ServiceDefinition } from "../../http/route";
import { accessPolicyRoutes } from "./access-policies";
import { deletedVaultRoutes } from "./deleted-vaults";
import { armTrace, renderArmError } from "./errors";
import { resourceGroupRoutes } from "./resource-groups";
import { roleAssignmentRoutes } from "./role-assignments";
import { roleDefinitionRoutes } from "./role-definition-routes";
import { secretRoutes } from "./secrets";
import { subscriptionRoutes } from "./subscriptions";
import { vaultRoutes } from "./vaults";

/** Azure Resource Manager: subscriptions, resource groups, vaults, secrets through ARM, roles. */
export const arm: ServiceDefinition = {
  service: "arm",
  // ARM ids are equal in any case: `/resourcegroups` is `/resourceGroups`, and callers write both.
  ignoresPathCase: true,
  readPath: withoutDoubledSlashes,
  routes: [
    ...subscriptionRoutes,
    ...resourceGroupRoutes,
    ...vaultRoutes,
    ...deletedVaultRoutes,
    ...accessPolicyRoutes,
    ...secretRoutes,
    ...roleAssignmentRoutes,
    ...roleDefinitionRoutes,
  ],
  matches: (host, path) =>
    host === microsoftHosts.arm || (isLoopback(host) && /^\/+(subscriptions|tenants|providers)(\/|$)/i.test(path)),
  trace: armTrace,
  audiences: () => ["https://management.azure.com", "https://management.core.windows.net"],
  renderError: renderArmError,
};
