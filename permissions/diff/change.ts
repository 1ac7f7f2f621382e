import type { PermissionKind } from "../catalog";
import type { Risk } from "../risk-levels";

/** What changed. Stable words: machines may branch on them. */
export type ChangeCode =
  | "sign-in"
  | "application"
  | "application-name"
  | "audience"
  | "redirect-uri"
  | "owner"
  | "implicit-grant"
  | "public-client"
  | "principal"
  | "assignment-required"
  | "enabled"
  | "assignment"
  | "requested"
  | "granted"
  | "consent"
  | "credential"
  | "credential-rule"
  | "lifetime"
  | "vault"
  | "vault-setting"
  | "vault-entry"
  | "entry-setting"
  | "reader"
  | "setting"
  | "policy-permission"
  | "policy-reader"
  | "policy-writer"
  | "unrecognised";

/** Widened and narrowed: something that was there reaches further, or less far. Changed: neither, or unknown. */
export type ChangeDirection = "added" | "removed" | "widened" | "narrowed" | "changed";

/** A permission with name and id; null if unknown. */
export interface NamedPermission {
  readonly api: string;
  readonly apiClientId: string;
  readonly permission: string;
  readonly permissionId: string | null;
  readonly kind: PermissionKind;
}

/** Who gets or loses something. */
export interface Holder {
  readonly kind: "user" | "tenant" | "application" | "principal";
  /** A name for people: user principal name, reader's name, "everyone who signs in", "the application". */
  readonly name: string;
  /** The object id, where there is one beside the name. */
  readonly id: string | null;
}

/** What a change is about. Null is what does not apply. */
export interface ChangeSubject {
  readonly application: string | null;
  readonly permission: NamedPermission | null;
  readonly holder: Holder | null;
  /** Name of the vault and of the entry, or the Azure scope. */
  readonly vault: string | null;
  readonly entry: string | null;
  /** What else names it: the setting, the address, the role. */
  readonly detail: string | null;
}

/** One change of what a stack grants, ready to be told. */
export interface AccessChange {
  readonly code: ChangeCode;
  readonly direction: ChangeDirection;
  readonly subject: ChangeSubject;
  readonly before: string | null;
  readonly after: string | null;
  readonly risk: { readonly level: Risk; readonly reasons: readonly string[] };
  /** What it lets the holder do, from the catalog. */
  readonly lets: string | null;
  /** Whose power it is, where permissions are concerned. */
  readonly power: string | null;
  /** Why it is needed, in the requester's words. */
  readonly reason: string | null;
}

/** A subject of which only some parts apply. */
export function subject(parts: Partial<ChangeSubject>): ChangeSubject {
  return { application: null, permission: null, holder: null, vault: null, entry: null, detail: null, ...parts };
}

/** Whose power a permission gives. A delegated permission is as strong as the user, which is why it is said. */
export function powerOf({ permission, holder }: Pick<ChangeSubject, "permission" | "holder">): string | null {
  if (permission === null) return null;
  if (permission.kind === "application") return "acts by itself, without a signed-in user";
  const everything = `with everything that user may do in ${permission.api}`;
  if (holder?.kind === "user") return `acts as ${holder.name}, ${everything}`;
  if (holder?.kind === "tenant") return `acts as anyone who signs in, ${everything}`;
  return `once granted, acts as the user who signed in, ${everything}`;
}

/** The same list in the order reports use: risk first, then content, so that equal changes are equal texts. */
export function inOrder(changes: readonly AccessChange[]): readonly AccessChange[] {
  return changes
    .map((change) => ({ change, key: JSON.stringify([change.code, change.subject, change.direction, change]) }))
    .sort((one, other) => rank(other) - rank(one) || (one.key < other.key ? -1 : one.key > other.key ? 1 : 0))
    .map(({ change }) => change);
}

const ranks: Readonly<Record<Risk, number>> = { low: 0, medium: 1, high: 2, critical: 3 };

function rank({ change }: { readonly change: AccessChange }): number {
  return ranks[change.risk.level];
}
