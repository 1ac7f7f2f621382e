import { createTokenEndpoint, type TokenAnswer, type TokenGrant } from "../../clients/entra/token-endpoint";
import { createSecretReader } from "../../clients/key-vault/secret-reader";
import { createSecretWriter } from "../../clients/key-vault/secret-writer";
import { commandLine } from "../../model/command-line";
import { vaultSecretName } from "../../model/vault-entries";
import { explainRefusal } from "../../tokens/explain";
import { type PublishedSecret, publishedSecretOf } from "../../tokens/published";
import type { CommandContext } from "../shared/command";
import { CommandError } from "../shared/document";
import { openVault } from "../shared/session";
import { clockOf, type TokenPlace } from "../token/place";

/** A refresh token that has redeemed a token, ready for the vault. */
interface ProvenSignIn {
  readonly refreshToken: string;
  readonly userName: string;
  readonly obtainedAt: Date;
}

/** The vault's side of a sign-in: the secret that redeems, the place that keeps. */
export interface SignInVault {
  readonly secret: PublishedSecret;
  /** Asks Entra; a refusal is thrown with its cause and its next step. */
  redeem(grant: TokenGrant): Promise<NonNullable<TokenAnswer["issued"]>>;
  /** Writes one more version, enabled, and answers its id. */
  keep(signIn: ProvenSignIn): Promise<string>;
  now(): Date;
}

/** Entra forgets a refresh token after 90 days without use; the entry's expiry shows it to anyone who watches dates. */
const LIFE_MS = 90 * 86_400_000;

/** Reads what redeems, and makes sure before anybody signs in that there is a place to keep what comes of it. */
export async function openSignInVault(
  place: TokenPlace,
  authority: string,
  context: CommandContext,
): Promise<SignInVault> {
  const { vaultUri, prefix, name } = place;
  const { env, signal } = context;
  const { vaultIdentity: credential } = openVault(vaultUri, authority, context, place.configuration);
  const read = createSecretReader(vaultUri, { credential }, { signal });
  const [secretName, entryName] = [vaultSecretName(prefix, "client-secret"), vaultSecretName(prefix, "refresh-token")];
  const [secretReading, entry] = await Promise.all([read(secretName), read(entryName)]);
  const secret = publishedSecretOf(secretReading, secretName);
  if (entry.kind === "missing") throw noPlace(name, entryName, vaultUri);
  // Checked before the sign-in: one that cannot be stored would be in vain. Only the write shows whether it is allowed.
  if (entry.kind === "failed") throw noAccess(entryName, vaultUri, entry.status);
  const ask = createTokenEndpoint({ signal });
  const client = { authority, tenantId: secret.tenantId, clientId: secret.clientId, secret: secret.secret };
  const now = () => new Date(clockOf(env)());
  return {
    secret,
    async redeem(grant) {
      const { issued, refused } = await ask(client, grant);
      if (issued === undefined) throw explainRefusal(refused, "refresh-token");
      return issued;
    },
    keep: ({ refreshToken, userName, obtainedAt }) =>
      createSecretWriter(vaultUri, credential, { signal })(entryName, {
        value: refreshToken,
        tags: {
          tenantId: secret.tenantId,
          clientId: secret.clientId,
          managedBy: "partner-insights-access",
          userPrincipalName: userName,
          obtainedAt: obtainedAt.toISOString(),
        },
        contentType: "Entra refresh token",
        expiresOn: new Date(obtainedAt.getTime() + LIFE_MS),
      }),
    now,
  };
}

function noAccess(entryName: string, vaultUri: string, status: number | undefined): CommandError {
  const isForbidden = status === 401 || status === 403;
  return new CommandError([
    {
      code: isForbidden ? "vault-forbidden" : "vault-unreachable",
      message: `the entry ${entryName} in ${vaultUri} cannot be read (${status ?? "no answer"}), so a sign-in could not be stored`,
      fix: isForbidden
        ? "The identity that runs sign-in needs Key Vault Secrets Officer on that entry, and Key Vault Secrets User on client-secret."
        : "Check the vault's firewall and this machine's network.",
    },
  ]);
}

function noPlace(stack: string, entryName: string, vaultUri: string): CommandError {
  return new CommandError([
    {
      code: "no-entry",
      message: `${vaultUri} has no entry ${entryName}: an update creates the entry for the refresh token`,
      fix: `Name a reportingUser in the stack's file, then: ${commandLine("up", "-s", stack)}`,
    },
  ]);
}
