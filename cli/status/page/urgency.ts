import type { Problem } from "../../shared/document";
import type { StackStatus } from "../stack-status";

/** How soon a person has to act, most urgent first. */
export type Urgency = "broken" | "unknown" | "soon" | "well";
export const urgencies: readonly Urgency[] = ["broken", "unknown", "soon", "well"];

/** Sign and words for each: a colour is never the only signal. */
export const urgencyWords: Readonly<Record<Urgency, { readonly sign: string; readonly words: string }>> = {
  broken: { sign: "✖", words: "broken now" },
  unknown: { sign: "?", words: "could not be read" },
  soon: { sign: "▲", words: "needs attention" },
  well: { sign: "✓", words: "well" },
};

/** Problems after which consumers get no token. */
const broken: ReadonlySet<string> = new Set([
  "expired",
  "credential-missing",
  "application-missing",
  "principal-missing",
  "stopped",
  "value-refused",
  "version-disabled",
  "deleted-entry",
  "client-secret-missing",
]);

/** One problem of a tenant. Whatever kept it from being read says nothing about it, least of all that it is well. */
export function problemUrgency(
  { code }: Pick<Problem, "code">,
  { published }: Pick<StackStatus, "published">,
): Urgency {
  if (broken.has(code)) return "broken";
  return published === null && code !== "not-deployed" ? "unknown" : "soon";
}

/** The most urgent of a tenant's problems. */
export function tenantUrgency(status: StackStatus): Urgency {
  const found = new Set(status.problems.map((problem) => problemUrgency(problem, status)));
  const worst = urgencies.find((urgency) => found.has(urgency)) ?? "well";
  return worst === "well" && !status.ok ? "unknown" : worst;
}

/** Most urgent first, then by name. */
export function byUrgency<Status extends StackStatus>(statuses: readonly Status[]): readonly Status[] {
  const rank = (status: Status) => urgencies.indexOf(tenantUrgency(status));
  return [...statuses].sort((one, other) => rank(one) - rank(other) || (one.stack < other.stack ? -1 : 1));
}
