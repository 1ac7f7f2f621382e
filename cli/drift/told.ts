import type { DriftFinding } from "../../permissions/drift";

/** One finding for a person: risk, kind and what, then why it matters. */
export function explainedFinding({ kind, message, risk, reasons }: DriftFinding): readonly string[] {
  return [
    `  ${risk.padEnd(8)}  ${kind.padEnd(10)}  ${message}`,
    ...reasons.map((reason) => `                        ${reason}`),
  ];
}

/** What must not be made anew where it is gone: another application has another client id, another secret ends what consumers hold. */
const lost = ["application", "credential", "vault", "vault-entry"];

/** What may be done about the findings of a stack; silent where each finding says it, or nothing was found. */
export function remedies(findings: readonly DriftFinding[], stack: string): readonly string[] {
  if (findings.some(({ kind, code }) => kind === "missing" && lost.includes(code))) return [];
  // A disabled principal was stopped on purpose: only `resume` enables it, no update does.
  const comesBack = findings.some(
    ({ kind, code, touches }) => kind !== "undeclared" && touches.length > 0 && code !== "enabled",
  );
  const isBeside = findings.some(({ kind }) => kind === "undeclared");
  return [
    ...(comesBack
      ? [`  Missing or changed: "pulumi refresh -s ${stack}" records it, and the next up restores what is declared.`]
      : []),
    ...(isBeside ? ["  Undeclared: declare it, or remove it where it was created."] : []),
  ];
}
