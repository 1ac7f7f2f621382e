import { partnerTenant } from "../../../../offline/emulator/seed/constants";
import { appRoleAssignment } from "../../../../offline/providers/azuread/app-role-assignment";
import { delegatedPermissionGrant } from "../../../../offline/providers/azuread/delegated-permission-grant";
import { servicePrincipal } from "../../../../offline/providers/azuread/service-principal";
import { textsInSetOrder } from "../../../../offline/providers/azuread/set-order";
import type { Properties } from "../../../../offline/providers/plugin/value";
import { make, refusals } from "../support/contexts";
import { app, context, emulator, graphClientId, makeApplication, principalOf, zeros } from "./reporting-application";

const { deployer, reportingUser } = partnerTenant;

describe("a delegated grant", () => {
  const granted = async (change: Properties = {}) => {
    const principal = await make(servicePrincipal, { clientId: app.outputs["clientId"] }, context);
    const resource = await principalOf(graphClientId);
    return make(
      delegatedPermissionGrant,
      {
        claimValues: ["profile", "openid"],
        resourceServicePrincipalObjectId: resource,
        servicePrincipalObjectId: principal.outputs["objectId"],
        userObjectId: reportingUser.objectId,
        ...change,
      },
      context,
    );
  };

  it("is updated in place for other permissions and replaced for anything else", async () => {
    const made = await granted();
    const more = delegatedPermissionGrant.diff(made, {
      ...made.inputs,
      claimValues: ["openid", "profile", "User.Read"],
    });
    expect(more.differences).toEqual([{ path: "claimValues[2]", kind: "add", replaces: false }]);
    const { userObjectId: _gone, ...everyone } = made.inputs;
    expect(delegatedPermissionGrant.diff(made, everyone)).toMatchObject({
      differences: [{ path: "userObjectId", kind: "delete", replaces: true }],
      deleteBeforeReplace: false,
    });
    expect(
      delegatedPermissionGrant.diff(made, { ...made.inputs, claimValues: ["openid", "profile"] }).differences,
    ).toEqual([]);
  });

  it("repeats while a principal has not arrived, and not for other refusals", async () => {
    const late = "Resource 'x' does not exist or one of its queried reference-property objects are not present.";
    const fault = (message: string) => [
      {
        service: "graph",
        method: "POST",
        path: "/v1.0/oauth2PermissionGrants",
        times: 1,
        when: "before",
        action: "status",
        status: 400,
        body: { error: { code: "Request_BadRequest", message } },
      },
    ];
    await emulator.control("POST", "faults", fault(late));
    await expect(granted()).resolves.toBeDefined();
    emulator.reset();
    await emulator.control("POST", "faults", fault("Invalid scope."));
    await makeApplication();
    await expect(granted()).rejects.toThrow("Invalid scope.");
  });

  it("is read with drift and imported by its ID", async () => {
    const made = await granted();
    const path = `/v1.0${made.id}`;
    await emulator.call("PATCH", path, { as: "partner-administrator", body: { scope: "openid profile Mail.Read" } });
    const found = await delegatedPermissionGrant.read(made.id, made, context);
    expect(found?.inputs["claimValues"]).toEqual(textsInSetOrder(["openid", "profile", "Mail.Read"]));
    const imported = await delegatedPermissionGrant.read(made.id, undefined, context);
    expect(imported?.inputs).toEqual({ ...found?.outputs });
    await expect(delegatedPermissionGrant.read("bare-id", undefined, context)).rejects.toThrow(
      "expected /oauth2PermissionGrants/",
    );
  });

  it("needs at least one permission", async () => {
    expect(
      await refusals(
        delegatedPermissionGrant,
        { claimValues: [], resourceServicePrincipalObjectId: zeros, servicePrincipalObjectId: zeros },
        context,
      ),
    ).toEqual([expect.stringContaining("at least one permission")]);
  });
});

describe("an app role assignment", () => {
  it("is replaced by any change, imported by its path, and gone when it is not found", async () => {
    const principal = await make(servicePrincipal, { clientId: app.outputs["clientId"] }, context);
    const inputs = {
      appRoleId: zeros,
      principalObjectId: reportingUser.objectId,
      resourceObjectId: principal.outputs["objectId"],
    };
    const made = await make(appRoleAssignment, inputs, context);
    expect(made.id).toMatch(/^\/servicePrincipals\/[0-9a-f-]{36}\/appRoleAssignedTo\/.+$/);
    expect(made.outputs).toMatchObject({ principalType: "User", resourceDisplayName: "Reporting" });
    for (const name of Object.keys(inputs)) {
      const diff = appRoleAssignment.diff(made, { ...made.inputs, [name]: deployer.objectId });
      expect(diff.differences).toEqual([{ path: name, kind: "update", replaces: true }]);
    }
    expect((await appRoleAssignment.read(made.id, undefined, context))?.inputs).toEqual(inputs);
    await appRoleAssignment.delete(made.id, made, context);
    expect(await appRoleAssignment.read(made.id, made, context)).toBeUndefined();
  });
});
