import {
  type AccessPolicy,
  allowedBy,
  builtInPermissions,
  emptyAccessPolicy,
  readerAllowedBy,
} from "../../permissions/access-policy";
import { catalog, findPermission } from "../../permissions/catalog";

const graphId = "00000003-0000-0000-c000-000000000000";
const billing = { apiClientId: graphId, kind: "application", permission: "PartnerBilling.Read.All" } as const;
const readerId = "c0ffee00-0000-4000-8000-000000000005";

describe("the access policy", () => {
  it("allows without an entry only delegated permissions that the catalog knows", () => {
    const missing = builtInPermissions.filter(({ apiClientId, permission }) => {
      const api = catalog.find(({ clientId }) => clientId === apiClientId);
      return api === undefined || findPermission(api, permission, "delegated") === undefined;
    });
    expect(missing).toEqual([]);
    expect(builtInPermissions.filter(({ kind }) => kind === "application")).toEqual([]);
    expect(builtInPermissions.map(({ permission }) => permission)).toEqual([
      "user_impersonation",
      "user_impersonation",
      "openid",
      "profile",
      "email",
      "offline_access",
      "User.Read",
    ]);
  });

  it("allows anything else only by an entry for exactly that permission and kind", () => {
    const policy: AccessPolicy = { permissions: [{ ...billing, reason: "finance" }], readers: [] };
    expect(allowedBy(emptyAccessPolicy, billing)).toBeUndefined();
    expect(allowedBy(policy, billing)?.reason).toBe("finance");
    expect(allowedBy(policy, { ...billing, kind: "delegated" })).toBeUndefined();
    expect(allowedBy(policy, { ...billing, apiClientId: "4990cffe-04e8-4e8b-808a-1175604b879f" })).toBeUndefined();
  });

  it("lets a reader of client secrets read refresh tokens only when its entry says so", () => {
    const reader = { principalId: readerId, name: undefined, mayReadRefreshTokens: false, reason: "reports" };
    const policy: AccessPolicy = { permissions: [], readers: [reader] };
    expect(readerAllowedBy(policy, readerId.toUpperCase(), "client-secret")).toEqual(reader);
    expect(readerAllowedBy(policy, readerId, "refresh-token")).toBeUndefined();
    const renewer: AccessPolicy = { permissions: [], readers: [reader, { ...reader, mayReadRefreshTokens: true }] };
    expect(readerAllowedBy(renewer, readerId, "refresh-token")?.mayReadRefreshTokens).toBe(true);
  });

  it("lets nobody read without an entry", () => {
    expect(readerAllowedBy(emptyAccessPolicy, readerId, "client-secret")).toBeUndefined();
  });
});
