import { commandLine } from "../../model/command-line";
import { terminalName } from "../../permissions/report/escape";
import { readMark } from "../../rotation/mark";
import type { CommandContext, ExitCode } from "../shared/command";
import { CommandError, problemsOf, writeDocument } from "../shared/document";
import { demandClientId, publishedClientId } from "../shared/published-state";
import { isAgreed } from "../shared/question";
import { openTenant, type Tenant } from "../shared/tenant";
import type { StopCommandOptions } from "./declaration";

/** What the two commands differ in. */
export interface Switching {
  readonly command: "stop" | "resume";
  readonly isEnabled: boolean;
  readonly done: "stopped" | "resumed";
  /** In place of `done` where it looked so before; a word only, the write is done all the same. */
  readonly already: "already-stopped" | "already-running";
  /** What a person should know afterwards. */
  readonly afterwards: (stack: string) => readonly string[];
}

/** Disables or enables the service principal straight through Graph: no Pulumi, no state, no lock to wait for. */
export async function switchPrincipal(
  { command, isEnabled, done, already, afterwards }: Switching,
  options: StopCommandOptions,
  context: CommandContext,
): Promise<ExitCode> {
  const { stack } = options;
  const tenant = await openTenant(stack, context);
  const { clientId, principal } = await findPrincipal(tenant, command, options.clientId);
  if (isEnabled) await demandOurs(tenant, clientId);
  const name = terminalName(principal.displayName);
  const facts = { stack, clientId, principalObjectId: principal.objectId };
  const answer = (outcome: string, code: ExitCode): ExitCode => {
    const problems =
      code === 0
        ? []
        : [{ code: "declined", message: `${stack} was not changed`, fix: `Run ${command} again with --yes.` }];
    if (options.json) {
      const document = { schema: `partner-access/${command}/1`, ok: code === 0, problems } as const;
      writeDocument(context, { ...document, stacks: [{ ...facts, outcome }] });
    } else {
      context.stdout.write(`${stack}  ${outcome}  ${name} (client id ${clientId})\n`);
    }
    return code;
  };
  const question = `${isEnabled ? "Enable" : "Disable"} ${name} in ${tenant.configuration.tenant.domain}?`;
  const hint = `There is no terminal to ask on: run again with --yes to ${command} ${stack}.`;
  if (!options.yes && !(await isAgreed(question, hint, context))) return answer("declined", 1);
  // Always, though the read may say that it is so already: Graph's reads may be minutes old, this write says the same twice at no cost.
  await tenant.graphWriter.setPrincipalEnabled(principal.objectId, isEnabled);
  for (const line of afterwards(stack)) context.stderr.write(`${line}\n`);
  return answer(principal.isEnabled === isEnabled ? already : done, 0);
}

/** Stopping the wrong application is undone in a minute. Enabling one is a grant: another application was disabled for a reason. */
async function demandOurs(tenant: Tenant, clientId: string): Promise<void> {
  const recorded = await publishedClientId(tenant).catch(() => undefined);
  if (recorded?.toLowerCase() === clientId.toLowerCase()) return;
  const credentials = (await tenant.graph.application(clientId))?.credentials ?? [];
  if (credentials.some(({ displayName }) => readMark(displayName ?? "") !== undefined)) return;
  throw new CommandError([
    {
      code: "not-ours",
      message: `application ${clientId} does not belong to this stack: the vault does not name it, and none of its client secrets has this project's mark`,
      fix: "Compare the client id. If it is another application, enable it in the Entra admin center, as someone with the right to decide that.",
    },
  ]);
}

/** By the entry's tags alone: a damaged record must not prevent a stop. */
async function findPrincipal(tenant: Tenant, command: Switching["command"], named: string | undefined) {
  const clientId = named ?? (await recordedClientId(tenant, command));
  const principal = await tenant.graph.principal(clientId);
  if (principal !== undefined) return { clientId, principal };
  throw new CommandError([
    {
      code: "principal-missing",
      message: `application ${clientId} has no service principal in ${tenant.configuration.tenant.domain}`,
      fix: `It cannot get tokens in this state. Restore it in Entra, or let up create it again: ${commandLine("up", "-s", tenant.stack)}`,
    },
  ]);
}

/** The client id from the vault. A failed read must not prevent a stop, so each error names the alternative. */
async function recordedClientId(tenant: Tenant, command: Switching["command"]): Promise<string> {
  try {
    return await demandClientId(tenant);
  } catch (error) {
    const wayPast = `Without the vault: ${commandLine(command, "-s", tenant.stack, "--client-id", "CLIENT-ID")}`;
    throw new CommandError(problemsOf(error).map((it) => ({ ...it, fix: `${it.fix} ${wayPast}`.trim() })));
  }
}
