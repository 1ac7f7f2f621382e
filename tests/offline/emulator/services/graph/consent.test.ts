import { createApplication, createWithPrincipal, TestDirectory } from "./directory";

const noRole = "00000000-0000-0000-0000-000000000000";
const nowhere = "99999999-9999-4999-8999-999999999999";
const readAll = "9a5d68dd-52b0-4cc2-bd40-abcf44ac3a30";

async function stage() {
  const directory = new TestDirectory();
  const { id, principalId } = await createWithPrincipal(directory.admin);
  const grant = (change: Record<string, unknown> = {}) =>
    directory.admin.post("/v1.0/oauth2PermissionGrants", {
      "@odata.type": "#microsoft.graph.oAuth2PermissionGrant",
      clientId: principalId,
      consentType: "Principal",
      principalId: directory.user,
      resourceId: directory.graphPrincipal,
      scope: "openid offline_access",
      ...change,
    });
  const assign = (change: Record<string, unknown> = {}, resource = principalId) =>
    directory.admin.post(`/v1.0/servicePrincipals/${resource}/appRoleAssignedTo`, {
      "@odata.type": "#microsoft.graph.appRoleAssignment",
      appRoleId: noRole,
      principalId: directory.user,
      resourceId: resource,
      ...change,
    });
  return { directory, id, principalId, grant, assign };
}

describe("delegated grants", () => {
  it("are created, read, changed and deleted", async () => {
    const { directory, principalId, grant } = await stage();
    const { status, body } = await grant();
    expect(status).toBe(201);
    expect(body).toEqual({
      "@odata.context": "https://localhost:4433/v1.0/$metadata#oauth2PermissionGrants/$entity",
      clientId: principalId,
      consentType: "Principal",
      id: body.id,
      principalId: directory.user,
      resourceId: directory.graphPrincipal,
      scope: "openid offline_access",
    });
    const path = `/v1.0/oauth2PermissionGrants/${body.id}`;
    expect((await directory.admin.patch(path, { scope: "openid" })).status).toBe(204);
    expect((await directory.admin.get(path)).body.scope).toBe("openid");
    expect((await directory.admin.delete(path)).status).toBe(204);
    expect((await directory.admin.get(path)).status).toBe(404);
    expect((await directory.admin.delete(path)).status).toBe(404);
  });

  it("have ids that say what they are for, so that the same grant comes back under the same id", async () => {
    const { directory, grant } = await stage();
    const { id } = (await grant()).body;
    await directory.admin.delete(`/v1.0/oauth2PermissionGrants/${id}`);
    expect((await grant()).body.id).toBe(id);
    expect((await grant({ consentType: "AllPrincipals", principalId: null })).body.id).toHaveLength(43);
    expect(id).toHaveLength(64);
  });

  it("are one per client, resource and person", async () => {
    const { grant } = await stage();
    await grant();
    const { status, body } = await grant({ scope: "profile" });
    expect([status, body.error.code, body.error.message]).toEqual([
      409,
      "Request_MultipleObjectsWithSameKeyValue",
      "Permission entry already exists.",
    ]);
    expect((await grant({ consentType: "AllPrincipals", principalId: null })).status).toBe(201);
  });

  it.each([
    ["a client that is not there", { clientId: nowhere }],
    ["a resource that is not there", { resourceId: nowhere }],
    ["a person who is not there", { principalId: nowhere }],
  ])("refuse %s in the words that azuread waits on", async (_what, change) => {
    const { status, body } = await (await stage()).grant(change);
    expect([status, body.error.message]).toEqual([
      400,
      `Resource '${nowhere}' does not exist or one of its queried reference-property objects are not present.`,
    ]);
  });

  it.each([
    ["one person's consent without the person", { principalId: null }],
    ["everyone's consent with a person", { consentType: "AllPrincipals" }],
    ["an unknown consent type", { consentType: "Everyone" }],
    ["an unknown field", { colour: "blue" }],
    ["a client id instead of an object id's form", { clientId: "reports" }],
  ])("refuse %s", async (_what, change) => {
    expect((await (await stage()).grant(change)).status).toBe(400);
  });

  it("are listed by client, resource and kind", async () => {
    const { directory, principalId, grant } = await stage();
    await grant();
    await grant({ consentType: "AllPrincipals", principalId: null });
    const list = async (filter: string) => {
      const answer = await directory.admin.get(`/v1.0/oauth2PermissionGrants?$filter=${encodeURIComponent(filter)}`);
      return answer.body.value.length;
    };
    expect(await list(`clientId eq '${principalId}'`)).toBe(2);
    expect(await list(`clientId eq '${principalId}' and consentType eq 'AllPrincipals'`)).toBe(1);
    expect(await list(`resourceId eq '${nowhere}'`)).toBe(0);
    expect(await list(`principalId eq '${directory.user}'`)).toBe(1);
    expect(
      (await directory.admin.get(`/v1.0/servicePrincipals/${principalId}/oauth2PermissionGrants`)).body.value,
    ).toHaveLength(2);
  });
});

describe("app role assignments", () => {
  it("are created from the resource's side and seen from both", async () => {
    const { directory, principalId, assign } = await stage();
    const { status, body } = await assign();
    expect(status).toBe(201);
    expect(body).toMatchObject({
      appRoleId: noRole,
      principalDisplayName: "Reports",
      principalId: directory.user,
      principalType: "User",
      resourceDisplayName: "Partner Insights reporting",
      resourceId: principalId,
    });
    const path = `/v1.0/servicePrincipals/${principalId}/appRoleAssignedTo`;
    expect((await directory.admin.get(`${path}/${body.id}`)).body.id).toBe(body.id);
    expect((await directory.admin.get(path)).body.value).toHaveLength(1);
    const mine = await directory.admin.get(
      `/v1.0/users/reports@contoso.example/appRoleAssignments?$filter=resourceId eq ${principalId}`,
    );
    expect(mine.body.value.map(({ id }: { id: string }) => id)).toEqual([body.id]);
    expect((await directory.admin.delete(`${path}/${body.id}`)).status).toBe(204);
    expect((await directory.admin.get(`${path}/${body.id}`)).status).toBe(404);
  });

  it("are application permissions where the resource has such a role", async () => {
    const { directory, principalId } = await stage();
    const body = { appRoleId: readAll, principalId, resourceId: directory.graphPrincipal };
    const created = await directory.admin.post(`/v1.0/servicePrincipals/${principalId}/appRoleAssignments`, body);
    expect([created.status, created.body.principalType]).toEqual([201, "ServicePrincipal"]);
  });

  it.each([
    [
      "a role the resource does not have",
      { appRoleId: nowhere },
      "Permission being assigned was not found on application",
    ],
    ["a person who is not there", { principalId: nowhere }, "Not a valid reference update"],
    ["another resource than the path's", { resourceId: nowhere }, "Not a valid reference update"],
  ])("refuse %s", async (_what, change, message) => {
    const { status, body } = await (await stage()).assign(change);
    expect([status, body.error.code]).toEqual([400, "Request_BadRequest"]);
    expect(body.error.message).toContain(message);
  });

  it("refuse the nameless role for an application, and where people have roles", async () => {
    const { directory, principalId, assign } = await stage();
    expect((await assign({ principalId: directory.deployer })).status).toBe(400);
    const roles = [
      {
        id: "7d8dd2a4-1b30-4a39-8d09-57cdb4c1ab02",
        displayName: "r",
        description: "r",
        value: "r",
        isEnabled: true,
        allowedMemberTypes: ["User"],
      },
    ];
    const { appId } = await createApplication(directory.admin, { displayName: "with roles", appRoles: roles });
    const other = (await directory.admin.post("/v1.0/servicePrincipals", { appId })).body.id;
    expect((await assign({}, other)).status).toBe(400);
    expect((await assign({ appRoleId: roles[0]!.id }, other)).status).toBe(201);
    expect((await assign({}, principalId)).status).toBe(201);
  });

  it("are given once", async () => {
    const { assign } = await stage();
    await assign();
    const { status, body } = await assign();
    expect([status, body.error.message]).toEqual([400, "Permission being assigned already exists on the object"]);
  });
});
