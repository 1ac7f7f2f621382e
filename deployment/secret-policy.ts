import * as pulumi from "@pulumi/pulumi";
import { lifetimeProblems, secretLimit, slotToMint } from "../rotation/lifetime-policy";
import type { SlotPlan } from "../rotation/plan";
import type { Outside } from "./outside";

/**
 * Why the tenant would refuse the secret that this plan mints. Asked in the program, so that a plain `pulumi up` and every preview learn
 * it before the first write; and only when something is to be minted, so that other runs need no further right.
 */
export async function policyProblems(
  { readSecretPolicies, configuration, today }: Outside,
  plan: SlotPlan,
  clientId: string | undefined,
): Promise<readonly string[]> {
  if (readSecretPolicies === undefined || slotToMint(plan) === undefined) return [];
  try {
    const policies = await readSecretPolicies(clientId);
    if (policies === undefined) return cannotTell("this identity may not read them (Policy.Read.All)");
    return lifetimeProblems(plan, secretLimit(policies), today, configuration.rotation);
  } catch (error) {
    // A rotation never fails because a courtesy failed: Entra itself refuses what it does not allow, before anything is lost.
    return cannotTell(error instanceof Error ? error.message : String(error));
  }
}

function cannotTell(why: string): readonly string[] {
  void pulumi.log.info(`Client secret: cannot tell whether the tenant's app management policies allow it: ${why}`);
  return [];
}
