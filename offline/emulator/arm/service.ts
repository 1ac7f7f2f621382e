import type { ServiceDefinition } from "../route";
import { accessPolicyRoutes } from "./access-policies";
import { deletedVaultRoutes } from "./deleted-vaults";
import { renderArmError } from "./errors";
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
  matches: (_host, path) => /^\/+(subscriptions|tenants|providers)(\/|$)/i.test(path),
  audiences: () => ["https://management.azure.com", "https://management.core.windows.net"],
  renderError: renderArmError,
};
