import { crc32 } from "node:zlib";

/**
 * The order in which the real plugin sends and stores sets: Terraform sorts them by the decimal text of a CRC-32 over each element's
 * serialised form (terraform-plugin-sdk, `HashSchema` and `SerializeResourceForHash`).
 */
function inSetOrder<T>(items: readonly T[], serialise: (item: T) => string): T[] {
  const coded = items.map((item) => ({ item, code: String(crc32(serialise(item))) }));
  const distinct = new Map(coded.map((entry) => [entry.code, entry]));
  return [...distinct.values()].toSorted((a, b) => (a.code < b.code ? -1 : 1)).map((entry) => entry.item);
}

/** A set of texts in that order, each once. */
export function textsInSetOrder(items: readonly string[]): string[] {
  return inSetOrder(items, (item) => `${item};`);
}

/** One requested API with its permissions. */
export interface RequestedApi {
  readonly resourceAppId: string;
  readonly resourceAccess: readonly { readonly id: string; readonly type: string }[];
}

/** Requested permissions in that order. The permissions of one API are a list and keep theirs. */
export function requestedApisInSetOrder(apis: readonly RequestedApi[]): RequestedApi[] {
  return inSetOrder(apis, (api) => {
    const access = api.resourceAccess.map((entry) => `<id:${entry.id};type:${entry.type};>;`).join("");
    return `resource_access:(${access});resource_app_id:${api.resourceAppId};`;
  });
}
