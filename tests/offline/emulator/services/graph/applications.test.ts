import { createApplication, createWithPrincipal, directoryObject, TestDirectory } from "./directory";

const scope = {
  id: "5e1b2f7c-2d53-4f6e-9a56-0c6f2c1f7a01",
  value: "Reports.Read",
  type: "Admin",
  isEnabled: true,
  adminConsentDescription: "Read reports",
  adminConsentDisplayName: "Read reports",
};
const nowhere = "99999999-9999-4999-8999-999999999999";

describe("creating an application", () => {
  it("answers the whole object as Graph does, with its context", async () => {
    const directory = new TestDirectory();
    directory.world.clock.set(new Date("2026-03-01T10:00:00Z"));
    const { status, body } = await directory.admin.post("/v1.0/applications", {
      "@odata.type": "#microsoft.graph.application",
      displayName: "Reporting",
      web: { redirectUris: ["http://localhost:8400/"] },
      optionalClaims: {},
    });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      "@odata.context": "https://localhost:4433/v1.0/$metadata#applications/$entity",
      createdDateTime: "2026-03-01T10:00:00Z",
      displayName: "Reporting",
      deletedDateTime: null,
      identifierUris: [],
      keyCredentials: [],
      passwordCredentials: [],
      publisherDomain: "contoso.example",
      signInAudience: "AzureADMyOrg",
      web: {
        homePageUrl: null,
        implicitGrantSettings: { enableAccessTokenIssuance: false, enableIdTokenIssuance: false },
        logoutUrl: null,
        redirectUris: ["http://localhost:8400/"],
      },
    });
    expect(body).not.toHaveProperty("oauth2RequirePostResponse");
    expect(body.id).not.toBe(body.appId);
  });

  it("binds owners that exist and refuses one that does not", async () => {
    const directory = new TestDirectory();
    const bind = (id: string) => ({ displayName: "a", "owners@odata.bind": [directoryObject(id)] });
    const { id } = await createApplication(directory.admin, bind(directory.user));
    const owners = await directory.admin.get(`/v1.0/applications/${id}/owners`);
    expect(owners.body.value.map((owner: { id: string }) => owner.id)).toEqual([directory.user]);
    const refused = await directory.admin.post("/v1.0/applications", bind(nowhere));
    expect([refused.status, refused.body.error.code]).toEqual([404, "Request_ResourceNotFound"]);
    expect(directory.tenant.applications.all().map(({ properties }) => properties["displayName"])).toEqual([
      "seeded",
      "seeded",
      "a",
    ]);
  });

  it("makes the caller owner when it may only manage what it owns, and not otherwise", async () => {
    const directory = new TestDirectory();
    const limited = await createApplication(directory.application(["Application.ReadWrite.OwnedBy"]));
    const broad = await createApplication(directory.application(["Application.ReadWrite.All"]));
    expect(directory.tenant.applications.get(limited.id)?.owners).toEqual([directory.deployer]);
    expect(directory.tenant.applications.get(broad.id)?.owners).toEqual([]);
  });

  it.each([
    ["without a display name", {}, "displayName"],
    ["with a display name of 257 characters", { displayName: "x".repeat(257) }, "displayName"],
    ["with an unknown audience", { displayName: "a", signInAudience: "Everyone" }, "signInAudience"],
    ["with a plain http redirect URI", { displayName: "a", web: { redirectUris: ["http://contoso.example/"] } }, "web"],
    [
      "with a wildcard redirect URI",
      { displayName: "a", spa: { redirectUris: ["https://*.contoso.example/"] } },
      "spa",
    ],
    [
      "with a redirect URI with a fragment",
      { displayName: "a", web: { redirectUris: ["https://contoso.example/#x"] } },
      "web",
    ],
    [
      "with 51 resources",
      {
        displayName: "a",
        requiredResourceAccess: Array.from({ length: 51 }, (_, index) => ({
          resourceAppId: `00000000-0000-4000-8000-0000000000${String(index).padStart(2, "0")}`,
          resourceAccess: [],
        })),
      },
      "requiredResourceAccess",
    ],
    [
      "with 401 permissions",
      {
        displayName: "a",
        requiredResourceAccess: [
          {
            resourceAppId: nowhere,
            resourceAccess: Array.from({ length: 401 }, () => ({ id: scope.id, type: "Scope" })),
          },
        ],
      },
      "requiredResourceAccess",
    ],
    [
      "with one scope id twice",
      { displayName: "a", api: { oauth2PermissionScopes: [scope, { ...scope, value: "b" }] } },
      "id",
    ],
  ])("is refused %s", async (_case, body, target) => {
    const { status, body: answer } = await new TestDirectory().admin.post("/v1.0/applications", body);
    expect([status, answer.error.code, answer.error.details[0].target]).toEqual([400, "Request_BadRequest", target]);
  });

  it("names every wrong value at once", async () => {
    const { body } = await new TestDirectory().admin.post("/v1.0/applications", {
      displayName: "",
      signInAudience: "x",
    });
    expect(body.error.details.map((detail: { target: string }) => detail.target)).toEqual([
      "displayName",
      "signInAudience",
    ]);
  });

  it("refuses fields it does not know, and passwords", async () => {
    const { admin } = new TestDirectory();
    const unknown = await admin.post("/v1.0/applications", { displayName: "a", favouriteColour: "blue" });
    expect([unknown.status, unknown.body.error.code]).toEqual([400, "Request_BadRequest"]);
    expect(unknown.body.error.message).toContain("favouriteColour");
    const password = await admin.post("/v1.0/applications", {
      displayName: "a",
      passwordCredentials: [{ displayName: "x" }],
    });
    expect(password.status).toBe(400);
  });

  it("keeps identifier URIs to the tenant's own and to one application", async () => {
    const { admin } = new TestDirectory();
    const foreign = await admin.post("/v1.0/applications", {
      displayName: "a",
      identifierUris: ["https://fabrikam.example/x"],
    });
    expect(foreign.body.error.details[0].code).toBe("HostNameNotOnVerifiedDomain");
    const own = { displayName: "a", identifierUris: ["https://reports.contoso.example/x"] };
    expect((await admin.post("/v1.0/applications", own)).status).toBe(201);
    const again = await admin.post("/v1.0/applications", own);
    expect([again.status, again.body.error.message]).toEqual([
      400,
      "Another object with the same value for property identifierUris already exists.",
    ]);
  });
});

describe("reading applications", () => {
  it("finds one by object id, by client id and by unique name", async () => {
    const { admin } = new TestDirectory();
    const { id, appId } = await createApplication(admin, { displayName: "a", uniqueName: "reports" });
    for (const path of [id, `(appId='${appId}')`, "(uniqueName='reports')"]) {
      const { status, body } = await admin.get(`/v1.0/applications${path.startsWith("(") ? path : `/${path}`}`);
      expect([status, body.id]).toEqual([200, id]);
    }
  });

  it("answers 404 in the directory's words for one that is not there", async () => {
    const directory = new TestDirectory();
    directory.world.clock.set(new Date("2026-03-01T10:00:00Z"));
    const { status, body, headers } = await directory.admin.get(`/v1.0/applications/${nowhere}`);
    expect(status).toBe(404);
    expect(body).toEqual({
      error: {
        code: "Request_ResourceNotFound",
        message: `Resource '${nowhere}' does not exist or one of its queried reference-property objects are not present.`,
        innerError: {
          date: expect.stringMatching(/^2026-03-01T10:00:0\d$/),
          "request-id": headers["request-id"],
          "client-request-id": headers["client-request-id"],
        },
      },
    });
  });

  it("shows oauth2RequirePostResponse under /beta only", async () => {
    const { admin } = new TestDirectory();
    const { id } = await createApplication(admin);
    const beta = await admin.get(`/beta/applications/${id}?$select=oauth2RequirePostResponse`);
    expect(beta.body).toEqual({
      "@odata.context": "https://localhost:4433/beta/$metadata#applications(oauth2RequirePostResponse)/$entity",
      oauth2RequirePostResponse: false,
    });
    await admin.patch(`/beta/applications/${id}`, { oauth2RequirePostResponse: true });
    expect(
      (await admin.get(`/beta/applications/${id}?$select=oauth2RequirePostResponse`)).body.oauth2RequirePostResponse,
    ).toBe(true);
    expect((await admin.get(`/v1.0/applications/${id}?$select=oauth2RequirePostResponse`)).status).toBe(400);
  });

  it("neither shows nor changes a new application before the read lag has passed", async () => {
    const directory = new TestDirectory({ readLagSeconds: 30 });
    const { id, appId } = await createApplication(directory.admin);
    expect((await directory.admin.get(`/v1.0/applications/${id}`)).status).toBe(404);
    expect((await directory.admin.patch(`/v1.0/applications/${id}`, { displayName: "b" })).status).toBe(404);
    const early = await directory.admin.post("/v1.0/servicePrincipals", { appId });
    expect([early.status, early.body.error.details[0].code]).toEqual([400, "NoBackingApplicationObject"]);
    directory.world.lag.readLagSeconds = 0;
    expect((await directory.admin.patch(`/v1.0/applications/${id}`, { displayName: "b" })).status).toBe(204);
    expect((await directory.admin.get(`/v1.0/applications/${id}`)).body.displayName).toBe("b");
  });
});

describe("changing an application", () => {
  it("merges complex values, replaces collections and lets null clear", async () => {
    const { admin } = new TestDirectory();
    const { id } = await createApplication(admin, {
      displayName: "a",
      notes: "kept",
      description: "gone",
      tags: ["x"],
      api: { requestedAccessTokenVersion: 2, oauth2PermissionScopes: [scope] },
      web: { redirectUris: ["https://a.contoso.example/"] },
    });
    const patch = {
      "@odata.type": "#microsoft.graph.application",
      Id: id,
      description: null,
      tags: null,
      api: { acceptMappedClaims: false, requestedAccessTokenVersion: 1 },
      web: { redirectUris: ["https://b.contoso.example/"] },
    };
    expect((await admin.patch(`/v1.0/applications/${id}`, patch)).status).toBe(204);
    const { body } = await admin.get(`/v1.0/applications/${id}`);
    expect(body).toMatchObject({
      displayName: "a",
      notes: "kept",
      description: null,
      tags: [],
      api: { acceptMappedClaims: false, requestedAccessTokenVersion: 1, oauth2PermissionScopes: [scope] },
      web: { redirectUris: ["https://b.contoso.example/"], implicitGrantSettings: { enableIdTokenIssuance: false } },
    });
  });

  it("wants an enabled scope or role disabled before it is removed or changed", async () => {
    const { admin } = new TestDirectory();
    const role = {
      id: "7d8dd2a4-1b30-4a39-8d09-57cdb4c1ab02",
      displayName: "r",
      description: "r",
      value: "r",
      isEnabled: true,
      allowedMemberTypes: ["User"],
    };
    const { id } = await createApplication(admin, {
      displayName: "a",
      api: { oauth2PermissionScopes: [scope] },
      appRoles: [role],
    });
    const path = `/v1.0/applications/${id}`;
    for (const patch of [
      { api: { oauth2PermissionScopes: [] } },
      { api: { oauth2PermissionScopes: [{ ...scope, value: "Other" }] } },
      { appRoles: [] },
    ]) {
      const { status, body } = await admin.patch(path, patch);
      expect([status, body.error.message]).toEqual([
        400,
        "Permission (scope or role) cannot be deleted or updated unless disabled first.",
      ]);
    }
    const disabled = {
      api: { oauth2PermissionScopes: [{ ...scope, isEnabled: false }] },
      appRoles: [{ ...role, isEnabled: false }],
    };
    expect((await admin.patch(path, disabled)).status).toBe(204);
    expect((await admin.patch(path, { api: { oauth2PermissionScopes: [] }, appRoles: [] })).status).toBe(204);
  });

  it("carries over to its service principal", async () => {
    const { admin } = new TestDirectory();
    const { id, principalId } = await createWithPrincipal(admin);
    await admin.patch(`/v1.0/applications/${id}`, {
      displayName: "renamed",
      web: { redirectUris: ["https://a.contoso.example/"] },
    });
    const { body } = await admin.get(`/v1.0/servicePrincipals/${principalId}`);
    expect(body).toMatchObject({
      displayName: "renamed",
      appDisplayName: "renamed",
      replyUrls: ["https://a.contoso.example/"],
    });
  });

  it("upserts by unique name only when asked to create", async () => {
    const { admin } = new TestDirectory();
    const path = "/v1.0/applications(uniqueName='reports')";
    expect((await admin.patch(path, { displayName: "a" })).status).toBe(404);
    const created = await admin.patch(path, { displayName: "a" }, { prefer: "create-if-missing" });
    expect([created.status, created.body.uniqueName]).toEqual([201, "reports"]);
    expect((await admin.patch(path, { displayName: "b" }, { prefer: "create-if-missing" })).status).toBe(204);
    expect((await admin.get(`/v1.0/applications/${created.body.id}`)).body.displayName).toBe("b");
    const twin = await admin.post("/v1.0/applications", { displayName: "c", uniqueName: "reports" });
    expect(twin.status).toBe(400);
  });

  it("keeps a key that a PATCH repeats without it, and never shows it", async () => {
    const directory = new TestDirectory();
    const key = { type: "AsymmetricX509Cert", usage: "Verify", key: "Y2VydA==", displayName: "one" };
    const { id } = await createApplication(directory.admin, { displayName: "a", keyCredentials: [key] });
    const path = `/v1.0/applications/${id}`;
    const [shown] = (await directory.admin.get(path)).body.keyCredentials;
    expect(shown.key).toBeNull();
    expect((await directory.admin.patch(path, { keyCredentials: [shown, { ...key, key: "c2Vjb25k" }] })).status).toBe(
      204,
    );
    expect(directory.tenant.applications.get(id)?.keyCredentials.map((credential) => credential["key"])).toEqual([
      "Y2VydA==",
      "c2Vjb25k",
    ]);
    expect((await directory.admin.patch(path, { keyCredentials: [{ usage: "Verify" }] })).status).toBe(400);
  });
});
