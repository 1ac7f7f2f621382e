import { createApplication, createWithPrincipal, directoryObject, TestDirectory } from "./directory";

let directory: TestDirectory;
beforeEach(() => {
  directory = new TestDirectory();
});
const eventual = { consistencylevel: "eventual" };

describe("$count", () => {
  it("answers the number of a collection as plain text", async () => {
    const { admin } = directory;
    const { id, principalId } = await createWithPrincipal(admin);
    await admin.post(`/v1.0/applications/${id}/owners/$ref`, { "@odata.id": directoryObject(directory.user) });
    const numbers: Record<string, string> = {
      "/applications": "3",
      "/servicePrincipals": "4",
      "/users": "1",
      [`/applications/${id}/owners`]: "1",
      [`/servicePrincipals/${principalId}/owners`]: "0",
      [`/users/${directory.user}/memberOf`]: "0",
      "/directory/deletedItems/microsoft.graph.application": "0",
      "/directory/deletedItems/graph.user": "0",
    };
    for (const [path, expected] of Object.entries(numbers)) {
      const { status, headers, body } = await admin.get(`/v1.0${path}/$count`, eventual);
      expect([path, status, headers["content-type"], String(body)]).toEqual([path, 200, "text/plain", expected]);
    }
  });

  it("counts what a filter keeps, and takes no option that would mean nothing", async () => {
    const { admin } = directory;
    await createApplication(admin, { displayName: "counted" });
    const filter = encodeURIComponent("displayName eq 'counted'");
    expect((await admin.get(`/v1.0/applications/$count?$filter=${filter}`, eventual)).body).toBe(1);
    expect((await admin.get("/v1.0/applications/$count?$top=1", eventual)).status).toBe(400);
  });

  it("needs the advanced query header, and the right to read", async () => {
    expect((await directory.admin.get("/v1.0/users/$count")).status).toBe(400);
    expect((await directory.application([]).get("/v1.0/users/$count", eventual)).status).toBe(403);
  });
});

describe("$expand", () => {
  it("answers owners with an application, a principal and a list of either", async () => {
    const { admin } = directory;
    const { id, principalId } = await createWithPrincipal(admin);
    for (const path of [`applications/${id}`, `servicePrincipals/${principalId}`]) {
      await admin.post(`/v1.0/${path}/owners/$ref`, { "@odata.id": directoryObject(directory.user) });
      const { body } = await admin.get(`/v1.0/${path}?$expand=owners($select=id)`);
      expect(body.owners).toEqual([{ "@odata.type": "#microsoft.graph.user", id: directory.user }]);
      expect(body["@odata.context"]).toMatch(/\(owners\(\)\)\/\$entity$/);
      const listed = await admin.get(`/v1.0/${path.split("/")[0]}?$expand=owners&$select=id`);
      const item = listed.body.value.find((each: { id: string }) => path.endsWith(each.id));
      expect(item.owners[0]).toMatchObject({ id: directory.user, userPrincipalName: "reports@contoso.example" });
    }
  });

  it("of anything else is refused with its name", async () => {
    for (const [expand, name] of [
      ["nothing", "nothing"],
      ["extensionProperties", "extensionProperties"],
      ["owners($filter=id eq 'x')", "$filter"],
      ["owners,appManagementPolicies", "owners,appManagementPolicies"],
      ["constructor", "constructor"],
    ] as const) {
      const { status, body } = await directory.admin.get(`/v1.0/applications?$expand=${encodeURIComponent(expand)}`);
      expect([status, body.error.message]).toEqual([400, expect.stringContaining(name)]);
    }
    expect((await directory.admin.get("/v1.0/users?$expand=manager")).status).toBe(400);
  });
});

it("a new object's address is in the Location of its answer, and leads to it", async () => {
  const { admin } = directory;
  const made = await admin.post("/v1.0/applications", { displayName: "located" });
  const principal = await admin.post("/v1.0/servicePrincipals", { appId: made.body.appId });
  const trust = { name: "gh", issuer: "https://i.example", subject: "s", audiences: ["api://AzureADTokenExchange"] };
  const credential = await admin.post(`/v1.0/applications/${made.body.id}/federatedIdentityCredentials`, trust);
  const grant = await admin.post("/v1.0/oauth2PermissionGrants", {
    clientId: principal.body.id,
    resourceId: directory.graphPrincipal,
    consentType: "AllPrincipals",
    scope: "User.Read",
  });
  for (const { status, headers, body } of [made, principal, credential, grant]) {
    expect(status).toBe(201);
    const { location = "" } = headers;
    expect(location).toMatch(/^https:\/\/localhost:4433\/v1\.0\//);
    expect((await admin.get(location)).body.id).toBe(body.id);
  }
});
