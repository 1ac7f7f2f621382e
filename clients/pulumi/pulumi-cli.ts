import { execFile } from "node:child_process";
import { access, constants } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";

type Environment = Readonly<Record<string, string | undefined>>;

/** The engine this project is written for; older ones lack `Stash` with ignored input and hooks that stop an update. */
export const oldestPulumi = "3.259.0";

/** Where `pulumi` is on PATH; undefined when it is not there. */
export async function findOnPath(env: Environment, command = "pulumi"): Promise<string | undefined> {
  for (const folder of (env["PATH"] ?? "").split(delimiter)) {
    if (folder === "") continue;
    const candidate = join(folder, command);
    const isThere = await access(candidate, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isThere) return candidate;
  }
  return undefined;
}

/** The version a CLI says it has, without the leading "v". */
export async function readPulumiVersion(pulumi: string, env: Environment): Promise<string> {
  const { stdout } = await promisify(execFile)(pulumi, ["version"], {
    env: { ...env, PULUMI_SKIP_UPDATE_CHECK: "true" },
  });
  return stdout.trim().replace(/^v/, "");
}

/** Whether `version` is `oldest` or newer, comparing the three numbers. */
export function isAtLeast(version: string, oldest: string): boolean {
  const numbers = (text: string) => text.split(/[.+-]/).slice(0, 3).map(Number);
  const [have, want] = [numbers(version), numbers(oldest)];
  for (let place = 0; place < 3; place += 1) {
    const difference = (have[place] ?? 0) - (want[place] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
}

/** Where a project's state lives, as the CLI itself answers. */
export interface StateStore {
  /** For example `file:///home/me`, `azblob://state`, `https://api.pulumi.com`. */
  readonly url: string;
  /** A folder on this machine: not shared, and not backed up. */
  readonly isLocal: boolean;
}

export async function readStateStore(pulumi: string, projectDirectory: string, env: Environment): Promise<StateStore> {
  const { stdout } = await promisify(execFile)(pulumi, ["whoami", "--json", "--non-interactive"], {
    cwd: projectDirectory,
    env: { ...env, PULUMI_SKIP_UPDATE_CHECK: "true" },
  });
  const { url = "" } = JSON.parse(stdout) as { url?: string };
  return { url, isLocal: url.startsWith("file://") };
}
