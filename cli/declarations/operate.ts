import type { CommandDeclaration, CommandOption } from "../shared/command";
import { expectDigest, json, stack } from "../shared/options";

const yes: CommandOption = {
  flags: "-y, --yes",
  description: "do not ask; needed where nobody can answer",
};

/** The commands of whoever keeps deployed tenants alive. */
export const operationCommands: readonly CommandDeclaration[] = [
  {
    name: "status",
    summary: "what is published, when it changes, and what is wrong",
    description:
      "Reads the vault's record and the live tenant: published and previous secret, next rotation, age of the refresh token, and what is " +
      "wrong with them. Redeems a token with exactly the published value, or says why that was not checked. Changes nothing. With --from-vault it needs list rights on that vault and nothing else (no state, no Pulumi, no " +
      "stack file): run it as an alarm, apart from the schedule it watches.\n\n" +
      "Exit code 1 when something is wrong: a rotation 14 days overdue, a secret within 30 days of its end, a refresh token older than " +
      "60 days, a credential that is missing in Entra, a record that was changed by hand, a value that Entra refuses, an orphan, a stopped application.",
    options: [
      { flags: "-s, --stack <name>", description: "one stack" },
      { flags: "--all", description: "every stack of this project" },
      {
        flags: "--from-vault <url>",
        description: "every deployment that a vault holds, from its list of entries alone",
      },
      json,
    ],
    examples: [
      "partner-access status -s contoso",
      "partner-access status --all --json",
      "partner-access status --from-vault https://fabrikam-partner-access.vault.azure.net",
    ],
    load: async () => (await import("../status/run")).runStatus,
  },
  {
    name: "credentials",
    summary: "every credential on the application, and whose it is",
    description:
      "Lists the application's client secrets: current, previous, orphan (our mark, unknown to the record) and foreign. Changes nothing " +
      "unless told to. --retire-orphans removes an orphan that was never published at once, and one that was published when the overlap " +
      "has passed since it was replaced. Foreign credentials are never touched.",
    options: [stack, { flags: "--retire-orphans", description: "remove the orphans that may go" }, json],
    examples: ["partner-access credentials -s contoso", "partner-access credentials -s contoso --retire-orphans"],
    load: async () => (await import("../credentials/run")).runCredentials,
  },
  {
    name: "recover",
    summary: "bring a stack back after a run that was killed",
    description:
      "Clears the operations a broken-off run had begun, lets the engine go on, and removes the credentials nobody knows. May be repeated, " +
      "and may be killed itself. A published entry that was changed by hand is published again with the right record and value, which it " +
      "finds in the state or in an older version.\n\n" +
      "It finishes a rotation and repairs, and grants nothing that the state does not hold: an update that would also change who may do " +
      "what is refused, the rest is done. --expect-digest takes the digest of the approved manifest, and with it an interrupted update of " +
      "that content is finished.\n\n" +
      "A lock in the way is named with holder and age. It is broken only when --lock names it and it is older than an hour or its process has " +
      "ended on this machine, or when a " +
      "person on a terminal says so: a run that is alive would go on beside this one.\n\n" +
      "--lost-state is for a state that is gone for good. It finds the application by the client id in the vault, imports what is there " +
      "into a new state, and leaves the running secret in place until the next rotation replaces it.",
    options: [
      stack,
      { flags: "--lock <holder>", description: "break the lock of this holder (user@host:pid, as recover names it)" },
      { flags: "--lost-state", description: "build a new state from the vault and the tenant" },
      expectDigest,
      { flags: "--allow-local-state", description: "accept a state file on this machine or a passphrase as its key" },
      json,
    ],
    examples: [
      "partner-access recover -s contoso",
      "partner-access recover -s contoso --lock runner@build-7:4711",
      "partner-access recover -s contoso --lost-state",
      `partner-access recover -s contoso --expect-digest sha256:${"5f0c1f0e8d7c6b5a".repeat(4)}`,
    ],
    load: async () => (await import("../recover/run")).runRecover,
  },
  {
    name: "stop",
    summary: "refuse every token of an application, at once",
    description:
      "Disables the service principal straight through Microsoft Graph: no Pulumi, no state, no lock to wait for. It asks on a terminal and " +
      "needs --yes elsewhere. up and rotate refuse a stopped stack and never enable it; resume does.",
    options: [
      stack,
      yes,
      { flags: "--client-id <id>", description: "the application, when the vault that knows it cannot be read" },
      json,
    ],
    examples: ["partner-access stop -s contoso", "partner-access stop -s contoso --yes"],
    load: async () => (await import("../stop/run")).runStop,
  },
  {
    name: "resume",
    summary: "end a stop",
    description: "Enables the service principal again. It asks on a terminal and needs --yes elsewhere.",
    options: [
      stack,
      yes,
      { flags: "--client-id <id>", description: "the application, when the vault that knows it cannot be read" },
      json,
    ],
    examples: ["partner-access resume -s contoso --yes"],
    load: async () => (await import("../stop/run-resume")).runResume,
  },
];
