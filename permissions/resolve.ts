import { nearMisses } from "../model/near-misses";
import { type CatalogApi, catalog, findApi, findPermission, type PermissionKind } from "./catalog";

/** One entry as a stack file asks for it. */
export interface PermissionRequest {
  /** Catalog name, alias or client id. */
  readonly api: string;
  readonly delegated: readonly string[];
  readonly application: readonly string[];
}

/** A permission with the id that Entra stores. */
export interface FoundPermission {
  readonly name: string;
  readonly id: string;
  readonly kind: PermissionKind;
}

/** What could be resolved of one request, and why the rest could not. */
export interface ResolvedRequest {
  readonly api: { readonly name: string; readonly clientId: string } | undefined;
  /** Sorted by id, so that the order in a file never shows as a change. */
  readonly delegated: readonly FoundPermission[];
  readonly application: readonly FoundPermission[];
  readonly misses: readonly PermissionMiss[];
}

/** Something asked for that the catalog does not know in this form. */
export type PermissionMiss =
  | { readonly code: "unknown-api"; readonly received: string; readonly suggestions: readonly string[] }
  | {
      readonly code: "unknown-permission";
      readonly kind: PermissionKind;
      readonly index: number;
      readonly received: string;
      readonly suggestions: readonly string[];
    }
  | {
      /** It exists, but only as the other kind: it is in the wrong list. */
      readonly code: "other-kind";
      readonly kind: PermissionKind;
      readonly index: number;
      readonly received: string;
    };

/** The catalog's answer to one request. Never throws: what is unknown comes back as a miss with near misses. */
export function resolvePermissions(request: PermissionRequest, apis: readonly CatalogApi[] = catalog): ResolvedRequest {
  const api = findApi(request.api, apis);
  if (api === undefined) {
    const known = apis.flatMap(({ name, aliases }) => [name, ...aliases]);
    const suggestions = nearMisses(request.api, known);
    return {
      api: undefined,
      delegated: [],
      application: [],
      misses: [{ code: "unknown-api", received: request.api, suggestions }],
    };
  }
  const delegated = resolveKind(api, "delegated", request.delegated);
  const application = resolveKind(api, "application", request.application);
  return {
    api: { name: api.name, clientId: api.clientId },
    delegated: delegated.found,
    application: application.found,
    misses: [...delegated.misses, ...application.misses],
  };
}

function resolveKind(
  api: CatalogApi,
  kind: PermissionKind,
  names: readonly string[],
): { found: readonly FoundPermission[]; misses: readonly PermissionMiss[] } {
  const found: FoundPermission[] = [];
  const misses: PermissionMiss[] = [];
  for (const [index, received] of names.entries()) {
    const permission = findPermission(api, received, kind);
    const other = findPermission(api, received, kind === "delegated" ? "application" : "delegated");
    if (permission !== undefined) found.push({ name: permission.name, id: permission.id, kind });
    else if (other !== undefined) misses.push({ code: "other-kind", kind, index, received });
    else {
      const known = api.permissions.filter((candidate) => candidate.kind === kind).map(({ name }) => name);
      misses.push({ code: "unknown-permission", kind, index, received, suggestions: nearMisses(received, known) });
    }
  }
  return { found: found.sort((a, b) => (a.id < b.id ? -1 : 1)), misses };
}
