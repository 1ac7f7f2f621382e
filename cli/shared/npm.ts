import { type Ended, runInterruptible } from "../../clients/http/interruptible";
import type { CommandContext } from "./command";

/**
 * What npm needs of an environment: its settings, where it finds things, and the way to the registry. Not what else a job holds: npm reaches
 * whatever a lock file names. `npm run` sets the local prefix of its own project, which is not the one that is installed.
 */
const needed =
  /^(?:path|home|userprofile|appdata|localappdata|systemroot|te?mp(?:dir)?|xdg_\w+|\w+_proxy|node_extra_ca_certs|ssl_cert_\w+|npm_token|node_auth_token|npm_config_(?!local_prefix)\w+)$/i;

/** Runs npm in a folder, without scripts of packages. Rejects when it cannot be started. */
export function runNpm(
  verb: "ci" | "install",
  cwd: string,
  { env, signal }: Pick<CommandContext, "env" | "signal">,
): Promise<Ended> {
  const own = Object.fromEntries(Object.entries(env).filter(([name]) => needed.test(name)));
  return runInterruptible("npm", [verb, "--ignore-scripts", "--no-audit", "--no-fund"], { cwd, env: own, signal });
}
