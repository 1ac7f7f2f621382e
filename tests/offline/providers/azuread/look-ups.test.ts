import { partnerTenant } from "../../../../offline/emulator/seed/constants";
import { call, calls, emulator, graphClientId, zeros } from "./reporting-application";

const { administrator, reportingUser } = partnerTenant;

describe("look-ups", () => {
  it("tell who signed in without asking", async () => {
    expect(await call("getClientConfig", {})).toEqual({
      clientId: administrator.clientId,
      id: `${partnerTenant.id}-${administrator.clientId}-${administrator.objectId}`,
      objectId: administrator.objectId,
      tenantId: partnerTenant.id,
    });
    expect(calls).toEqual([]);
  });

  it("find a principal by each key, and refuse none or two keys", async () => {
    const found = await call("getServicePrincipal", { clientId: graphClientId });
    expect(found["displayName"]).toBe("Microsoft Graph");
    expect(await call("getServicePrincipal", { objectId: found["objectId"] })).toEqual(found);
    expect(await call("getServicePrincipal", { displayName: "Microsoft Graph" })).toEqual(found);
    await expect(call("getServicePrincipal", {})).rejects.toThrow("exactly one");
    await expect(call("getServicePrincipal", { clientId: zeros })).rejects.toThrow("No service principal found");
  });

  it("list principals, and refuse or leave out the missing ones", async () => {
    const listed = await call("getServicePrincipals", { clientIds: [zeros, graphClientId], ignoreMissing: true });
    expect(listed).toMatchObject({
      clientIds: [graphClientId],
      displayNames: ["Microsoft Graph"],
      ignoreMissing: true,
    });
    await expect(call("getServicePrincipals", { clientIds: [zeros, graphClientId] })).rejects.toThrow(zeros);
  });

  it("do not take a failure for a missing principal", async () => {
    await emulator.control("POST", "faults", [
      { service: "graph", method: "GET", when: "before", action: "status", status: 403 },
    ]);
    await expect(call("getServicePrincipals", { clientIds: [graphClientId], ignoreMissing: true })).rejects.toThrow(
      "403",
    );
  });

  it("find a user by name or object id, and refuse one that is not there", async () => {
    const user = await call("getUser", { userPrincipalName: reportingUser.userPrincipalName });
    expect(user).toMatchObject({
      id: reportingUser.objectId,
      objectId: reportingUser.objectId,
      managerId: "",
      accountEnabled: true,
    });
    expect(await call("getUser", { objectId: reportingUser.objectId })).toEqual(user);
    await expect(call("getUser", { userPrincipalName: "nobody@contoso.example" })).rejects.toThrow("was not found");
    await expect(call("getUser", { mail: "a", objectId: zeros })).rejects.toThrow("exactly one");
  });
});
