import { networkError, ServiceError } from "./errors";

/** A secret that was deleted and can still be recovered. */
export interface DeletedSecret {
  readonly tags: Readonly<Record<string, string>>;
  readonly deletedAt: Date;
}

export interface DeletedSecretOptions {
  /** `https://<vault>.<suffix>`, no trailing slash. */
  readonly vaultUri: string;
  readonly name: string;
  readonly accessToken: () => Promise<string>;
  readonly fetch?: typeof fetch;
}

/** Short: it is asked once, before a run, and whoever gets no answer goes on. */
const LONGEST_ANSWER_MS = 15_000;

/**
 * Looks for a soft-deleted secret, which Resource Manager does not show. Undefined when there is none; throws when that cannot be told.
 * Source: https://learn.microsoft.com/rest/api/keyvault/secrets/get-deleted-secret/get-deleted-secret
 */
export async function readDeletedSecret(options: DeletedSecretOptions): Promise<DeletedSecret | undefined> {
  const { vaultUri, name, accessToken, fetch: fetcher = fetch } = options;
  const [service, operation] = ["Key Vault", `look for the deleted secret ${name} in ${vaultUri}`];
  const answer = await fetcher(`${vaultUri}/deletedsecrets/${encodeURIComponent(name)}?api-version=7.4`, {
    headers: { authorization: `Bearer ${await accessToken()}`, accept: "application/json" },
    signal: AbortSignal.timeout(LONGEST_ANSWER_MS),
  }).catch((error: unknown) => {
    throw networkError(service, operation, error);
  });
  if (answer.status === 404) return undefined;
  if (!answer.ok) throw new ServiceError({ service, operation, status: answer.status, isTemporary: false });
  const { tags, deletedDate } = (await answer.json()) as { tags?: DeletedSecret["tags"] | null; deletedDate?: number };
  return { tags: tags ?? {}, deletedAt: new Date((deletedDate ?? 0) * 1000) };
}
