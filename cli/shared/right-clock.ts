import { isLoopback, readServiceTime } from "../../clients/entra/clouds";
import { clockProblems } from "../../rotation/clock";
import type { CommandContext } from "./command";
import { CommandError } from "./document";
import { openTenant, type Tenant } from "./tenant";

/** The tenant, for a command that decides by a date: only where this machine's clock agrees with Microsoft's. */
export async function openDatedTenant(stack: string, context: CommandContext): Promise<Tenant> {
  const tenant = await openTenant(stack, context);
  await demandRightClock(tenant.endpoints.authority, context);
  return tenant;
}

/** Compares with the time that the sign-in service sends along with a public document. No sign-in is needed. */
export async function demandRightClock(authority: string, { env, signal }: CommandContext): Promise<void> {
  const date = await readServiceTime({ authority, signal });
  const stated = env["PARTNER_ACCESS_NOW"];
  const isStated = Boolean(stated) && isLoopback(env["ARM_METADATA_HOSTNAME"] ?? "");
  const problems = clockProblems({ now: isStated ? new Date(stated ?? "") : new Date(), isStated }, date);
  if (problems.length === 0) return;
  throw new CommandError(problems.map((message) => ({ code: "wrong-clock", message, fix: "Then run this again." })));
}
