import * as pulumi from "@pulumi/pulumi";
import { lifetimeProblems, type SecretLimit, secretLimit } from "../../rotation/lifetime-policy";
import type { PlannedSlot } from "../../rotation/plan";
import type { Scope } from "../scope";
import { waitFor } from "../waiting";
import type { Run } from "./run";

/**
 * Why the tenant would refuse the secret that is to be minted. Asked in the program, so that a plain `pulumi up` and every preview learn
 * it before the first write; and only when something is to be minted, so that other runs need no further right.
 */
export async function policyProblems(
  { dependencies, settings, endpoints, scope }: Run,
  slot: PlannedSlot | undefined,
  clientId: string | undefined,
): Promise<readonly string[]> {
  if (slot === undefined) return [];
  const cannotTell = (why: string) => reportNotChecked(scope, why);
  const readSecretPolicies = dependencies.readSecretPolicies?.bind(dependencies);
  if (readSecretPolicies === undefined) return cannotTell("not checked, because this program has no look-up for it");
  try {
    const policies = await waitFor("what the tenant's app management policies allow", () =>
      readSecretPolicies(clientId, endpoints),
    );
    if (policies === undefined) return cannotTell("this identity may not read them (Policy.Read.All)");
    const problemsUnder = (limit: SecretLimit | undefined) =>
      lifetimeProblems(slot, limit, dependencies.today, settings.rotation);
    const certain = problemsUnder(secretLimit(policies, { forEverybody: true }));
    const possible = problemsUnder(secretLimit(policies));
    return certain.length > 0 || possible.length === 0
      ? certain
      : cannotTell(`${possible.join("; ")}, unless this identity is one of those it exempts`);
  } catch (error) {
    // A rotation never fails because a courtesy failed: Entra itself refuses what it does not allow, before anything is lost.
    return cannotTell(error instanceof Error ? error.message : String(error));
  }
}

function reportNotChecked({ component }: Scope, why: string): readonly string[] {
  void pulumi.log.info(
    `Client secret: cannot tell whether the tenant's app management policies allow it: ${why}`,
    component,
  );
  return [];
}
