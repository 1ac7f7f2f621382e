import * as pulumi from "@pulumi/pulumi";
import { known } from "../memory";
import { waitFor } from "../waiting";
import type { Outside } from "./outside";

/** More than the longest proof takes, which ends by itself after fifteen. */
const PROOF_MINUTES = 20;

/**
 * The hook that runs before the client secret's entry is written. It proves exactly the text that is about to be written,
 * with the client id that is written beside it. The engine runs no hooks in previews.
 */
export function proofHook(outside: Outside, facts: { readonly isNewApplication: boolean }): pulumi.ResourceHook {
  return new pulumi.ResourceHook("prove-client-secret", async ({ newInputs, name }) => {
    const inputs: unknown = await known(pulumi.output(newInputs ?? {}));
    const { properties, tags } = inputs as { properties?: { value?: unknown }; tags?: { clientId?: unknown } };
    const secret = properties?.value;
    const clientId = tags?.clientId;
    if (typeof secret !== "string" || secret === "" || typeof clientId !== "string") {
      throw new Error(`${name}: the proof needs properties.value and tags.clientId, and did not get both`);
    }
    await waitFor(
      "whether Entra accepts the new client secret",
      () => outside.prove({ clientId, secret, isNewApplication: facts.isNewApplication }),
      PROOF_MINUTES,
    );
  });
}
