import { createTokenEndpoint } from "../../clients/entra/token-endpoint";
import { ServiceError } from "../../clients/http/errors";
import { createSecretReader } from "../../clients/key-vault/secret-reader";
import { createSecretWriter } from "../../clients/key-vault/secret-writer";
import { counted, forStack } from "../../model/command-line";
import { vaultSecretName } from "../../model/vault-entries";
import { OLDEST_REFRESH_TOKEN_DAYS } from "../../rotation/status";
import { PARTNER_AUDIENCE } from "../../tokens/flow";
import {
  buriedSignIn,
  type Renewal,
  type RenewalParts,
  renewSignIn,
  type SignInEntry,
  signInAge,
  writeAgain,
} from "../../tokens/renewal";
import { TokenError } from "../../tokens/token-error";
import type { CommandContext } from "../shared/command";
import type { Tenant } from "../shared/tenant";
import { clockOf } from "../token/place";

export interface RenewalWish {
  /** Show what would happen, change nothing. */
  readonly isPlanOnly: boolean;
  readonly everyDays: number;
}

/**
 * Renews a stack's refresh token when it is due; null without a reporting user. Lists first; reads and writes only what is due. A missing
 * right is reported, and is a failure only when the token is old. Never throws.
 */
export async function renewStack(
  tenant: Tenant,
  options: RenewalWish,
  { env, signal }: CommandContext,
): Promise<Renewal | null> {
  const now = clockOf(env);
  let ageDays: number | null = null;
  try {
    const name = vaultSecretName(tenant.configuration.vault.prefix, "refresh-token");
    const versions = await tenant.vault.versions(name);
    const latest = await tenant.vault.latest(name, versions);
    if (latest === undefined || !latest.isEnabled) return null;
    ageDays = signInAge(latest.tags, now());
    const buried = buriedSignIn(versions, latest);
    if (buried === undefined && ageDays !== null && ageDays < options.everyDays) {
      return { result: "not-due", ageDays, sentence: `The refresh token is ${counted(ageDays, "day")} old.` };
    }
    if (options.isPlanOnly) return { result: "due", ageDays, sentence: "Would renew the refresh token." };
    const { entry, parts } = openEntry(tenant, name, { signal }, now);
    // A renewal that was killed after its write may have left a sign-in below itself.
    if (buried !== undefined) await writeAgain(entry, buried);
    return await renewSignIn(parts);
  } catch (error) {
    return notRenewed(tenant.stack, error, ageDays);
  }
}

function openEntry(tenant: Tenant, name: string, { signal }: Pick<CommandContext, "signal">, now: () => number) {
  const { vaultUri, vaultIdentity, endpoints, configuration, vault } = tenant;
  const read = createSecretReader(vaultUri, { credential: vaultIdentity }, { signal });
  const write = createSecretWriter(vaultUri, vaultIdentity, { signal });
  const ask = createTokenEndpoint({ signal });
  const entry: SignInEntry = {
    read: (version) => read(name, version),
    versions: () => vault.versions(name),
    write: (content) => write(name, content),
  };
  const secretName = vaultSecretName(configuration.vault.prefix, "client-secret");
  const parts: RenewalParts = {
    entry,
    readSecret: () => read(secretName),
    redeem: (client, grant) => ask({ ...client, authority: endpoints.authority }, grant),
    resource: PARTNER_AUDIENCE,
    now,
  };
  return { entry, parts };
}

/** What went wrong, and whether that must turn a run red: a refusal always, a right or an outage only when time is running out. */
function notRenewed(stack: string, error: unknown, ageDays: number | null): Renewal {
  const said = explained(error);
  const isLate = ageDays === null || ageDays > OLDEST_REFRESH_TOKEN_DAYS;
  const age = ageDays === null ? "" : ` It is ${counted(ageDays, "day")} old and ends after 90 unused.`;
  return {
    result: said.mayWait && !isLate ? "skipped" : "failed",
    ageDays,
    sentence: `The refresh token was not renewed: ${said.cause}${age}`,
    code: said.code,
    fix: forStack(said.fix, stack),
  };
}

function explained(error: unknown): { code: string; cause: string; fix: string; mayWait: boolean } {
  if (error instanceof TokenError) {
    const { code, cause, nextStep, isTemporary } = error;
    return {
      code,
      cause,
      fix: nextStep,
      mayWait: isTemporary || code === "vault-forbidden" || code === "vault-network",
    };
  }
  if (error instanceof ServiceError && error.status === 403) {
    const fix = "Renewing needs a role that reads and writes this entry: Key Vault Secrets Officer.";
    return { code: "vault-forbidden", cause: error.message, fix, mayWait: true };
  }
  const cause = error instanceof Error ? error.message : String(error);
  return { code: "not-renewed", cause, fix: "The next run tries again.", mayWait: true };
}
