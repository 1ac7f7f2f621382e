import { type CatalogApi, catalog, findApi, findPermission, type PermissionKind } from "../catalog";
import { permissionRisk } from "../risk";
import { type AccessChange, type ChangeDirection, type Holder, type NamedPermission, powerOf, subject } from "./change";

/** Why access is needed, in the words of the configuration or the policy. */
export interface GivenReasons {
  readonly permissions: readonly {
    readonly apiClientId: string;
    readonly kind: PermissionKind;
    /** Name or id. */
    readonly permission: string;
    readonly reason: string;
  }[];
  /** Why consent is given for the whole tenant. */
  readonly consent: string | null;
  readonly readers: readonly { readonly principalId: string; readonly reason: string }[];
}

/** What a comparison may know beside the two manifests. */
export interface DiffOptions {
  /** Known APIs; the built-in catalog when left out. */
  readonly apis?: readonly CatalogApi[] | undefined;
  /** The reasons of the head revision. */
  readonly reasons?: GivenReasons | undefined;
}

/** The options, complete. */
export interface DiffContext {
  readonly apis: readonly CatalogApi[];
  readonly reasons: GivenReasons;
}

const noReasons: GivenReasons = { permissions: [], consent: null, readers: [] };

export function contextOf(options: DiffOptions): DiffContext {
  return { apis: options.apis ?? catalog, reasons: options.reasons ?? noReasons };
}

/** A permission with the catalog's names; what it does not know keeps its ids. */
export function namedPermission(
  { apis }: DiffContext,
  wanted: { readonly api: string; readonly permission: string; readonly kind: PermissionKind },
): NamedPermission {
  const api = findApi(wanted.api, apis);
  const known = api && findPermission(api, wanted.permission, wanted.kind);
  return {
    api: api?.name ?? wanted.api,
    apiClientId: api?.clientId ?? wanted.api,
    permission: known?.name ?? wanted.permission,
    permissionId: known?.id ?? null,
    kind: wanted.kind,
  };
}

/** A change of one permission, rated and explained. What goes away carries no risk. */
export function permissionChange(
  context: DiffContext,
  change: {
    readonly code: "requested" | "granted" | "consent";
    readonly direction: ChangeDirection;
    readonly application: string;
    readonly permission: NamedPermission;
    readonly holder: Holder | null;
    /** A reason beside the catalog's to rate it at least high. */
    readonly alarm?: string | undefined;
    readonly before?: string | null;
    readonly after?: string | null;
  },
): AccessChange {
  const { permission, holder } = change;
  const parts = subject({ application: change.application, permission, holder });
  return {
    code: change.code,
    direction: change.direction,
    subject: parts,
    before: change.before ?? null,
    after: change.after ?? null,
    risk: rated(context, change),
    lets: letsOf(context, permission),
    power: powerOf(parts),
    reason: isLess(change.direction) ? null : reasonOf(context, permission, holder),
  };
}

/** Whether a change takes something away. */
export function isLess(direction: ChangeDirection): boolean {
  return direction === "removed" || direction === "narrowed";
}

function rated(
  { apis }: DiffContext,
  { direction, permission, holder, alarm }: Parameters<typeof permissionChange>[1],
): AccessChange["risk"] {
  if (isLess(direction)) return { level: "low", reasons: ["it takes access away"] };
  const { risk, reasons } = permissionRisk(
    {
      api: permission.apiClientId,
      permission: permission.permission,
      kind: permission.kind,
      consent: holder?.kind === "tenant" ? "tenant" : "user",
    },
    apis,
  );
  if (alarm === undefined) return { level: risk, reasons };
  return { level: risk === "critical" ? "critical" : "high", reasons: [...reasons, alarm] };
}

function letsOf({ apis }: DiffContext, permission: NamedPermission): string | null {
  const api = findApi(permission.apiClientId, apis);
  return (api && findPermission(api, permission.permission, permission.kind)?.lets) ?? null;
}

function reasonOf({ reasons }: DiffContext, permission: NamedPermission, holder: Holder | null): string | null {
  const given = reasons.permissions.find(
    (entry) =>
      entry.apiClientId === permission.apiClientId &&
      entry.kind === permission.kind &&
      (entry.permission === permission.permission || entry.permission === permission.permissionId),
  );
  const consent = holder?.kind === "tenant" ? reasons.consent : null;
  const both = [given?.reason ?? null, consent === null ? null : `consent for the whole tenant: ${consent}`];
  return both.filter((text) => text !== null).join("; ") || null;
}
