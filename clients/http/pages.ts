import { type Answer, type Call, call, malformed } from "./call";
import { ServiceError } from "./errors";
import type { HttpSettings } from "./exchange";

/** A list that does not end is a fault of the service, not a reason to run for ever. 100,000 entries of a vault fit. */
const MOST_PAGES = 4000;

interface Asked {
  readonly service: string;
  readonly operation: string;
}

/** Answers the whole address of a next page, or throws: every page once, on one origin, because each is sent the token. */
export type PageGuard = (address: string, next: string) => string;

/** Knows lists by the pages they have shown, so that several may be read at the same time. */
export function createPageGuard({ service, operation }: Asked): PageGuard {
  const awaited = new Map<string, Set<string>>();
  const fail = (code: string, detail: string) =>
    new ServiceError({ service, operation, outcome: "unusable", code, detail, isTemporary: false });
  return (address, next) => {
    if (!URL.canParse(next, address)) throw malformed(service, operation, "address of a next page");
    const [from, to] = [new URL(address), new URL(next, address)];
    if (to.origin !== from.origin) throw fail("foreign-page", `The list continues at another host, ${to.host}`);
    const seen = awaited.get(from.href) ?? new Set([from.href]);
    awaited.delete(from.href);
    if (seen.has(to.href) || seen.size >= MOST_PAGES) throw fail("endless-list", "The list does not end");
    awaited.set(to.href, seen.add(to.href));
    return to.href;
  };
}

/** Every item of a list in `value`, page by page. */
export async function readPages(
  request: Call,
  settings: HttpSettings,
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const guard = createPageGuard(request);
  const found: Readonly<Record<string, unknown>>[] = [];
  for (let url: string | undefined = String(request.url); url !== undefined; ) {
    const { body }: Answer = await call({ ...request, url }, settings);
    found.push(...itemsOf(body, request));
    const next = nextLinkIn(body);
    url = next === undefined ? undefined : guard(url, next);
  }
  return found;
}

function itemsOf(body: unknown, { service, operation }: Asked): readonly Readonly<Record<string, unknown>>[] {
  const { value } = (body ?? {}) as { value?: unknown };
  if (!Array.isArray(value) || value.some((item) => typeof item !== "object" || item === null)) {
    throw malformed(service, operation, "list");
  }
  return value;
}

/** Graph writes `@odata.nextLink`, Azure Resource Manager and Key Vault `nextLink`. */
export function nextLinkIn(body: unknown): string | undefined {
  const { "@odata.nextLink": graph, nextLink: azure } = (body ?? {}) as Readonly<Record<string, unknown>>;
  const next = graph ?? azure;
  return next === undefined || next === null || next === "" ? undefined : String(next);
}
