import type { JsonObject } from "../../world/directory";
import type { Tenant } from "../../world/world";
import { isObject } from "./merge";

/** Id of the tenant-wide default in `policies`. */
export const defaultPolicyId = "00000000-0000-0000-0000-000000000000";

/** Initial state of the tenant-wide default: nothing is restricted. */
export const initialDefaultPolicy: JsonObject = {
  displayName: "Default app management tenant policy",
  description:
    "Default tenant policy that enforces app management restrictions on applications and service principals.",
  isEnabled: false,
  applicationRestrictions: { passwordCredentials: [], keyCredentials: [] },
  servicePrincipalRestrictions: { passwordCredentials: [], keyCredentials: [] },
};

/** Internal property of a policy: the objects it is assigned to. Never returned. */
export const assignedTo = "assignedTo";

/** The policy that applies to one application or principal. */
export interface EffectivePolicy {
  readonly id: string;
  readonly restrictions: JsonObject;
}

/** The policy assigned to the object, otherwise the tenant's default; undefined when that is off. An assigned policy wins even when disabled. */
export function effectivePolicy(tenant: Tenant, objectId: string): EffectivePolicy | undefined {
  const assigned = tenant.policies.all().find((policy) => isAssigned(policy.properties, objectId));
  if (assigned !== undefined) {
    return assigned.properties["isEnabled"] === true
      ? restrictionsOf(assigned.id, assigned.properties["restrictions"])
      : undefined;
  }
  const standard = tenant.policies.get(defaultPolicyId)?.properties ?? initialDefaultPolicy;
  return standard["isEnabled"] === true
    ? restrictionsOf(defaultPolicyId, standard[restrictionsFor(tenant, objectId)])
    : undefined;
}

/** The tenant's default restricts principals by a list of their own. */
function restrictionsFor(tenant: Tenant, objectId: string): "servicePrincipalRestrictions" | "applicationRestrictions" {
  const isPrincipal = tenant.servicePrincipals.get(objectId) !== undefined;
  return isPrincipal ? "servicePrincipalRestrictions" : "applicationRestrictions";
}

/** Whether the policy is assigned to this object. */
export function isAssigned(policy: JsonObject, objectId: string): boolean {
  const list = policy[assignedTo];
  return Array.isArray(list) && list.includes(objectId);
}

function restrictionsOf(id: string, restrictions: unknown): EffectivePolicy {
  return { id, restrictions: isObject(restrictions) ? restrictions : {} };
}
