import type { StackConfiguration } from "../../../configuration/stack-configuration";
import type { GivenReasons } from "../../../permissions/diff";
import type { Recording } from "./recorder";

/** What the recording process is asked for, as JSON on its standard input. */
export interface RecordingRequest {
  readonly stacks: readonly string[];
}

/** The form of a line. A reader refuses any other: it would misread it. Lines from before it had a name are of this form too. */
export const recordedSchema = "partner-access/recorded/1";

/** One line of JSON a stack on file descriptor 3: data only, judged by another process. */
export type RecordedStack =
  | ({ readonly stack: string; readonly domain: string; readonly reasons: GivenReasons } & Recording)
  | { readonly stack: string; readonly problem: string };

/** Whether an answer has the outline of one. What is in its records is read as hostile data anyway. */
export function isRecordedStack(answer: unknown): answer is RecordedStack {
  if (typeof answer !== "object" || answer === null) return false;
  const { stack, problem, domain, reasons, records, identities } = answer as Record<string, unknown>;
  if (typeof stack !== "string") return false;
  const isRecording = Array.isArray(records) && Array.isArray(identities) && typeof reasons === "object";
  return typeof problem === "string" || (isRecording && typeof domain === "string" && reasons !== null);
}

/** The day every review happens on. The manifest holds rules, never dates, so which day it is changes nothing. */
export const reviewDay = "2026-01-01";

/** Why a configuration wants what it wants. Readers are explained in the access policy, which is read apart. */
export function reasonsOf({ permissions, consent }: StackConfiguration): GivenReasons {
  return {
    permissions: permissions.flatMap(({ api, delegated, application, reason }) =>
      [...delegated, ...application].map(({ name, kind }) => ({
        apiClientId: api.clientId,
        kind,
        permission: name,
        reason,
      })),
    ),
    consent: consent.kind === "tenant" ? consent.reason : null,
    readers: [],
  };
}
