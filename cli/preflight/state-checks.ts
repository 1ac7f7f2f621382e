import type { StateStore } from "../../clients/pulumi/pulumi-cli";
import type { Problem } from "../shared/document";
import { type Check, cannotTell, failed, ok, type Subject, warning } from "./check";

/** What the CLI says of the state store, and of the stack in it; a reason where it could not be asked. */
export interface StateFacts {
  readonly store: StateStore | { readonly reason: string };
  readonly stack: { readonly isThere: boolean } | { readonly reason: string };
}

/** Where the state lies: both client secrets are in it. */
export function stateCheck(
  stack: string,
  store: StateFacts["store"],
  { hasPassphrase, isAllowed }: { readonly hasPassphrase: boolean; readonly isAllowed: boolean },
): Check {
  const subject: Subject = { name: "state-store", who: "you" };
  const fix = "See docs/real-tenant.md, step 1, for a shared store and a key service.";
  if ("reason" in store) return cannotTell(subject, store.reason, "Install Pulumi, and log in to the store.");
  const wrong = [
    store.isLocal && `the state of ${stack} would be on this machine only (${store.url})`,
    hasPassphrase && "its secrets are protected by a passphrase that people share",
  ].filter((it) => it !== false);
  if (wrong.length === 0) return ok(subject, `the state is in ${store.url}`);
  return isAllowed
    ? warning(subject, `${wrong.join("; ")}: fine on the emulator and for a solo stack, refused otherwise`, fix)
    : failed(subject, wrong.join("; "), fix);
}

/** Whether the store has the stack: no run begins without it. `missing` is what the other commands say where it has not. */
export function stackCheck(stack: StateFacts["stack"], missing: Problem): Check {
  const subject: Subject = { name: "stack", who: "you" };
  if ("reason" in stack) return cannotTell(subject, stack.reason);
  return stack.isThere ? ok(subject, "the state store has the stack") : failed(subject, missing.message, missing.fix);
}
