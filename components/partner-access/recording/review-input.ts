import { day } from "../../../model/day";
import type { ProgramInput } from "../../stack-program/read-program";
import { reviewDay } from "./recorded-stack";

/** A tenant that agrees with everything, on a day that never changes. */
export function reviewInput(configuration: ProgramInput["configuration"]): ProgramInput {
  return {
    configuration,
    dependencies: {
      today: day(reviewDay),
      readEndpoints: async () => ({
        authority: "https://sign-in.invalid",
        graph: "https://graph.invalid",
        resourceManager: "https://resource-manager.invalid",
        keyVaultSuffix: "vault.invalid",
      }),
      signInProblems: async () => [],
      async prove() {
        throw new Error("a review proves no secret");
      },
    },
  };
}
