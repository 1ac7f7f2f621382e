import { createApplication, TestDirectory } from "./directory";

const directory = new TestDirectory();
const { admin } = directory;
const id = "00000000-0000-4000-8000-00000000abcd";

describe("what cannot be a key in Graph is an unknown call that names the request, never an object that does not exist", () => {
  it.each([
    "/applications/delta",
    "/applications/delta()",
    "/applications/$value",
    "/applications/graph.application",
    "/applications/(name='x')",
    "/applications(name='x')",
    "/applications(displayName='x')",
    `/applications/${id}/federatedIdentityCredentials/$count`,
    `/applications/${id}/federatedIdentityCredentials/(name='x')`,
    `/applications/${id}/federatedIdentityCredentials(subject='x')`,
    `/applications/${id}/owners/$ref`,
    `/applications/${id}/owners/graph.user`,
    `/applications/${id}/owners/microsoft.graph.servicePrincipal`,
    "/servicePrincipals/delta",
    "/servicePrincipals/delta(token='x')",
    "/servicePrincipals/microsoft.graph.servicePrincipal",
    "/servicePrincipals(servicePrincipalNames='x')",
    `/servicePrincipals/${id}/appRoleAssignments/$count`,
    `/servicePrincipals/${id}/appRoleAssignedTo/delta`,
    "/users/delta",
    "/users/delta()",
    "/users/graph.user",
    "/users/$value",
    "/users(mail='x')",
    `/users/${id}/appRoleAssignments/$count`,
    `/users/${id}/memberOf/graph.directoryRole`,
    "/me/memberOf/graph.directoryRole",
    "/oauth2PermissionGrants/delta",
    "/oauth2PermissionGrants/$count",
    "/directory/deletedItems/$count",
    "/directory/deletedItems/delta",
    "/directory/deletedItems/graph.group",
    "/directory/deletedItems/microsoft.graph.device",
    "/directoryObjects/delta",
    "/directoryObjects/$count",
    "/directoryObjects/microsoft.graph.user",
    "/organization/delta",
    "/organization/$count",
    "/domains/$count",
    "/domains/graph.domain",
    "/policies/appManagementPolicies/$count",
    "/policies/appManagementPolicies/delta",
  ])("GET %s", async (path) => {
    const { status, body } = await admin.get(`/v1.0${path}`);
    expect([status, body.error.code]).toEqual([501, "NotImplemented"]);
    expect(decodeURIComponent(body.error.message)).toBe(`GET /v1.0${path}: the emulated graph has no such call`);
  });

  it("and an object id or a user's name that does not exist is not found", async () => {
    for (const path of [`applications/${id}`, `servicePrincipals/${id}`, `users/${id}`, "users/who@contoso.example"]) {
      expect((await admin.get(`/v1.0/${path}`)).body.error.code).toBe("Request_ResourceNotFound");
    }
  });
});

describe("the spellings of a Graph path", () => {
  it("that mean the same object are answered alike", async () => {
    const { id: objectId } = await createApplication(admin);
    const spellings = [
      `/v1.0/applications/${objectId}`,
      `/v1.0//applications/${objectId}`,
      `/v1.0///applications//${objectId}/`,
      `/v1.0/myorganization/applications/${objectId}`,
      `/v1.0/applications('${objectId}')`,
      `/v1.0/applications(id='${objectId}')`,
      `/v1.0/applications%28%27${objectId}%27%29`,
      `/v1.0/myorganization//applications('${objectId}')`,
    ];
    for (const path of spellings) expect([path, (await admin.get(path)).body.id]).toEqual([path, objectId]);
    expect((await admin.get("/v1.0/users('reports@contoso.example')")).body.id).toBe(directory.user);
    expect((await admin.get(`/v1.0/applications('${objectId}')/owners`)).status).toBe(200);
  });

  it("that name another key are not taken for one of them", async () => {
    expect((await admin.get("/v1.0/applications(uniqueName='none')")).status).toBe(404);
    expect((await admin.get(`/v1.0/applications(objectId='${directory.user}')`)).status).toBe(501);
    expect((await admin.get("/v1.0/yourorganization/applications")).status).toBe(501);
  });
});

describe("a preference or condition that a call does not know", () => {
  it.each([
    [{ prefer: "return=minimal" }, 'unknown preference "return=minimal"'],
    [{ prefer: "create-if-missing" }, 'unknown preference "create-if-missing"'],
    [{ prefer: "respond-async, wait=5" }, 'unknown preference "respond-async"; unknown preference "wait=5"'],
    [
      { accept: "application/json;odata.metadata=full" },
      'unknown form of answer "application/json;odata.metadata=full"',
    ],
    [{ "if-match": '"etag"' }, 'unknown header "if-match"'],
    [{ "if-none-match": "*" }, 'unknown header "if-none-match"'],
    [{ "x-http-method-override": "DELETE" }, 'unknown header "x-http-method-override"'],
  ])("is named: %j", async (headers, problem) => {
    const { status, body } = await admin.get("/v1.0/applications", headers as Record<string, string>);
    expect([status, body.error.message]).toEqual([400, `${problem}; this call knows the preferences none`]);
  });
});

it("a search that is more than one phrase is refused, not taken for a phrase", async () => {
  const headers = { ConsistencyLevel: "eventual" };
  const search = encodeURIComponent('"displayName:a" OR "displayName:b"');
  expect(
    (await admin.get(`/v1.0/applications?$search=${search}`, { consistencylevel: "eventual", ...headers })).status,
  ).toBe(400);
});
