import { z } from "zod";
import type { Connection } from "../entra-token";
import { type Answer, refusalOf, sendPatiently } from "./azure-request";

/** The few calls to a vault's own API that Resource Manager has none for. */
export interface VaultClient {
  /** Soft-deletes a secret. One that is gone already is fine. */
  deleteSecret(vaultName: string, secretName: string): Promise<void>;
  /** Whether a soft-deleted secret was there and is being recovered now. */
  recoverSecret(vaultName: string, secretName: string): Promise<boolean>;
}

const apiVersion = "7.6";
/** The Azure SDK's own defaults; the plugin sets none for vaults. */
const policy = { firstDelaySeconds: 0.8, longestDelaySeconds: 60 };
const deletedSecret = z.object({ recoveryId: z.string().optional() });

/** @param suffix of vault host names, for example `vault.azure.net` */
export function createVaultClient(
  suffix: string | undefined,
  { tokens, waits, userAgent, fetch }: Connection,
): VaultClient {
  /** The audience a vault asks for, by vault. */
  const audiences = new Map<string, string>();

  async function call(method: string, vaultName: string, path: string): Promise<Answer> {
    if (suffix === undefined)
      throw new Error("the metadata document names no suffix for vaults (suffixes.keyVaultDns)");
    const vault = `https://${vaultName}.${suffix}`;
    const send = async () => {
      const audience = audiences.get(vault);
      return fetch(`${vault}${path}?api-version=${apiVersion}`, {
        method,
        redirect: "error",
        headers: {
          accept: "application/json",
          "user-agent": userAgent,
          ...(audience !== undefined && { authorization: `Bearer ${await tokens.token(audience)}` }),
        },
      });
    };
    // Asked before sending: calls side by side are all challenged, and the first one's answer must not end the others.
    const isChallenged = !audiences.has(vault);
    const answer = await sendPatiently(send, policy, waits);
    if (answer.status !== 401 || !isChallenged) return answer;
    // The first call goes without a token, to be told which one the vault wants.
    audiences.set(vault, challengedAudience(answer, vault));
    return sendPatiently(send, policy, waits);
  }

  return {
    async deleteSecret(vaultName, secretName) {
      const answer = await call("DELETE", vaultName, `/secrets/${encodeURIComponent(secretName)}`);
      if (answer.status !== 200 && answer.status !== 404) throw refusalOf(answer);
    },
    async recoverSecret(vaultName, secretName) {
      const path = `/deletedsecrets/${encodeURIComponent(secretName)}`;
      const found = await call("GET", vaultName, path);
      // Not being able to tell is no reason to stop: the creation is simply tried again.
      if (found.status !== 200 || deletedSecret.safeParse(found.body).data?.recoveryId === undefined) return false;
      const recovered = await call("POST", vaultName, `${path}/recover`);
      if (recovered.status !== 200) {
        throw new Error(`failed to recover soft-deleted secret ${secretName}: ${refusalOf(recovered).message}`);
      }
      return true;
    },
  };
}

/** Reads `WWW-Authenticate: Bearer authorization="…", resource="…"` and refuses a resource that is not the vault's own domain. */
function challengedAudience(answer: Answer, vault: string): string {
  const challenge = answer.headers.get("www-authenticate") ?? "";
  const parts = Object.fromEntries([...challenge.matchAll(/(\w+)="([^"]*)"/g)].map((match) => [match[1], match[2]]));
  const resource = parts["resource"] ?? parts["scope"]?.replace(/\/\.default$/, "");
  if (resource === undefined || !URL.canParse(resource))
    throw new Error(`${vault} asked for a token without saying for which resource`);
  if (!new URL(vault).host.endsWith(`.${new URL(resource).host}`)) {
    throw new Error(
      `challenge resource ${JSON.stringify(resource)} doesn't match the requested domain of ${vault}: the token would leave the vault's own service`,
    );
  }
  return resource.replace(/\/+$/, "");
}
