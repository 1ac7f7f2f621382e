import { commandLine } from "../../model/command-line";
import type { SlotPlan } from "../../rotation/plan";
import type { PublishedRecord } from "../../rotation/record";
import { remedy } from "../../rotation/remedies";
import { publishedSlot } from "../../rotation/status";
import { fatalProblems } from "../recover/health";
import { CommandError } from "../shared/document";
import type { DirectoryState, PublishedState } from "../shared/published-state";
import type { Tenant } from "../shared/tenant";

/** A stopped application stays stopped. */
export function refuseStopped(tenant: Tenant, { clientId }: PublishedState, { principal }: DirectoryState): void {
  if (principal?.isEnabled !== false) return;
  throw new CommandError([
    {
      code: "stopped",
      message: `${tenant.stack} was stopped: the service principal of ${clientId} is disabled`,
      fix: `First: ${commandLine("resume", "-s", tenant.stack)}`,
    },
  ]);
}

/** What a new secret mends. */
const mended = new Set(["credential-missing", "expired"]);

/** "Not due" would be a green run while consumers get no token; and where the application is gone no secret can be added to it. */
export function refuseUnhealthy(
  tenant: Tenant,
  published: PublishedState,
  plan: SlotPlan,
  directory: DirectoryState,
): void {
  const problems = fatalProblems(tenant, published, directory).filter(
    ({ code }) => !(plan.isPublish && mended.has(code)),
  );
  if (problems.length > 0) throw new CommandError(problems);
}

/** "Not due" would be a green run while no consumer can read the secret. A publish writes a version that is enabled. */
export function refuseDisabled({ stack }: Tenant, { entry, record }: PublishedState, plan: SlotPlan): void {
  if (entry.isEnabled || plan.isPublish) return;
  throw new CommandError([
    {
      code: "version-disabled",
      message: `the latest version of ${entry.name} is disabled: every read of it is refused, and no rotation is due`,
      fix: remedy("version-disabled", stack, publishedSlot(record).keyId),
    },
  ]);
}

/**
 * A reason is answered once, so that a repeated run does nothing. In another emergency with the words of an earlier one that would look like
 * success, and the leaked secret would live on. On the day of the answer it is the same run again.
 */
export function refuseAnswered(
  { today }: Tenant,
  record: PublishedRecord,
  plan: SlotPlan,
  options: { readonly compromised?: string | undefined; readonly rollback?: string | undefined },
): void {
  const reason = options.compromised ?? options.rollback;
  if (reason === undefined || plan.isPublish || record.publishedOn === today) return;
  throw new CommandError([
    {
      code: "already-answered",
      message: `the reason ${JSON.stringify(reason)} has already been used: nothing was published now, the published secret is of ${record.publishedOn}`,
      fix: `Give a new reason, for example ${JSON.stringify(`${reason} (${today})`)}.`,
    },
  ]);
}

/** What is published was changed by hand, and this run publishes nothing that would take its place. */
export function needsRecovery({ stack }: Tenant): CommandError {
  const message = `${stack}: the published entry was changed by hand, and no due rotation would replace it`;
  return new CommandError([{ code: "record-differs", message, fix: commandLine("recover", "-s", stack) }]);
}
