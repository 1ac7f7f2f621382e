import { readFile } from "node:fs/promises";
import { hostname } from "node:os";
import type { StackLock } from "./pulumi/stack-lock";

/**
 * What has become of the process that took a lock. A holder on another machine cannot be asked. A machine is known by its name, and
 * containers may share one: "ended" is no more than what this machine's list of processes says.
 */
export async function holderOf({ host, pid }: StackLock): Promise<"running" | "ended" | "elsewhere"> {
  if (host !== hostname()) return "elsewhere";
  return (await isEngine(pid)) ? "running" : "ended";
}

async function isEngine(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: the process exists, but belongs to another user.
    if ((error as { code?: string }).code !== "EPERM") return false;
  }
  const facts = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => undefined);
  // No such file system here (macOS, Windows): a process of that number is as much as can be known.
  if (facts === undefined) return true;
  const [, command = "", state = ""] = /\((.*)\) (\S)/s.exec(facts) ?? [];
  // A zombie is a killed process that was not reaped; and process ids are reused.
  return command.includes("pulumi") && state !== "Z" && state !== "X";
}
