import { type Finding, statusFindings } from "../../rotation/status";
import type { ValueCheck } from "../../rotation/value-check";
import type { Problem } from "../shared/document";
import { type DirectoryState, type PublishedState, readDirectoryState } from "../shared/published-state";
import type { Tenant } from "../shared/tenant";
import { checkValue, refusedValue } from "../shared/value";

/** Whether consumers get tokens with what is published. */
export interface Health {
  readonly value: ValueCheck;
  readonly problems: readonly Problem[];
}

/** What keeps consumers from a token, whatever the schedule says. */
const fatal: ReadonlySet<Finding["code"]> = new Set([
  "application-missing",
  "principal-missing",
  "credential-missing",
  "record-differs",
  "expired",
]);

/** Holds what is published against the tenant: the application, its credentials, and the value itself. */
export async function readHealth(tenant: Tenant, published: PublishedState, seen?: DirectoryState): Promise<Health> {
  const directory = seen ?? (await readDirectoryState(tenant, published.clientId));
  const problems = fatalProblems(tenant, published, directory);
  const value = await checkValue(tenant);
  // Why a value is refused is said already where its secret is gone or has expired.
  const isExplained = problems.length > 0;
  return {
    value,
    problems: value.result === "refused" && !isExplained ? [refusedValue(tenant.stack, value)] : problems,
  };
}

/** The same without the value: what a rotation cannot mend by publishing another one, or that it would have to. */
export function fatalProblems(
  { today, stack }: Pick<Tenant, "today" | "stack">,
  { entry, record }: Pick<PublishedState, "entry" | "record">,
  { application, principal }: DirectoryState,
): readonly Problem[] {
  const live = {
    credentials: application?.credentials,
    principal: principal && { isEnabled: principal.isEnabled },
    orphans: [],
  };
  return statusFindings({ today, stack, record, clientSecret: entry, refreshToken: undefined, live })
    .filter(({ code }) => fatal.has(code))
    .map(({ code, sentence, fix }) => ({ code, message: sentence, fix }));
}
