import { execFile } from "node:child_process";
import { z } from "zod";
import { refuseUnlessLoopback } from "./loopback";

type Environment = Readonly<Record<string, string | undefined>>;

/** What every token of the Azure CLI names as its client: https://learn.microsoft.com/troubleshoot/entra/entra-id/governance/verify-first-party-apps-sign-in */
export const azureCliClientId = "04b07795-8ddb-461a-bbee-02f9e1bf7b46";

const answer = z.object({ accessToken: z.string().min(1), expires_on: z.number().optional() });

/** Longer than the CLI takes to start and to ask, shorter than anybody waits. */
const TIMEOUT_MS = 60_000;

/**
 * A token of the person who is signed in to the Azure CLI, asked for as both real plugins do. The CLI must be led to the emulator too: what
 * it holds of a real tenant is not for a stand-in.
 */
export async function requestCliToken(environment: Environment, tenantId: string, audience: string) {
  refuseUnlessLoopback(
    "ARM_CLOUD_METADATA_URL, which leads the Azure CLI",
    environment["ARM_CLOUD_METADATA_URL"] ?? "",
  );
  const args = ["account", "get-access-token", "--output", "json", "--resource", audience, "--tenant", tenantId];
  const { stdout, problem } = await runAz(args, environment);
  const read = answer.safeParse(parsed(stdout));
  if (problem === undefined && read.success) {
    const { accessToken, expires_on: end = 0 } = read.data;
    return { accessToken, lifetimeSeconds: end - Date.now() / 1000 };
  }
  throw new Error(
    `the Azure CLI gave no token of tenant ${tenantId} for ${audience}: ${problem ?? "its answer holds none"}. Sign in with az login, or set ` +
      "ARM_CLIENT_ID and its proof",
  );
}

function runAz(args: readonly string[], environment: Environment): Promise<{ stdout: string; problem?: string }> {
  return new Promise((resolve) => {
    const options = { env: { ...environment }, timeout: TIMEOUT_MS, encoding: "utf8" as const };
    execFile("az", args, options, (error, stdout, stderr) => {
      if (error === null) return resolve({ stdout });
      const isMissing = error.code === ("ENOENT" as unknown);
      resolve({ stdout: "", problem: isMissing ? "there is no az on PATH" : stderr.trim() || error.message });
    });
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
