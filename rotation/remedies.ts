import { anyStack, commandLine } from "../model/command-line";

export type FindingCode =
  | "overdue"
  | "expired"
  | "near-expiry"
  | "expiry-differs"
  | "version-disabled"
  | "refresh-token-old"
  | "refresh-token-undated"
  | "application-missing"
  | "principal-missing"
  | "stopped"
  | "credential-missing"
  | "record-differs"
  | "previous-missing"
  | "orphan";

/** A remedy for one stack. `keyId` is of the credential that the finding is about. */
type Remedy = (stack: string, keyId: string) => string;

const rotate: Remedy = (stack) => commandLine("rotate", "-s", stack);
const up: Remedy = (stack) => commandLine("up", "-s", stack);
const recover: Remedy = (stack) => commandLine("recover", "-s", stack);
const signIn: Remedy = (stack) => commandLine("sign-in", "-s", stack);

/** Where a command of ours fixes it, the sentence ends with that command, ready to be copied. */
const remedies: Readonly<Record<FindingCode, Remedy>> = {
  overdue: (...of) => `Look at the last run of the schedule, then rotate: ${rotate(...of)}`,
  expired: (...of) => `Consumers cannot get tokens. Rotate now: ${rotate(...of)}`,
  "near-expiry": (...of) => `Rotate now: ${rotate(...of)}`,
  "expiry-differs": (...of) => `Alarms on the vault's date are wrong. An update writes the entry again: ${up(...of)}`,
  "version-disabled": (stack, keyId) =>
    `Enable that version in the vault. If it was disabled because the secret leaked: ${commandLine("rotate", "-s", stack, "--compromised", `${keyId} disabled in the vault`)}`,
  "refresh-token-old": (...of) =>
    `Renew it: \`${rotate(...of)}\`. If that fails, the user signs in again: ${signIn(...of)}`,
  "refresh-token-undated": (...of) => `The user signs in again: ${signIn(...of)}`,
  "application-missing": (...of) =>
    `Restore it in Entra, which keeps deleted applications for 30 days. Then: ${up(...of)}`,
  "principal-missing": (...of) => `Restore it in Entra, or create it again: ${up(...of)}`,
  stopped: (stack) => `When the cause of the stop is resolved: ${commandLine("resume", "-s", stack)}`,
  // A reason is handled once: the key id makes it a new one each time.
  "credential-missing": (stack, keyId) =>
    `Rotate now: ${commandLine("rotate", "-s", stack, "--compromised", `${keyId} removed in Entra`)}`,
  "record-differs": (...of) => `Publish this stack's own record again: ${recover(...of)}`,
  "previous-missing": () => "Consumers that keep the secret must read the vault again.",
  orphan: (...of) => `When no run is in progress: ${recover(...of)}`,
};

/** What to do about a finding. Without a stack (a vault names none) its commands say STACK. */
export function remedy(code: FindingCode, stack: string = anyStack, keyId = ""): string {
  return remedies[code](stack, keyId);
}
