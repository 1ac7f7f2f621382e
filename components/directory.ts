import * as azuread from "@pulumi/azuread";
import { remember } from "./memory";
import { askUnless } from "./problems";
import type { Scope } from "./scope";

/** Microsoft Graph is in every tenant; the look-up fails as a whole when it finds nothing at all. */
const MICROSOFT_GRAPH = "00000003-0000-0000-c000-000000000000";

/** How an API's service principal comes into the tenant. */
export type ApiPrincipal =
  /** It was there before us: only referred to, never adopted (adopting resets a tenant's own settings on it). */
  | { readonly kind: "existing"; readonly objectId: string }
  /** It was missing at the first update: declared by us, kept on destroy. */
  | { readonly kind: "declared" };

/** What the partner's directory says about principals by client id; undefined when this identity may not look. */
export type PrincipalsSeen =
  | ReadonlyMap<string, { readonly objectId: string; readonly isEnabled: boolean }>
  | undefined;

/** Looks up the service principals of these client ids. Undefined means the sign-in may not read them. */
export async function seePrincipals(clientIds: readonly string[], { component }: Scope): Promise<PrincipalsSeen> {
  const wanted = [...new Set([...clientIds, MICROSOFT_GRAPH])].sort();
  const found = await askUnless(isDenied, "which service principals the tenant has", () =>
    azuread.getServicePrincipals({ clientIds: wanted, ignoreMissing: true }, { parent: component }),
  );
  if (found === undefined) return undefined;
  return new Map(
    found.servicePrincipals.map((it) => [it.clientId, { objectId: it.objectId, isEnabled: it.accountEnabled }]),
  );
}

/**
 * Decides for each API whether its principal is declared or only referred to. The first update that names an API decides
 * and the state remembers, so an identity that may not read the directory can run the same program.
 */
export async function decideApiPrincipals(
  apiClientIds: readonly string[],
  seen: PrincipalsSeen,
  scope: Scope,
): Promise<ReadonlyMap<string, ApiPrincipal>> {
  const decided = await Promise.all(
    apiClientIds.map(async (clientId) => {
      const objectId = seen?.get(clientId)?.objectId;
      const status = seen === undefined ? "not-looked-up" : objectId === undefined ? "missing" : "found";
      const memory = await remember(scope, `api-principal-${clientId}`, { status, objectId: objectId ?? "" });
      return [clientId, decide(memory.first, seen === undefined, objectId)] as const;
    }),
  );
  return new Map(decided.flatMap(([clientId, principal]) => (principal ? [[clientId, principal]] : [])));
}

/** The reporting user's object id, looked up, or remembered where this identity may not look. */
export async function findReportingUser(userPrincipalName: string, scope: Scope): Promise<string | undefined> {
  const user = await askUnless(isDenied, `who ${userPrincipalName} is`, () =>
    azuread.getUser({ userPrincipalName }, { parent: scope.component }),
  );
  // A look-up that was denied must not overwrite what an earlier one found.
  const value = { userPrincipalName, objectId: user?.objectId ?? "" };
  const memory = await remember(scope, "reporting-user-id", value, { overwrite: user !== undefined });
  // Capitals make no other user; an earlier update may have remembered some.
  if (memory.latest.userPrincipalName.toLowerCase() !== userPrincipalName.toLowerCase()) return undefined;
  return memory.latest.objectId || undefined;
}

function decide(
  first: { readonly status: string; readonly objectId: string },
  isBlind: boolean,
  objectId: string | undefined,
): ApiPrincipal | undefined {
  if (first.status === "missing") return { kind: "declared" };
  if (objectId !== undefined) return { kind: "existing", objectId };
  if (first.status === "found" && isBlind) return { kind: "existing", objectId: first.objectId };
  // Looked for and not there although it once was, or never looked for: neither may be guessed.
  return first.status === "not-looked-up" && !isBlind ? { kind: "declared" } : undefined;
}

/** Graph's code for "this identity lacks the right". Anything else is a failure, never "not there". */
function isDenied(error: unknown): boolean {
  return /\bAuthorization_RequestDenied\b/.test(String(error));
}
