import * as pulumi from "@pulumi/pulumi";
import { ApiPermissionGrants, type ApiPermissionGrantsArgs } from "../../components/api-permission-grants";
import { azureOutputs, guidOf } from "../support/azure-answers";
import { deploy } from "../support/deploy";

const args: ApiPermissionGrantsArgs = {
  principalObjectId: "our-principal",
  grantedTo: { kind: "user", objectId: "user-1" },
  apis: [
    {
      apiClientId: "a-api",
      delegated: ["z", "b"],
      applicationIds: [],
      principal: { kind: "existing", objectId: "a-object" },
    },
    { apiClientId: "b-api", delegated: [], applicationIds: ["role-1", "role-2"], principal: { kind: "declared" } },
  ],
};

function declare(changes: Partial<ApiPermissionGrantsArgs> = {}, isPreview = false) {
  return deploy(() => new ApiPermissionGrants("partner", { ...args, ...changes }), {
    outputs: azureOutputs,
    isPreview,
  });
}

describe("ApiPermissionGrants", () => {
  it("grants delegated permissions to the one user, one grant per API, names sorted", async () => {
    const { resource } = await declare();
    const grant = resource("partner-delegated-a-api");
    expect(grant).toMatchObject({
      type: "azuread:index/servicePrincipalDelegatedPermissionGrant:ServicePrincipalDelegatedPermissionGrant",
      parent: "partner",
    });
    expect(grant.inputs).toEqual({
      servicePrincipalObjectId: "our-principal",
      resourceServicePrincipalObjectId: "a-object",
      claimValues: ["b", "z"],
      userObjectId: "user-1",
    });
  });

  it("grants to everyone only when everyone is said", async () => {
    const { resource } = await declare({ grantedTo: { kind: "everyone" } });
    expect(resource("partner-delegated-a-api").inputs).not.toHaveProperty("userObjectId");
  });

  it("refuses delegated permissions for a user it does not know, which Entra would grant to everyone", async () => {
    await expect(declare({ grantedTo: { kind: "user", objectId: undefined } })).rejects.toThrow(
      'ApiPermissionGrants "partner":\n - grantedTo.objectId must be set for delegated permissions, got nothing: the grant would reach everyone',
    );
  });

  it("assigns one role per application permission on the API's principal", async () => {
    const { resource, resources } = await declare();
    expect(resource("partner-application-role-2").inputs).toEqual({
      appRoleId: "role-2",
      principalObjectId: "our-principal",
      resourceObjectId: guidOf("partner-api-b-api"),
    });
    expect(resources.map(({ name }) => name).sort()).toEqual([
      "partner",
      "partner-api-b-api",
      "partner-application-role-1",
      "partner-application-role-2",
      "partner-delegated-a-api",
    ]);
  });

  it("declares a principal that was missing, keeps it on destroy and never adopts one", async () => {
    const { resource } = await declare();
    const principal = resource("partner-api-b-api");
    expect(principal).toMatchObject({ type: "azuread:index/servicePrincipal:ServicePrincipal", retainOnDelete: true });
    expect(principal.inputs).toEqual({ clientId: "b-api" });
  });

  it("survives a preview, where a declared principal has no object id yet", async () => {
    const { resource } = await declare({}, true);
    expect(resource("partner-application-role-1").inputs["resourceObjectId"]).toBe(pulumi.runtime.unknownValue);
  });

  it("names every repetition at once", async () => {
    const twice = {
      apiClientId: "a",
      delegated: ["x", "x"],
      applicationIds: ["r", "r"],
      principal: { kind: "declared" } as const,
    };
    await expect(declare({ apis: [twice, { ...twice, delegated: [], applicationIds: [] }] })).rejects.toThrow(
      [
        'ApiPermissionGrants "partner":',
        " - apis must name each API once, got a, a",
        " - API a: delegated must not repeat a permission, got x, x",
        " - API a: applicationIds must not repeat an id, got r, r",
      ].join("\n"),
    );
  });
});
