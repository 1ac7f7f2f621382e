import { setTimeout as pause } from "node:timers/promises";
import { ServiceError } from "../../clients/http/errors";
import type { VaultEntry } from "../../clients/key-vault/records";
import { commandLine } from "../../model/command-line";
import { vaultSecretName } from "../../model/vault-entries";
import { readRecord } from "../../rotation/record";
import { judgeValue, notChecked, type ValueCheck } from "../../rotation/value-check";
import { type Problem, problemsOf } from "./document";
import type { Tenant } from "./tenant";

/**
 * Reads the published value as a consumer does and redeems a token with exactly that. Tags cannot tell: a value that was written over by
 * hand, or with a line break at its end, has good ones. Never throws: an identity that may not read values checks none.
 */
export async function checkValue(tenant: Tenant): Promise<ValueCheck> {
  try {
    const entry = await tenant.vault.read(vaultSecretName(tenant.configuration.vault.prefix, "client-secret"));
    if (entry === undefined) return notChecked("there is no client secret in the vault");
    return judgeValue(entry.value, await refusalOf(tenant, entry));
  } catch (error) {
    return notChecked(
      problemsOf(error)
        .map(({ message }) => message)
        .join("; "),
    );
  }
}

/** On the day of a publish some of Entra's servers may not know the secret yet. */
const ATTEMPTS_ON_THE_DAY = 3;
const PAUSE_MS = 2000;

async function refusalOf(tenant: Tenant, { tags, value }: VaultEntry): Promise<ServiceError | undefined> {
  const isNew = readRecord(tags).record?.publishedOn === tenant.today;
  for (let left = isNew ? ATTEMPTS_ON_THE_DAY : 1; ; left -= 1) {
    try {
      await tenant.redeem(tags["clientId"] ?? "", value);
      return undefined;
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      if (left <= 1) return error;
      await pause(PAUSE_MS);
    }
  }
}

/** A published value that consumers get no token for. */
export function refusedValue(stack: string, { detail }: ValueCheck): Problem {
  return {
    code: "value-refused",
    message: `${stack}: ${detail}`,
    fix: `Publish the right value again: ${commandLine("recover", "-s", stack)}`,
  };
}
