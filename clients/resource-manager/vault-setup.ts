import { randomUUID } from "node:crypto";
import type { TokenCredential } from "@azure/identity";
import { z } from "zod";
import type { AzureRole } from "../../model/azure-roles";
import { call } from "../http/call";
import type { HttpSettings } from "../http/exchange";
import { shaped } from "../http/shape";
import { audienceOf } from "./role-assignments";

const groupShape = z.object({ id: z.string().min(1) });

const SERVICE = "Azure Resource Manager";

/** What a vault needs around it, as its owner makes it. Every write may be sent twice. */
export interface VaultSetup {
  /** A resource group by its id. */
  hasGroup(id: string): Promise<boolean>;
  createGroup(id: string, location: string): Promise<void>;
  /** By roles, with soft delete and purge protection. */
  createVault(id: string, place: { readonly location: string; readonly tenantId: string }): Promise<void>;
  /** Gives a person a role on exactly this scope; one that is there already is fine. */
  giveRole(scope: string, role: AzureRole, personObjectId: string): Promise<void>;
}

/** With the sign-in of the person who owns the subscription. */
export function createVaultSetup(
  options: { readonly endpoint: string; readonly credential: TokenCredential } & HttpSettings,
): VaultSetup {
  const { endpoint, credential, ...settings } = options;
  const accessToken = async () => (await credential.getToken(`${audienceOf(endpoint)}/.default`))?.token ?? "";
  const put = (path: string, operation: string, json: unknown, accepts: readonly number[] = []) =>
    call(
      {
        service: SERVICE,
        operation,
        method: "PUT",
        url: `${endpoint}${path}`,
        json,
        accepts,
        accessToken,
        isSafe: true,
      },
      settings,
    );
  return {
    async hasGroup(id) {
      const url = `${endpoint}${id}?api-version=2021-04-01`;
      const asked = { service: SERVICE, operation: `the resource group ${id}`, url, accessToken, accepts: [404] };
      const { status, body } = await call(asked, settings);
      if (status === 404) return false;
      shaped(groupShape, body, asked);
      return true;
    },
    async createGroup(id, location) {
      await put(`${id}?api-version=2021-04-01`, `create the resource group ${id}`, { location });
    },
    async createVault(id, { location, tenantId }) {
      const properties = {
        tenantId,
        sku: { family: "A", name: "standard" },
        enableRbacAuthorization: true,
        enableSoftDelete: true,
        softDeleteRetentionInDays: 90,
        enablePurgeProtection: true,
      };
      await put(`${id}?api-version=2023-07-01`, `create the vault ${id}`, { location, properties });
    },
    async giveRole(scope, role, principalId) {
      const [, , subscription = ""] = scope.split("/");
      const roleDefinitionId = `/subscriptions/${subscription}/providers/Microsoft.Authorization/roleDefinitions/${role.id}`;
      const path = `${scope}/providers/Microsoft.Authorization/roleAssignments/${randomUUID()}?api-version=2022-04-01`;
      const properties = { roleDefinitionId, principalId, principalType: "User" };
      // 409: the same assignment under another name.
      await put(path, `give ${role.name} on ${scope}`, { properties }, [409]);
    },
  };
}
