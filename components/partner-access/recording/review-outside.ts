import { day } from "../../../model/day";
import type { Outside } from "../outside";
import { reviewDay } from "./recorded-stack";

/** A tenant that agrees with everything, on a day that never changes. */
export function reviewOutside(configuration: Outside["configuration"]): Outside {
  return {
    configuration,
    today: day(reviewDay),
    rollback: undefined,
    endpoints: {
      authority: "https://sign-in.invalid",
      graph: "https://graph.invalid",
      resourceManager: "https://resource-manager.invalid",
      keyVaultSuffix: "vault.invalid",
    },
    signInProblems: async () => [],
    async prove() {
      throw new Error("a review proves no secret");
    },
  };
}
