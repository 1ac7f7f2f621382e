import { readFile } from "node:fs/promises";
import { hostname } from "node:os";
import type { StackLock } from "./stack-lock";

/**
 * Whether the process that holds a lock runs on this machine now. A holder on another machine cannot be asked: the answer
 * is then no, and says nothing.
 */
export async function isRunningHere({ host, pid }: StackLock): Promise<boolean> {
  if (host !== hostname()) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: there is such a process, and it is somebody else's.
    if ((error as { code?: string }).code !== "EPERM") return false;
  }
  const facts = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => undefined);
  // No such file system here (macOS, Windows): a process of that number is as much as can be known.
  if (facts === undefined) return true;
  const [, command = "", state = ""] = /\((.*)\) (\S)/s.exec(facts) ?? [];
  // A zombie is a killed process nobody has asked about; and numbers are given out again.
  return command.includes("pulumi") && state !== "Z" && state !== "X";
}
