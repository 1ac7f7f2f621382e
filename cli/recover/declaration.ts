import { declareCommand, type OptionsOf } from "../shared/command";
import { allowLocalState, expectDigest, flag, json, stack, text } from "../shared/options";

const options = {
  stack,
  lock: text("--lock <holder>", "break the lock of this holder (user@host:pid, as recover names it)"),
  lostState: flag("--lost-state", "build a new state from the vault and the tenant"),
  expectDigest,
  allowLocalState,
  json,
};

export type RecoverCommandOptions = OptionsOf<typeof options>;

export const recoverCommand = declareCommand({
  name: "recover",
  summary: "repair a stack after a run that was killed",
  description:
    "Clears the pending operations of an interrupted run, lets the engine continue, and removes orphaned credentials. It can be repeated, " +
    "and can be killed itself. A published entry that was changed by hand is published again with the right record and value, which it " +
    "finds in the state or in an older version.\n\n" +
    "It finishes a rotation and repairs, and grants nothing that the state does not grant already: an update that would also change who may do " +
    "what is refused; the rest is done. --expect-digest takes the digest of the approved manifest, and with it recover finishes an interrupted update of " +
    "that content.\n\n" +
    "It names the holder and age of a lock. It breaks the lock only when --lock names it and it is older than an hour or its process has " +
    "ended on this machine, or when a " +
    "person on a terminal says so, because a live run would continue beside this one.\n\n" +
    "--lost-state is for a state that is gone for good. It finds the application by the client id in the vault, imports what is there " +
    "into a new state, and leaves the running secret in place until the next rotation replaces it.",
  options,
  examples: [
    "partner-access recover -s contoso",
    "partner-access recover -s contoso --lock runner@build-7:4711",
    "partner-access recover -s contoso --lost-state",
    `partner-access recover -s contoso --expect-digest sha256:${"5f0c1f0e8d7c6b5a".repeat(4)}`,
  ],
  load: async () => (await import("./run")).runRecover,
});
