import { azureClientOptions } from "../http/azure-http-client";
import type { HttpSettings } from "../http/exchange";

/** The same budget as other reads, so that a vault that asks for a one-minute wait gets it. */
const BUDGET_MS = 90_000;

/** Makes Microsoft's vault client send through our layer: to this vault only, and an incomplete answer is an error. */
export function vaultClientOptions(vaultUri: string, settings: HttpSettings): ReturnType<typeof azureClientOptions> {
  const { origin } = new URL(vaultUri);
  return azureClientOptions({ ...settings, service: "Key Vault", origin, budgetMs: BUDGET_MS, lacks });
}

/** A list has `value`, a secret its `id` and its text. */
function lacks(
  { method, path }: { readonly method: string; readonly path: string },
  body: unknown,
): string | undefined {
  const { value, id } = (body ?? {}) as Readonly<Record<string, unknown>>;
  const isList = method === "GET" && /^\/(secrets|secrets\/[^/]+\/versions)\/?$/.test(path);
  if (isList) return Array.isArray(value) ? undefined : "list";
  if (typeof id !== "string") return "id";
  return typeof value === "string" ? undefined : "value";
}
