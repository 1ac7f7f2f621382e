import { createApplication, createWithPrincipal, directoryObject, TestDirectory } from "./directory";

const partnerCenter = "fa3d9a0c-3fb0-42cc-9193-47c7ecd2edbd";
const nowhere = "99999999-9999-4999-8999-999999999999";

describe("creating a service principal", () => {
  it("takes over the application's settings and the caller's own", async () => {
    const directory = new TestDirectory();
    const { appId } = await createApplication(directory.admin, {
      displayName: "Reporting",
      web: { redirectUris: ["http://localhost:8400/"] },
    });
    const { status, body } = await directory.admin.post("/v1.0/servicePrincipals", {
      "@odata.type": "#microsoft.graph.servicePrincipal",
      accountEnabled: true,
      alternativeNames: [],
      appId: appId.toUpperCase(),
      appRoleAssignmentRequired: true,
      description: "TERRAFORM_UPDATE_1",
      loginUrl: null,
      notificationEmailAddresses: [],
      "owners@odata.bind": [directoryObject(directory.deployer)],
      preferredSingleSignOnMode: null,
      samlSingleSignOnSettings: {},
      tags: [],
    });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      accountEnabled: true,
      appDisplayName: "Reporting",
      appId,
      appOwnerOrganizationId: directory.tenant.id,
      appRoleAssignmentRequired: true,
      description: "TERRAFORM_UPDATE_1",
      displayName: "Reporting",
      replyUrls: ["http://localhost:8400/"],
      servicePrincipalNames: [appId],
      servicePrincipalType: "Application",
    });
    const owners = await directory.admin.get(`/v1.0/servicePrincipals/${body.id}/owners`);
    expect(owners.body.value).toMatchObject([
      { "@odata.type": "#microsoft.graph.servicePrincipal", id: directory.deployer },
    ]);
  });

  it("knows Microsoft's applications, with what they publish", async () => {
    const { admin } = new TestDirectory();
    const { body } = await admin.post("/v1.0/servicePrincipals", { appId: partnerCenter });
    expect(body).toMatchObject({
      displayName: "Microsoft Partner Center",
      appOwnerOrganizationId: "f8cdef31-a31e-4b4a-93e4-5f571e91255a",
      oauth2PermissionScopes: [{ id: "1cebfa2a-fb4d-419e-b5f9-839b4383e05a", value: "user_impersonation" }],
    });
  });

  it("refuses an application that nobody knows", async () => {
    const { status, body } = await new TestDirectory().admin.post("/v1.0/servicePrincipals", { appId: nowhere });
    expect([status, body.error.code, body.error.message]).toEqual([
      400,
      "Request_BadRequest",
      `The appId '${nowhere}' of the service principal does not reference a valid application object.`,
    ]);
    expect(body.error.details[0].code).toBe("NoBackingApplicationObject");
  });

  it("refuses a second one for the same application", async () => {
    const { admin } = new TestDirectory();
    const { appId } = await createWithPrincipal(admin);
    const { status, body } = await admin.post("/v1.0/servicePrincipals", { appId });
    expect([status, body.error.code]).toEqual([409, "Request_MultipleObjectsWithSameKeyValue"]);
    expect(body.error.message).toContain("already in use");
  });
});

describe("service principals", () => {
  it("are found by object id and by client id, and show SAML metadata under /beta", async () => {
    const directory = new TestDirectory();
    const { appId, principalId } = await createWithPrincipal(directory.admin);
    for (const path of [`/${principalId}`, `(appId='${appId}')`]) {
      expect((await directory.admin.get(`/v1.0/servicePrincipals${path}`)).body.id).toBe(principalId);
    }
    const { body } = await directory.admin.get(`/beta/servicePrincipals/${principalId}?$select=samlMetadataUrl`);
    expect(body.samlMetadataUrl).toContain(appId);
    expect((await directory.admin.get(`/v1.0/servicePrincipals/${principalId}?$select=samlMetadataUrl`)).status).toBe(
      400,
    );
  });

  it("change by PATCH, where null clears and a switch stays what it was", async () => {
    const { admin } = new TestDirectory();
    const { principalId, appId } = await createWithPrincipal(admin);
    const path = `/v1.0/servicePrincipals/${principalId}`;
    await admin.patch(path, { description: "x", tags: ["a"], accountEnabled: false, appRoleAssignmentRequired: true });
    await admin.patch(path, { description: null, tags: null });
    expect((await admin.get(path)).body).toMatchObject({
      description: null,
      tags: [],
      accountEnabled: false,
      appRoleAssignmentRequired: true,
    });
    expect((await admin.patch(path, { appId })).status).toBe(204);
    expect((await admin.patch(path, { appId: nowhere })).status).toBe(400);
  });

  it("of Microsoft's own are not deleted", async () => {
    const directory = new TestDirectory();
    const { status, body } = await directory.admin.delete(`/v1.0/servicePrincipals/${directory.graphPrincipal}`);
    expect([status, body.error.message]).toEqual([400, "Specified App Principal ID is Microsoft Internal."]);
    expect(directory.tenant.servicePrincipals.get(directory.graphPrincipal)).toBeDefined();
  });
});

describe("owners", () => {
  it("are added once and removed once", async () => {
    const directory = new TestDirectory();
    const { id, principalId } = await createWithPrincipal(directory.admin);
    for (const path of [`/v1.0/applications/${id}/owners`, `/v1.0/servicePrincipals/${principalId}/owners`]) {
      const reference = { "@odata.id": directoryObject(directory.user) };
      expect((await directory.admin.post(`${path}/$ref`, reference)).status).toBe(204);
      const twice = await directory.admin.post(`${path}/$ref`, reference);
      expect([twice.status, twice.body.error.message]).toEqual([
        400,
        "One or more added object references already exist for the following modified properties: 'owners'.",
      ]);
      const filtered = await directory.admin.get(`${path}?$filter=${encodeURIComponent(`id eq '${directory.user}'`)}`);
      expect(filtered.body.value).toMatchObject([
        { "@odata.type": "#microsoft.graph.user", userPrincipalName: "reports@contoso.example" },
      ]);
      expect((await directory.admin.delete(`${path}/${directory.user}/$ref`)).status).toBe(204);
      expect((await directory.admin.delete(`${path}/${directory.user}/$ref`)).status).toBe(404);
    }
  });

  it("must exist and be referred to by an address of Graph", async () => {
    const directory = new TestDirectory();
    const { id } = await createApplication(directory.admin);
    const add = (url: string) => directory.admin.post(`/v1.0/applications/${id}/owners/$ref`, { "@odata.id": url });
    expect((await add(directoryObject(nowhere))).status).toBe(404);
    expect((await add(`https://graph.contoso.example/v1.0/directoryObjects/${directory.user}`)).status).toBe(400);
    expect((await add(directory.user)).status).toBe(400);
    expect((await add(`https://localhost:4433/v1.0/users/${directory.user}`)).status).toBe(204);
  });
});
