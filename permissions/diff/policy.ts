import type { AccessPolicy } from "../access-policy";
import { permissionRisk } from "../risk";
import { type AccessChange, inOrder } from "./change";
import { contextOf, type DiffOptions, isLess, namedPermission } from "./context";
import { plainChange } from "./plain-change";
import { added } from "./sets";

/** What may be granted now that might not be before. An entry grants nothing by itself. */
export function diffPolicies(
  base: AccessPolicy,
  head: AccessPolicy,
  options: DiffOptions = {},
): readonly AccessChange[] {
  const context = contextOf(options);
  const permissions = added(base.permissions, head.permissions).map(({ item, direction }): AccessChange => {
    const permission = namedPermission(context, {
      api: item.apiClientId,
      permission: item.permission,
      kind: item.kind,
    });
    const { risk, reasons } = permissionRisk(
      { api: item.apiClientId, permission: item.permission, kind: item.kind, consent: "user" },
      context.apis,
    );
    const change = plainChange({
      code: "policy-permission",
      direction,
      subject: { permission },
      risk,
      because: "",
      reason: item.reason,
    });
    return isLess(direction) ? change : { ...change, risk: { level: risk, reasons } };
  });
  const readers = added(base.readers, head.readers).map(({ item, direction }) =>
    plainChange({
      code: "policy-reader",
      direction,
      subject: {
        holder: { kind: "principal", name: item.name ?? item.principalId, id: item.principalId },
        detail: item.mayReadRefreshTokens ? "client secrets and refresh tokens" : "client secrets",
      },
      risk: item.mayReadRefreshTokens ? "critical" : "high",
      because: item.mayReadRefreshTokens
        ? "refresh tokens carry a user's access, with MFA already done, for 90 days"
        : "anyone who reads a client secret can act as the application",
      reason: item.reason,
    }),
  );
  const writers = added(base.writers ?? [], head.writers ?? []).map(({ item, direction }) =>
    plainChange({
      code: "policy-writer",
      direction,
      subject: {
        holder: { kind: "principal", name: item.name ?? item.principalId, id: item.principalId },
        vault: item.vault ?? null,
      },
      risk: item.vault === undefined ? "high" : "critical",
      because:
        item.vault === undefined
          ? "roles that it holds on vault entries are no longer reported as drift"
          : "a stack may then let it write every entry of that vault, and its roles are no longer reported as drift",
      reason: item.reason,
    }),
  );
  return inOrder([...permissions, ...readers, ...writers]);
}
