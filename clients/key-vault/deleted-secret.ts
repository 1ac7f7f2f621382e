import { call, malformed } from "../http/call";
import type { HttpSettings } from "../http/exchange";

/** A secret that was deleted and can still be recovered. */
export interface DeletedSecret {
  readonly tags: Readonly<Record<string, string>>;
  readonly deletedAt: Date;
}

export interface DeletedSecretOptions extends HttpSettings {
  /** `https://<vault>.<suffix>`, no trailing slash. */
  readonly vaultUri: string;
  readonly name: string;
  readonly accessToken: () => Promise<string>;
}

/** Short: it is called once, before a run, which continues without an answer. */
const LONGEST_ANSWER_MS = 15_000;
const BUDGET_MS = 20_000;

/**
 * Looks for a soft-deleted secret, which Resource Manager does not show. Undefined when there is none; throws when the read fails. Source:
 * https://learn.microsoft.com/rest/api/keyvault/secrets/get-deleted-secret/get-deleted-secret
 */
export async function readDeletedSecret(options: DeletedSecretOptions): Promise<DeletedSecret | undefined> {
  const { vaultUri, name, accessToken, ...settings } = options;
  const [service, operation] = ["Key Vault", `look for the deleted secret ${name} in ${vaultUri}`];
  const url = `${vaultUri}/deletedsecrets/${encodeURIComponent(name)}?api-version=7.4`;
  const asked = { service, operation, url, accessToken, accepts: [404], longestAnswerMs: LONGEST_ANSWER_MS };
  const { status, body } = await call({ ...asked, budgetMs: BUDGET_MS }, settings);
  if (status === 404) return undefined;
  const { id, tags, deletedDate } = (body ?? {}) as {
    id?: unknown;
    tags?: DeletedSecret["tags"] | null;
    deletedDate?: number;
  };
  if (typeof id !== "string" || typeof deletedDate !== "number") throw malformed(service, operation, "deleted secret");
  return { tags: tags ?? {}, deletedAt: new Date(deletedDate * 1000) };
}
