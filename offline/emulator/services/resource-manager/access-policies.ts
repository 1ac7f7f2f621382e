import type { z } from "zod";
import type { Route, RouteRequest, RouteResponse } from "../../http/route";
import type { Json } from "../../world/directory";
import { keyVaultVersions } from "./api-versions";
import { badRequest } from "./errors";
import { vaultOf } from "./lookup";
import { vaultScope } from "./scopes";
import { type AccessPolicy, accessPolicyBody } from "./vault-schema";

const isSameIdentity = (a: AccessPolicy, b: AccessPolicy): boolean =>
  a.objectId === b.objectId && (a.applicationId ?? "") === (b.applicationId ?? "");

type Lists = AccessPolicy["permissions"];
const kinds = ["keys", "secrets", "certificates", "storage"] as const;

function combine(existing: Lists, given: Lists, pick: (existing: string[], given: string[]) => string[]): Lists {
  return Object.fromEntries(kinds.map((kind) => [kind, pick(existing[kind] ?? [], given[kind] ?? [])])) as Lists;
}

const union = (existing: string[], given: string[]): string[] => [...new Set([...existing, ...given])];
const difference = (existing: string[], given: string[]): string[] => existing.filter((each) => !given.includes(each));

function merged(kind: string, existing: readonly AccessPolicy[], given: readonly AccessPolicy[]): AccessPolicy[] {
  if (kind === "replace") return [...given];
  const changed = existing.map((policy) => {
    const match = given.find((each) => isSameIdentity(each, policy));
    if (match === undefined) return policy;
    const pick = kind === "add" ? union : difference;
    return { ...policy, permissions: combine(policy.permissions, match.permissions, pick) };
  });
  const isEmpty = (policy: AccessPolicy) => kinds.every((each) => (policy.permissions[each] ?? []).length === 0);
  if (kind === "remove") return changed.filter((policy) => !isEmpty(policy));
  return [...changed, ...given.filter((each) => !existing.some((policy) => isSameIdentity(policy, each)))];
}

function putAccessPolicies(request: RouteRequest<z.infer<typeof accessPolicyBody>>): RouteResponse {
  const { properties } = request.body;
  const kind = (request.parameters["operation"] ?? "").toLowerCase();
  if (!["add", "replace", "remove"].includes(kind)) {
    throw badRequest(`The operation kind '${kind}' is not one of add, replace, remove.`);
  }
  const vault = vaultOf(request, "Microsoft.KeyVault/vaults/accessPolicies/write");
  const existing = (vault.properties["accessPolicies"] ?? []) as unknown as readonly AccessPolicy[];
  const accessPolicies = merged(kind, existing, properties.accessPolicies);
  request.caller.tenant.vaults.put({
    ...vault,
    properties: { ...vault.properties, accessPolicies: accessPolicies as unknown as Json },
  });
  const id = `${vaultScope(vault)}/accessPolicies/`;
  return {
    status: 200,
    body: { id, type: "Microsoft.KeyVault/vaults/accessPolicies", properties: { accessPolicies } },
  };
}

/** Access policies, the older of a vault's two permission models; preflight must be able to meet one. */
export const accessPolicyRoutes: readonly Route[] = [
  {
    method: "PUT",
    path: "/subscriptions/:subscription/resourceGroups/:group/providers/Microsoft.KeyVault/vaults/:vault/accessPolicies/:operation",
    query: ["api-version"],
    apiVersions: keyVaultVersions,
    body: accessPolicyBody,
    handle: putAccessPolicies,
  },
];
