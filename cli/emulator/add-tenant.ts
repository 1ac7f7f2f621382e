import { addEmulatedTenant, type EmulatedTenant, emulatedTenants } from "../../clients/emulator-control";
import { isLoopback } from "../../clients/entra/clouds";
import { ServiceError } from "../../clients/http/errors";
import { describeProblem } from "../../configuration/problem";
import { readValue } from "../../configuration/read-value";
import { sectionSchemas } from "../../configuration/schemas";
import { commandLine } from "../../model/command-line";
import type { CommandContext, ExitCode } from "../shared/command";
import { CommandError, writeDocument } from "../shared/document";
import type { EmulatorCommandOptions } from "./declaration";
import { type Newcomer, nextCommands, signInVariables } from "./next-commands";

/** `partner-access emulator add-tenant NAME`: one more partner in the emulator that this shell uses, and how to go on with it. */
export async function addTenant(
  name: string,
  options: EmulatorCommandOptions,
  context: CommandContext,
): Promise<ExitCode> {
  demandName(name);
  const { stdout, stderr, env, signal } = context;
  const origin = originOf(env);
  const before = await emulatedTenants(origin, { signal }).catch((error: unknown) => {
    throw error instanceof ServiceError
      ? noEmulator(`the emulator of this shell does not answer: ${error.summary}`)
      : error;
  });
  const domain = `${name}.example`;
  const existing = before.find((it) => it.domain === domain);
  const tenant = existing ?? (await addEmulatedTenant(origin, domain, { signal }));
  const newcomer = demandDeployable(name, tenant, before);
  const commands = nextCommands(newcomer);
  const isNew = existing === undefined;
  if (options.json) {
    const facts = { tenantId: tenant.id, domain, userPrincipalName: newcomer.user, isNew };
    const stack = { stack: name, ...facts, env: signInVariables(tenant), commands };
    writeDocument(context, { schema: "partner-access/emulator/1", ok: true, stacks: [stack], problems: [] });
    return 0;
  }
  stderr.write(
    isNew
      ? `The emulator at ${origin} has the new tenant ${domain}. In this shell:\n`
      : `The emulator at ${origin} already has the tenant ${domain}; nothing was changed. In this shell:\n`,
  );
  stdout.write(commands.map(({ does, command }) => `# ${does}\n${command}\n`).join(""));
  return 0;
}

/** The name becomes the stack's, and the alias in its file: refused here as there. */
function demandName(name: string): void {
  const { problems } = readValue(sectionSchemas.tenant.shape.alias, name, "the name");
  if (problems.length === 0) return;
  throw new CommandError(
    problems.map((problem) => ({ code: "invalid-option", message: describeProblem(problem), fix: problem.fix })),
  );
}

/** Where the emulator of this shell is, from the variable that the providers find it by. */
function originOf(env: CommandContext["env"]): string {
  const host = env["ARM_METADATA_HOSTNAME"];
  if (!host) throw noEmulator("this shell has no emulator: ARM_METADATA_HOSTNAME is not set");
  if (!isLoopback(host))
    throw noEmulator(`ARM_METADATA_HOSTNAME is ${host}, which is not this machine, so it is not an emulator`);
  return `https://${host}`;
}

function demandDeployable(name: string, tenant: EmulatedTenant, before: readonly EmulatedTenant[]): Newcomer {
  const home = before.flatMap((it) => (it.vault === null ? [] : [{ ...it, vault: it.vault }]))[0];
  const user = tenant.reportingUser?.userPrincipalName;
  if (tenant.role === "partner" && user !== undefined && home !== undefined) {
    const previous = before.find(({ id, role }) => role === "partner" && id !== tenant.id);
    return { name, tenant, user, home, previous };
  }
  throw new CommandError([
    {
      code: "tenant-not-deployable",
      message: `${tenant.domain} is in the emulator, but not as a partner tenant with a reporting user`,
      fix: "Choose another name.",
    },
  ]);
}

function noEmulator(message: string): CommandError {
  const fix = `Start one and use the shell that it prints: ${commandLine("demo", "--keep")}`;
  return new CommandError([{ code: "no-emulator", message, fix }]);
}
