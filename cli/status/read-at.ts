import type { Day } from "../../model/day";
import type { CommandContext } from "../shared/command";
import { todayOf } from "../shared/tenant";

/** When a status is read: the machine's time, or the emulator's stated one. */
export function readAt({ env }: Pick<CommandContext, "env">): { readonly at: Date; readonly today: Day } {
  const stated = env["PARTNER_ACCESS_NOW"];
  const today = todayOf(stated, env["ARM_METADATA_HOSTNAME"] || undefined);
  return { at: stated ? new Date(stated) : new Date(), today };
}
