import type { Risk } from "../risk-levels";

/** How a permission acts: as the user who signed in, or as the application itself with no user. */
export type PermissionKind = "delegated" | "application";

/** One permission of an API, with what a reviewer needs to judge it. */
export interface CatalogPermission {
  /** The name people write (Graph: `value`). */
  readonly name: string;
  /** The id Entra stores in requests and grants. */
  readonly id: string;
  readonly kind: PermissionKind;
  /** One sentence: what it lets the holder do. */
  readonly lets: string;
  /** The risk of the permission by itself; `permissionRisk` raises it for how it is granted. */
  readonly risk: Risk;
  readonly riskReason: string;
  /** Whether only an administrator can consent to it. */
  readonly adminConsent: boolean;
}

/** One API that a partner's application may call. */
export interface CatalogApi {
  /** The name used in stack files and reports. */
  readonly name: string;
  /** The same in every tenant of the public cloud. */
  readonly clientId: string;
  /** Other names people know it by; accepted in stack files. */
  readonly aliases: readonly string[];
  readonly description: string;
  /** What is known about the national clouds, in one sentence. */
  readonly cloudNotes: string;
  readonly permissions: readonly CatalogPermission[];
}

interface Twins {
  readonly name: string;
  /** Undefined where Microsoft offers only the other kind. */
  readonly delegated?: string;
  readonly application?: string;
  /** Verb first, without a full stop: "read every user's full profile". */
  readonly lets: string;
  readonly risk: Risk;
  readonly riskReason: string;
  /** Delegated only: false where users may consent for themselves. An application permission always needs an administrator. */
  readonly userMayConsent?: boolean;
}

/**
 * The one or two permissions behind one name. Graph uses the same name for both kinds, with different ids, so writing
 * them together keeps the pair from drifting apart.
 */
export function permissionsNamed(twins: Twins): readonly CatalogPermission[] {
  const { name, risk, riskReason } = twins;
  const shared = { name, risk, riskReason };
  const found: CatalogPermission[] = [];
  if (twins.delegated !== undefined) {
    const lets = `Lets it ${twins.lets}, as far as the signed-in user may.`;
    found.push({
      ...shared,
      id: twins.delegated,
      kind: "delegated",
      lets,
      adminConsent: twins.userMayConsent !== true,
    });
  }
  if (twins.application !== undefined) {
    const lets = `Lets it ${twins.lets}, in the whole tenant, without a signed-in user.`;
    found.push({ ...shared, id: twins.application, kind: "application", lets, adminConsent: true });
  }
  return found;
}
