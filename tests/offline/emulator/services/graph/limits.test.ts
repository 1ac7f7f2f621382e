import { createApplication, createWithPrincipal, directoryObject, TestDirectory } from "./directory";

const application = { displayName: "a" };

describe("limits and read-only properties", () => {
  it("allow no change of a unique name and no change of a known key", async () => {
    const { admin } = new TestDirectory();
    const key = { type: "AsymmetricX509Cert", usage: "Verify", key: "Y2VydA==" };
    const { id } = await createApplication(admin, { ...application, uniqueName: "one", keyCredentials: [key] });
    const path = `/v1.0/applications/${id}`;
    expect((await admin.patch(path, { uniqueName: "two" })).status).toBe(400);
    expect((await admin.patch(path, { uniqueName: "one" })).status).toBe(204);
    const [{ keyId }] = (await admin.get(path)).body.keyCredentials;
    const changed = await admin.patch(path, { keyCredentials: [{ ...key, key: "b3RoZXI=", keyId }] });
    expect(changed.body.error.message).toBe(`Update to existing credential with KeyId '${keyId}' is not allowed.`);
  });

  it("let a PATCH repeat the passwords as they are, and nothing else", async () => {
    const { admin } = new TestDirectory();
    const { id } = await createApplication(admin);
    const path = `/v1.0/applications/${id}`;
    await admin.post(`${path}/addPassword`, {});
    const { passwordCredentials } = (await admin.get(path)).body;
    expect((await admin.patch(path, { passwordCredentials })).status).toBe(204);
    expect((await admin.patch(path, { passwordCredentials: [] })).status).toBe(400);
    expect((await admin.get(path)).body.passwordCredentials).toHaveLength(1);
  });

  it.each([
    [
      "a resource named twice",
      {
        requiredResourceAccess: [
          { resourceAppId: "x", resourceAccess: [] },
          { resourceAppId: "X", resourceAccess: [] },
        ],
      },
    ],
    ["a redirect URI that is no address", { web: { redirectUris: ["localhost"] } }],
    ["a redirect URI of 257 characters", { web: { redirectUris: [`https://contoso.example/${"x".repeat(233)}`] } }],
    ["another scheme for a web page", { web: { redirectUris: ["ms-app://x"] } }],
    [
      "257 redirect URIs",
      { publicClient: { redirectUris: Array.from({ length: 257 }, (_, index) => `ms-app://${index}`) } },
    ],
    ["an identifier URI without a host", { identifierUris: ["reports"] }],
    [
      "one scope value twice",
      { appRoles: ["a0", "a1"].map((end) => ({ id: `7d8dd2a4-1b30-4a39-8d09-57cdb4c1ab${end}`, value: "same" })) },
    ],
  ])("refuse %s", async (_what, change) => {
    expect((await new TestDirectory().admin.post("/v1.0/applications", { ...application, ...change })).status).toBe(
      400,
    );
  });

  it("accept an application's own client id and its tenant's id in identifier URIs, and other schemes for installed clients", async () => {
    const { admin, tenant } = new TestDirectory();
    const { id, appId } = await createApplication(admin, {
      ...application,
      publicClient: { redirectUris: ["ms-app://reports"] },
    });
    const identifierUris = [`api://${appId}`, `api://${tenant.id}/reports`];
    expect((await admin.patch(`/v1.0/applications/${id}`, { identifierUris })).status).toBe(204);
  });

  it("keep the scopes of a grant under 3,851 characters", async () => {
    const directory = new TestDirectory();
    const { principalId } = await createWithPrincipal(directory.admin);
    const grant = { clientId: principalId, consentType: "AllPrincipals", resourceId: directory.graphPrincipal };
    const post = (scope: string | undefined) =>
      directory.admin.post("/v1.0/oauth2PermissionGrants", { ...grant, scope });
    expect((await post("x".repeat(3851))).status).toBe(400);
    expect((await post(undefined)).status).toBe(400);
    expect((await post("x".repeat(3850))).status).toBe(201);
  });

  it("allow a hundred owners", async () => {
    const directory = new TestDirectory();
    const { id } = await createApplication(directory.admin);
    const stored = directory.tenant.applications.get(id)!;
    const owners = Array.from(
      { length: 100 },
      (_, index) => `99999999-9999-4999-8999-999999999${String(index).padStart(3, "0")}`,
    );
    directory.tenant.applications.put({ ...stored, owners });
    const add = () =>
      directory.admin.post(`/v1.0/applications/${id}/owners/$ref`, { "@odata.id": directoryObject(directory.user) });
    expect((await add()).status).toBe(400);
    directory.tenant.applications.put({ ...stored, owners: owners.slice(1) });
    expect((await add()).status).toBe(204);
  });

  it("want an address of a policy where one is assigned", async () => {
    const { admin } = new TestDirectory();
    const { id } = await createApplication(admin);
    const assign = (url: string) =>
      admin.post(`/v1.0/applications/${id}/appManagementPolicies/$ref`, { "@odata.id": url });
    expect((await assign("https://graph.microsoft.com/v1.0/policies/defaultAppManagementPolicy")).status).toBe(400);
    const unknown =
      "https://graph.microsoft.com/v1.0/policies/appManagementPolicies/99999999-9999-4999-8999-999999999999";
    expect((await assign(unknown)).status).toBe(404);
    expect(
      (await admin.delete(`/v1.0/applications/${id}/appManagementPolicies/99999999-9999-4999-8999-999999999999/$ref`))
        .status,
    ).toBe(404);
  });
});

describe("less common calls", () => {
  it("assign from the user's side", async () => {
    const directory = new TestDirectory();
    const { principalId } = await createWithPrincipal(directory.admin);
    const body = {
      appRoleId: "00000000-0000-0000-0000-000000000000",
      principalId: directory.user,
      resourceId: principalId,
    };
    const path = `/v1.0/users/${directory.user}/appRoleAssignments`;
    const { status, body: answer } = await directory.application(["AppRoleAssignment.ReadWrite.All"]).post(path, body);
    expect([status, answer["@odata.context"]]).toEqual([
      201,
      `https://localhost:4433/v1.0/$metadata#users('${directory.user}')/appRoleAssignments/$entity`,
    ]);
    expect((await directory.admin.get(`${path}/${answer.id}`)).body.resourceId).toBe(principalId);
    expect((await directory.admin.delete(`${path}/${answer.id}`)).status).toBe(204);
  });

  it("bring a deleted user back", async () => {
    const directory = new TestDirectory();
    const object = directory.tenant.users.remove(directory.user)!;
    const deletedDateTime = directory.world.clock.now().toISOString();
    directory.tenant.deleted.put({ id: object.id, type: "user", deletedDateTime, object });
    const path = "/v1.0/directory/deletedItems";
    const listed = await directory.admin.get(`${path}/microsoft.graph.user`);
    expect(listed.body.value).toMatchObject([{ id: directory.user, deletedDateTime }]);
    expect((await directory.application(["User.Read.All"]).post(`${path}/${directory.user}/restore`)).status).toBe(403);
    expect((await directory.admin.post(`${path}/${directory.user}/restore`)).status).toBe(200);
    expect((await directory.admin.get(`/v1.0/users/${directory.user}`)).status).toBe(200);
  });

  it("compare dates and find nothing where nothing is", async () => {
    const directory = new TestDirectory();
    directory.world.clock.set(new Date("2026-03-01T10:00:00Z"));
    await createApplication(directory.admin);
    const list = async (filter: string) => {
      const { body } = await directory.admin.get(`/v1.0/applications?$filter=${encodeURIComponent(filter)}`);
      return body.value.length;
    };
    expect(await list("createdDateTime ge 2026-01-01T00:00:00Z")).toBe(1);
    expect(await list("createdDateTime le 2026-01-01T00:00:00Z")).toBe(2);
    const nowhere = "/99999999-9999-4999-8999-999999999999";
    for (const path of ["users", "servicePrincipals", "oauth2PermissionGrants", "organization", "directoryObjects"]) {
      expect((await directory.admin.get(`/v1.0/${path}${nowhere}`)).status).toBe(404);
    }
    const many = { ids: Array.from({ length: 1001 }, () => directory.user) };
    expect((await directory.admin.post("/v1.0/directoryObjects/getByIds", many)).status).toBe(400);
    expect((await directory.admin.get("/v1.0/domains/contoso.example")).body.isDefault).toBe(true);
  });

  it("read a signed-in user's memberships", async () => {
    const directory = new TestDirectory();
    expect((await directory.delegated(["User.Read"]).get("/v1.0/me/memberOf")).body.value).toEqual([]);
    directory.tenant.users.remove(directory.user);
    expect((await directory.delegated(["User.Read"]).get("/v1.0/me")).status).toBe(404);
  });
});
