import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Journey } from "../support/journey";

interface LockFile {
  readonly pid: number;
  readonly username: string;
  readonly hostname: string;
  readonly timestamp: string;
}

/** The holders of the stack's locks, as `recover --lock` names them. */
export function lockHolders(journey: Journey): readonly string[] {
  return lockFiles(journey).map((file) => {
    const { username, hostname, pid } = readLock(file);
    return `${username}@${hostname}:${pid}`;
  });
}

/** Two hours pass for the locks: recover breaks none that is younger than one. */
export function ageLocks(journey: Journey): void {
  for (const file of lockFiles(journey)) {
    const lock = readLock(file);
    const timestamp = new Date(Date.parse(lock.timestamp) - 2 * 60 * 60 * 1000).toISOString();
    writeFileSync(file, JSON.stringify({ ...lock, timestamp }));
  }
}

/** The folder that `PULUMI_BACKEND_URL` of a journey names. */
export function stateFolder(journey: Journey): string {
  return join(journey.leftovers, "state");
}

function readLock(file: string): LockFile {
  return JSON.parse(readFileSync(file, "utf8")) as LockFile;
}

function lockFiles(journey: Journey): readonly string[] {
  const folder = join(stateFolder(journey), ".pulumi", "locks");
  try {
    return readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".json"))
      .map((name) => join(folder, name));
  } catch {
    return [];
  }
}
