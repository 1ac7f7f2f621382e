import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";

interface Row {
  readonly pid: number;
  readonly parent: number;
  /** Ended, and only not collected by its parent yet. */
  readonly isZombie: boolean;
}

/**
 * Kills a process with everything it started, whatever process groups they are in: the engine gives each plugin its own. The
 * tree is frozen first, from the root on: a parent that dies leaves children nobody can find. Answers their ids.
 */
export function killTree(root: number): readonly number[] {
  const frozen = new Set<number>();
  for (;;) {
    const fresh = treeOf(root).filter((pid) => !frozen.has(pid));
    if (fresh.length === 0) break;
    for (const pid of fresh) {
      send(pid, "SIGSTOP");
      frozen.add(pid);
    }
  }
  for (const pid of frozen) send(pid, "SIGKILL");
  return [...frozen];
}

/** Kills everything this process started and that still runs. */
export function killChildren(): void {
  for (const { pid, parent } of listProcesses()) if (parent === process.pid) killTree(pid);
}

/** Which of them still run. */
export function stillRunning(pids: readonly number[]): readonly number[] {
  const running = new Set(
    listProcesses()
      .filter(({ isZombie }) => !isZombie)
      .map(({ pid }) => pid),
  );
  return pids.filter((pid) => running.has(pid));
}

/** Parents before their children. */
function treeOf(root: number): readonly number[] {
  const rows = listProcesses().filter(({ isZombie }) => !isZombie);
  const tree = rows.some(({ pid }) => pid === root) ? [root] : [];
  // Grows while it is walked.
  for (const pid of tree) tree.push(...rows.filter(({ parent }) => parent === pid).map((row) => row.pid));
  return tree;
}

function send(pid: number, signal: "SIGSTOP" | "SIGKILL"): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended by itself meanwhile.
  }
}

function listProcesses(): readonly Row[] {
  if (!existsSync("/proc/self/stat")) return fromPs();
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => readStat(Number(name)));
}

function readStat(pid: number): readonly Row[] {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name in parentheses may itself hold spaces and parentheses.
    const [state, parent] = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return [{ pid, parent: Number(parent), isZombie: state === "Z" || state === "X" }];
  } catch {
    return [];
  }
}

function fromPs(): readonly Row[] {
  const { stdout } = spawnSync("ps", ["-axo", "pid=,ppid=,state="], { encoding: "utf8" });
  return stdout.split("\n").flatMap((line) => {
    const [pid, parent, state = ""] = line.trim().split(/\s+/);
    return pid ? [{ pid: Number(pid), parent: Number(parent), isZombie: state.startsWith("Z") }] : [];
  });
}
