import type { DriftFinding } from "../../permissions/drift";

/** One finding for a person: risk, kind and what, then why it matters. */
export function explainedFinding({ kind, message, risk, reasons }: DriftFinding): readonly string[] {
  return [
    `  ${risk.padEnd(8)}  ${kind.padEnd(10)}  ${message}`,
    ...reasons.map((reason) => `                        ${reason}`),
  ];
}
