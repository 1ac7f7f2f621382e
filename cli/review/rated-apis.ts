import { type CatalogApi, findPermission } from "../../permissions/catalog";
import type { Risk } from "../../permissions/risk-levels";

/**
 * The head's APIs with the base's ratings. A change must not rate the permission that it requests: a permission that the base has not rated
 * is at least high until its rating is merged.
 */
export function ratedApis(base: readonly CatalogApi[], head: readonly CatalogApi[]): readonly CatalogApi[] {
  const gone = base.filter(({ clientId }) => !head.some((it) => it.clientId === clientId));
  const rated = head.map((api): CatalogApi => {
    const known = base.find(({ clientId }) => clientId === api.clientId);
    const permissions = api.permissions.map((permission) => {
      const before = known && findPermission(known, permission.id, permission.kind);
      if (before !== undefined) return { ...permission, risk: before.risk, riskReason: before.riskReason };
      const risk: Risk = permission.risk === "critical" ? "critical" : "high";
      return {
        ...permission,
        risk,
        riskReason: "its rating is part of this change, so it has not been approved yet",
      };
    });
    return { ...api, permissions };
  });
  return [...rated, ...gone];
}
