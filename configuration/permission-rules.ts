import { type AccessPolicy, allowedBy } from "../permissions/access-policy";
import { type CatalogApi, catalog, findApi, type PermissionKind } from "../permissions/catalog";
import { type FoundPermission, resolvePermissions } from "../permissions/resolve";
import { repeated } from "./application-rules";
import { catalogFileName } from "./catalog-file";
import { defaultPermissions } from "./defaults";
import type { Drafts } from "./drafts";
import { missProblem, withArticle } from "./permission-problems";
import { policyFileName } from "./policy-file";
import type { Problem } from "./problem";
import { showValue } from "./show-value";
import type { ApiPermissions } from "./stack-configuration";

/** The permissions a stack asks for, resolved and sorted, and every reason why it may not have them. */
export interface PermissionReading {
  readonly permissions: readonly ApiPermissions[];
  readonly problems: readonly Problem[];
}

interface Entry {
  readonly api?: string | undefined;
  readonly delegated?: readonly (string | undefined)[] | undefined;
  readonly application?: readonly (string | undefined)[] | undefined;
  readonly reason?: string | undefined;
}

/** Resolves the written permissions, or the default ones, and holds each against the catalog, and the policy where there is one. */
export function readPermissions(
  { permissions }: Pick<Drafts, "permissions">,
  policy: AccessPolicy | undefined,
  apis: readonly CatalogApi[] = catalog,
): PermissionReading {
  const entries: readonly (Entry | undefined)[] = permissions ?? defaultPermissions;
  const problems: Problem[] = entries.length === 0 ? [nothingAsked()] : [];
  const resolved: ApiPermissions[] = [];
  const roles = new Map<string, string>();
  for (const [index, entry] of entries.entries()) {
    if (entry?.api === undefined) continue;
    const path = `permissions[${index}]`;
    const names = { delegated: present(entry.delegated), application: present(entry.application) };
    const found = resolvePermissions({ api: entry.api, ...names }, apis);
    problems.push(...entryProblems(entry, path, found));
    const misses = found.misses.filter(({ received }) => received !== unreadable);
    problems.push(...misses.map((miss) => missProblem(miss, path, apis)));
    if (found.api === undefined) continue;
    for (const permission of [...found.delegated, ...found.application]) {
      const written = { path: `${path}.${permission.kind}`, texts: names[permission.kind] };
      problems.push(...refusedByPolicy(policy, found.api, permission, written));
    }
    problems.push(...sharedRoles(found.application, `${path}.application`, roles));
    resolved.push({
      api: found.api,
      delegated: found.delegated,
      application: found.application,
      reason: entry.reason ?? "",
    });
  }
  const apiIds = entries.map((entry) => entry?.api && findApi(entry.api, apis)?.clientId);
  problems.push(...repeatedApis(apiIds, entries));
  return { permissions: resolved.sort((a, b) => (a.api.clientId < b.api.clientId ? -1 : 1)), problems };
}

// An element that could not be read keeps its place, so that indexes stay those of the file; it is reported already.
const unreadable = "";

function present(names: readonly (string | undefined)[] | undefined): readonly string[] {
  return (names ?? []).map((name) => name ?? unreadable);
}

type Found = Readonly<Record<PermissionKind, readonly FoundPermission[]>>;

function entryProblems(entry: Entry, path: string, found: Found): readonly Problem[] {
  const empty = entry.delegated?.length === 0 && entry.application?.length === 0;
  const nothing: Problem = {
    path,
    message: "asks for no permission",
    received: undefined,
    allowed: "at least one name under delegated or application",
    fix: "name a permission, or remove the entry",
  };
  return [
    ...(empty ? [nothing] : []),
    ...repeated(named(entry.delegated, found.delegated), `${path}.delegated`),
    ...repeated(named(entry.application, found.application), `${path}.application`),
  ];
}

/** One permission may be written by its name and by its id; it is still one. */
function named(written: Entry["delegated"] = [], found: readonly FoundPermission[]): readonly (string | undefined)[] {
  return written.map((text) => found.find(({ id }) => id === text?.toLowerCase())?.name ?? text);
}

function refusedByPolicy(
  policy: AccessPolicy | undefined,
  api: ApiPermissions["api"],
  permission: FoundPermission,
  { path, texts }: { readonly path: string; readonly texts: readonly string[] },
): readonly Problem[] {
  const { kind, name } = permission;
  if (policy === undefined) return [];
  if (allowedBy(policy, { apiClientId: api.clientId, kind, permission: name }) !== undefined) return [];
  const index = texts.findIndex((text) => text === name || text.toLowerCase() === permission.id);
  return [
    {
      path: `${path}[${index}]`,
      message: `is ${withArticle(kind)} permission of ${api.name} that is not allowed`,
      received: showValue(name),
      allowed: `sign-in, the Partner APIs as a user, and what ${policyFileName} lists`,
      fix: `ask the owners of ${policyFileName} for an entry with a reason, or ask for less`,
    },
  ];
}

/** An assignment is named after its role's id: of two APIs with one id, one would be dropped. Only a hand-written API catalog can cause this. */
function sharedRoles(found: readonly FoundPermission[], path: string, roles: Map<string, string>): readonly Problem[] {
  return found.flatMap(({ id, name }) => {
    const other = roles.get(id);
    roles.set(id, other ?? path);
    if (other === undefined || other === path) return [];
    return {
      path,
      message: `asks for a role with the id of one in ${other}`,
      received: `${showValue(name)} (${id})`,
      allowed: "roles with an id of their own",
      fix: `correct the id in ${catalogFileName}, which the command catalog refresh reads from the tenant`,
    };
  });
}

function repeatedApis(
  ids: readonly (string | undefined)[],
  entries: readonly (Entry | undefined)[],
): readonly Problem[] {
  return ids.flatMap((id, index) =>
    id === undefined || ids.indexOf(id) === index
      ? []
      : {
          path: `permissions[${index}].api`,
          message: `is the API of permissions[${ids.indexOf(id)}] again`,
          received: showValue(entries[index]?.api),
          allowed: "one entry per API",
          fix: "write both lists into one entry",
        },
  );
}

function nothingAsked(): Problem {
  return {
    path: "permissions",
    message: "asks for nothing",
    received: showValue([]),
    allowed: "at least one entry",
    fix: "leave it out for the permissions that Partner Insights needs",
  };
}

/** Whether any entry asks for a permission of this kind, even one that could not be resolved. */
function asksFor({ permissions }: Drafts, kind: PermissionKind): boolean {
  const entries: readonly (Entry | undefined)[] = permissions ?? defaultPermissions;
  return entries.some((entry) => (entry?.[kind] ?? []).length > 0);
}

/** Who may use the delegated permissions, and who they act for. */
export function consentProblems(drafts: Drafts, hasReportingUser: boolean): readonly Problem[] {
  const { consent } = drafts;
  const problems: Problem[] = [];
  if (consent?.kind === "tenant" && consent.reason === undefined) {
    problems.push({
      path: "consent.reason",
      message: "is missing",
      received: undefined,
      allowed: "a sentence, because everyone in the tenant could use the application",
      fix: "write the reason, or write kind: user for the reporting user only",
    });
  }
  if (consent?.kind === "user" && consent.reason !== undefined) {
    problems.push({
      path: "consent.reason",
      message: "is set, but it is not used",
      received: showValue(consent.reason),
      allowed: "a reason only with kind: tenant",
      fix: "remove it",
    });
  }
  if (asksFor(drafts, "delegated") && !hasReportingUser) {
    problems.push({
      path: "reportingUser",
      message: "is missing, and delegated permissions act for a user",
      received: undefined,
      allowed: "userPrincipalName and assignedBy",
      fix: "name the user who signs in, or ask for application permissions only",
    });
  }
  return problems;
}
