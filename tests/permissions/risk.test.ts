import * as fc from "fast-check";
import { catalog } from "../../permissions/catalog";
import { permissionRisk } from "../../permissions/risk";
import { riskLevels } from "../../permissions/risk-levels";

const graph = "Microsoft Graph";

describe("the risk of a permission", () => {
  it("is the catalog's for a delegated permission of one user, with its reason", () => {
    expect(permissionRisk({ api: graph, permission: "openid", kind: "delegated", consent: "user" })).toEqual({
      risk: "low",
      reasons: ["it reveals no more than the user's identity"],
    });
  });

  it("rises by a level when consent is given for the whole tenant", () => {
    const use = { api: "Microsoft Partner Center", permission: "user_impersonation", kind: "delegated" } as const;
    expect(permissionRisk({ ...use, consent: "user" }).risk).toBe("high");
    const tenantWide = permissionRisk({ ...use, consent: "tenant" });
    expect(tenantWide.risk).toBe("critical");
    expect(tenantWide.reasons[1]).toMatch(/^consent is given for the whole tenant/);
  });

  it("rises by a level when the application acts without a user, and tenant-wide consent does not count twice", () => {
    const use = { api: graph, permission: "User.Read.All" } as const;
    expect(permissionRisk({ ...use, kind: "delegated", consent: "user" }).risk).toBe("medium");
    expect(permissionRisk({ ...use, kind: "application", consent: "user" }).risk).toBe("high");
    expect(permissionRisk({ ...use, kind: "application", consent: "tenant" })).toEqual(
      permissionRisk({ ...use, kind: "application", consent: "user" }),
    );
  });

  it("is critical for whatever can grant power, however it is granted", () => {
    for (const permission of [
      "AppRoleAssignment.ReadWrite.All",
      "DelegatedPermissionGrant.ReadWrite.All",
      "RoleManagement.ReadWrite.Directory",
      "Application.ReadWrite.All",
      // Not in the catalog: the rule knows them by their names.
      "RoleEligibilitySchedule.ReadWrite.Directory",
      "RoleAssignmentSchedule.ReadWrite.Directory",
      "PrivilegedAssignmentSchedule.ReadWrite.AzureADGroup",
      "PrivilegedEligibilitySchedule.ReadWrite.AzureADGroup",
      "PrivilegedAccess.ReadWrite.AzureAD",
      "Application.ReadUpdate.All",
      "Policy.ReadWrite.PermissionGrant",
      "Policy.ReadWrite.Authorization",
      "Policy.ReadWrite.ConditionalAccess",
    ]) {
      const { risk, reasons } = permissionRisk({ api: graph, permission, kind: "delegated", consent: "user" });
      expect([permission, risk]).toEqual([permission, "critical"]);
      expect(reasons).toContain("it can grant permissions, also to itself");
    }
  });

  it("is critical for whatever decides how users prove who they are", () => {
    for (const permission of [
      "UserAuthenticationMethod.ReadWrite.All",
      "User-PasswordProfile.ReadWrite.All",
      "Policy.ReadWrite.AuthenticationMethod",
      "Domain.ReadWrite.All",
    ]) {
      const { risk, reasons } = permissionRisk({ api: graph, permission, kind: "delegated", consent: "user" });
      expect([permission, risk]).toEqual([permission, "critical"]);
      expect(reasons).toContain("it decides how users prove who they are, so it can sign in as any of them");
    }
    const own = {
      api: graph,
      permission: "UserAuthenticationMethod.Read.All",
      kind: "delegated",
      consent: "user",
    } as const;
    expect(permissionRisk(own).risk).toBe("high");
  });

  it("is at least high for what changes the directory, and names the rule", () => {
    const { risk, reasons } = permissionRisk({
      api: graph,
      permission: "Directory.ReadWrite.All",
      kind: "delegated",
      consent: "user",
    });
    expect(risk).toBe("high");
    expect(reasons).toContain("it changes the directory");
    for (const permission of ["Directory.Read.All", "Mail.ReadWrite"]) {
      const other = permissionRisk({ api: graph, permission, kind: "delegated", consent: "user" });
      expect(other.reasons).not.toContain("it changes the directory");
    }
  });

  it("is at least high for what the catalog does not know, and says that nobody has judged it", () => {
    const unknown = { permission: "Surprise.Read", kind: "delegated", consent: "user" } as const;
    expect(permissionRisk({ ...unknown, api: graph }).risk).toBe("high");
    expect(permissionRisk({ ...unknown, api: "5f2e1f2a-0000-4000-8000-000000000000" })).toEqual({
      risk: "high",
      reasons: ["the catalog does not list it, so its effect is not known"],
    });
  });

  it("is found by id as well as by name, because grants and state hold ids", () => {
    const byName = permissionRisk({ api: graph, permission: "Mail.Send", kind: "application", consent: "user" });
    const byId = permissionRisk({
      api: "00000003-0000-0000-c000-000000000000",
      permission: "b633e1c5-b582-4048-a93e-9f11b44c7e96",
      kind: "application",
      consent: "user",
    });
    expect(byId).toEqual(byName);
  });

  it("never falls below the catalog's, and never falls when consent widens", () => {
    const entries = catalog.flatMap((api) => api.permissions.map((permission) => ({ api: api.name, permission })));
    void fc.assert(
      fc.property(fc.constantFrom(...entries), ({ api, permission }) => {
        const use = { api, permission: permission.name, kind: permission.kind };
        const level = (consent: "user" | "tenant") => riskLevels.indexOf(permissionRisk({ ...use, consent }).risk);
        expect(level("user")).toBeGreaterThanOrEqual(riskLevels.indexOf(permission.risk));
        expect(level("tenant")).toBeGreaterThanOrEqual(level("user"));
      }),
    );
  });
});
