import * as pulumi from "@pulumi/pulumi";
import { known } from "../memory";
import { waitFor } from "../waiting";
import type { Run } from "./run";

/** More than the longest proof takes, which ends by itself after fifteen. */
const PROOF_MINUTES = 20;

/**
 * The hook that runs before the client secret's entry is written. It proves exactly the text that is about to be written,
 * with the client id that is written beside it. The engine runs no hooks in previews.
 */
export function proofHook(
  { scope, settings, dependencies, endpoints }: Run,
  { isNewApplication }: { readonly isNewApplication: boolean },
): pulumi.ResourceHook {
  return new pulumi.ResourceHook(`${scope.name}-prove-client-secret`, async ({ newInputs, name }) => {
    const inputs: unknown = await known(pulumi.output(newInputs ?? {}));
    const { properties, tags } = inputs as { properties?: { value?: unknown }; tags?: { clientId?: unknown } };
    const secret = properties?.value;
    const clientId = tags?.clientId;
    if (typeof secret !== "string" || secret === "" || typeof clientId !== "string") {
      throw new Error(`${name}: the proof needs properties.value and tags.clientId, and did not get both`);
    }
    // Known whenever a hook runs: an update with an unknown tenant is refused.
    const tenantId = settings.tenant.id.known ?? "";
    await waitFor(
      "whether Entra accepts the new client secret",
      () => dependencies.prove({ clientId, secret, isNewApplication }, tenantId, endpoints),
      PROOF_MINUTES,
    );
  });
}
