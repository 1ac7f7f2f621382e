import { findOnPath } from "../../clients/pulumi/pulumi-cli";
import { createStacks } from "../../clients/pulumi/stacks";
import { commandLine, counted } from "../../model/command-line";
import { terminalName } from "../../permissions/report/escape";
import type { JudgedCredential } from "../../rotation/credentials";
import type { CommandContext, CommandRunner } from "../shared/command";
import type { Problem } from "../shared/document";
import { forEachStack } from "../shared/for-each-stack";
import { judge, nothingPublished, readPublishedState } from "../shared/published-state";
import { demandPulumi } from "../shared/pulumi";
import { openDatedTenant } from "../shared/right-clock";
import type { Tenant } from "../shared/tenant";
import type { CredentialsCommandOptions } from "./declaration";
import { type OrphanReport, retireOrphans } from "./orphans";

/** `partner-access credentials`: every credential on the application, and its origin. Removes orphans only when told to. */
export const runCredentials: CommandRunner<CredentialsCommandOptions> = async (options, context) => {
  const isRetiring = options.retireOrphans;
  const { ok, results } = await forEachStack(
    {
      name: "credentials",
      stacks: [options.stack],
      async run(stack) {
        const tenant = await openDatedTenant(stack, context);
        const report = isRetiring ? await retire(tenant, context) : await list(tenant);
        return { ...report, stack, today: tenant.today };
      },
      isOk: (report: CredentialsReport) => isOk(report),
      print: printResult,
      documented: (report) => {
        const { stack, credentials, retired, problems } = report;
        return { stack, ok: isOk(report), credentials: credentials.map(entryOf), retired, problems };
      },
    },
    options,
    context,
  );
  if (!options.json && !isRetiring) {
    for (const report of results.filter(hasOrphans)) context.stderr.write(`${await advice(report.stack, context)}\n`);
  }
  return ok ? 0 : 1;
};

type CredentialsReport = OrphanReport & Pick<Tenant, "stack" | "today">;

const hasOrphans = ({ credentials }: OrphanReport) => credentials.some(({ kind }) => kind === "orphan");
const isOk = (report: OrphanReport) => !hasOrphans(report) && report.problems.length === 0;

async function list(tenant: Tenant): Promise<OrphanReport> {
  const published = await readPublishedState(tenant);
  if (published === undefined) throw await nothingPublished(tenant);
  const application = await tenant.graph.application(published.clientId);
  const problems: readonly Problem[] =
    application === undefined
      ? [{ code: "application-missing", message: `the tenant has no application ${published.clientId}`, fix: "" }]
      : [];
  return { retired: [], credentials: judge(tenant, published, application), problems };
}

async function retire(tenant: Tenant, context: CommandContext): Promise<OrphanReport> {
  const { env, projectDirectory, signal, stackOwner } = context;
  const published = await readPublishedState(tenant);
  if (published === undefined) throw await nothingPublished(tenant);
  const pulumi = await demandPulumi(env);
  const stacks = createStacks({ pulumi, projectDirectory, env, signal, stackOwner });
  return retireOrphans(tenant, published, { stacks, context });
}

/** Undefined would vanish from JSON; null says that there is nothing. */
function entryOf({ keyId, displayName, expires, kind, isPublished, removableOn }: JudgedCredential) {
  return { keyId, displayName, expires, kind, isPublished, removableOn: removableOn ?? null };
}

function printResult(report: CredentialsReport, context: CommandContext): void {
  const { stack, today } = report;
  const { stdout, stderr } = context;
  for (const { keyId, kind, expires, displayName, removableOn } of report.credentials) {
    const when = kind === "orphan" ? `  ${removal(removableOn, today)}` : "";
    // Anyone who may write to the application chooses the name: it must not control the terminal or look like a line of ours.
    const name = displayName === null ? "(no name)" : terminalName(displayName);
    stdout.write(`${kind.padEnd(8)}  ${keyId}  expires ${expires}  ${name}${when}\n`);
  }
  for (const keyId of report.retired) stdout.write(`retired   ${keyId}\n`);
  for (const { code, message, fix } of report.problems) {
    stderr.write(`${stack}: ${code}: ${message}\n${fix === "" ? "" : `  ${fix}\n`}`);
  }
}

/** The command that removes orphans. It is refused while a run is in progress or was interrupted: then the state is repaired first. */
async function advice(stack: string, context: CommandContext): Promise<string> {
  const { env, projectDirectory, signal, stackOwner } = context;
  const pulumi = await findOnPath(env);
  const stacks = pulumi === undefined ? undefined : createStacks({ pulumi, projectDirectory, env, signal, stackOwner });
  // Without Pulumi or its store this list is all that can be told.
  const pending = (await stacks?.state(stack).catch(() => undefined))?.pending.length ?? 0;
  return pending === 0
    ? `Nothing was changed. To remove what may go: ${commandLine("credentials", "-s", stack, "--retire-orphans")}`
    : `The state has ${counted(pending, "pending operation")}: a run is in progress, or one was interrupted. Then: ${commandLine("recover", "-s", stack)}`;
}

function removal(on: string | undefined, today: string): string {
  if (on === undefined) return "kept: the state knows it, or its replacement date is unknown";
  return on <= today ? "may be removed" : `kept until ${on}: consumers may still hold it`;
}
