import { createApplication, TestDirectory } from "./directory";

const eventual = { consistencylevel: "eventual" };

async function names(
  directory: TestDirectory,
  query: string,
  headers: Record<string, string> = {},
): Promise<string[] | number> {
  const target = `/v1.0/applications?$select=displayName&${query.replace("$filter=", "$filter=").replaceAll(" ", "%20")}`;
  const { status, body } = await directory.admin.get(target, headers);
  return status === 200 ? body.value.map((item: { displayName: string }) => item.displayName) : status;
}

async function stage(): Promise<TestDirectory> {
  const directory = new TestDirectory();
  await createApplication(directory.admin, {
    displayName: "Alpha",
    tags: ["one", "two"],
    signInAudience: "AzureADMultipleOrgs",
  });
  await createApplication(directory.admin, { displayName: "Beta's", identifierUris: ["https://contoso.example/beta"] });
  await createApplication(directory.admin, { displayName: "alphabet" });
  return directory;
}

describe("a filter", () => {
  it.each([
    ["displayName eq 'alpha'", ["Alpha"]],
    ["displayName eq 'Beta''s'", ["Beta's"]],
    ["startswith(displayName,'alpha')", ["Alpha", "alphabet"]],
    ["startsWith(displayName, 'ALPHA') and signInAudience eq 'AzureADMyOrg'", ["alphabet"]],
    ["(displayName eq 'alphabet' or displayName eq 'Alpha') and not(displayName eq 'Alpha')", 400],
    ["identifierUris/any(x:x eq 'https://contoso.example/beta')", ["Beta's"]],
    ["tags/any(t: startsWith(t,'tw'))", ["Alpha"]],
    ["tags/any(t:t eq 'one' and t eq 'two')", []],
    ["displayName in ('Alpha','alphabet')", ["Alpha", "alphabet"]],
    ["displayName eq 'nobody'", []],
    ["uniqueName eq null and displayName eq 'Alpha'", ["Alpha"]],
    ["createdDateTime ge 2020-01-01T00:00:00Z and displayName eq 'Alpha'", ["Alpha"]],
    ["id eq '00000000-0000-0000-0000-000000000000'", []],
  ])("%s keeps %j", async (filter, expected) => {
    expect(await names(await stage(), `$filter=${encodeURIComponent(filter)}`)).toEqual(expected);
  });

  it.each([
    ["displayName ne 'Alpha'", ["seeded", "seeded", "Beta's", "alphabet"]],
    ["not startsWith(displayName,'alpha')", ["seeded", "seeded", "Beta's"]],
    ["endsWith(displayName,'bet')", ["alphabet"]],
  ])("%s needs the advanced query parameters", async (filter, expected) => {
    const directory = await stage();
    const query = `$filter=${encodeURIComponent(filter)}`;
    expect(await names(directory, query)).toBe(400);
    expect(await names(directory, query, eventual)).toBe(400);
    expect(await names(directory, `${query}&$count=true`)).toBe(400);
    expect(await names(directory, `${query}&$count=true`, eventual)).toEqual(expected);
    const refused = await directory.admin.get(`/v1.0/applications?${query}`);
    expect(refused.body.error.code).toBe("Request_UnsupportedQuery");
    expect(refused.body.error.message).toContain("ConsistencyLevel:eventual");
  });

  it.each([
    ["colour eq 'blue'", "BadRequest", "Could not find a property named 'colour'"],
    ["notes eq 'x'", "Request_UnsupportedQuery", "property 'notes' of resource 'Application'"],
    ["displayName gt 'x'", "Request_UnsupportedQuery", "operator 'gt'"],
    ["contains(displayName,'x')", "BadRequest", "Invalid filter clause"],
    ["displayName eq", "BadRequest", "Invalid filter clause"],
    ["displayName eq 'x' displayName", "BadRequest", "Invalid filter clause"],
    ["displayName eq 'x", "BadRequest", "Invalid filter clause"],
    ["displayName eq x;y", "BadRequest", "Invalid filter clause"],
    ["displayName eq Alpha", "BadRequest", "Invalid filter clause"],
    ["displayName in (Alpha)", "BadRequest", "Invalid filter clause"],
    ["displayName eq 5", "BadRequest", "Invalid filter clause"],
    ["startswith(displayName,null)", "BadRequest", "Invalid filter clause"],
    ["tags/any(t:displayName eq 'Alpha')", "BadRequest", "Invalid filter clause"],
    ["constructor(displayName,'x')", "BadRequest", "Could not find a property named 'constructor'"],
    ["displayName constructor 'x'", "Request_UnsupportedQuery", "operator 'constructor'"],
    ["displayName __proto__ 'x'", "Request_UnsupportedQuery", "operator '__proto__'"],
    ["displayName eq constructor", "BadRequest", "Invalid filter clause"],
    [
      "createdDateTime ge '2020'",
      "BadRequest",
      "'Edm.DateTimeOffset' and 'Edm.String' for operator kind 'GreaterThanOrEqual'",
    ],
    [
      "appId eq c0ffee00-0000-4000-8000-000000000001",
      "BadRequest",
      "'Edm.String' and 'Edm.Guid' for operator kind 'Equal'",
    ],
    ["appId in (c0ffee00-0000-4000-8000-000000000001)", "BadRequest", "'Edm.String' and 'Edm.Guid'"],
    ["displayName eq 2020-01-01T00:00:00Z", "BadRequest", "'Edm.String' and 'Edm.DateTimeOffset'"],
  ])("%s is refused", async (filter, code, message) => {
    const { status, body } = await (await stage()).admin.get(
      `/v1.0/applications?$filter=${encodeURIComponent(filter)}`,
    );
    expect([status, body.error.code]).toEqual([400, code]);
    expect(body.error.message).toContain(message);
  });
});

describe("a list", () => {
  it("comes in pages of a hundred, which a client follows to the end", async () => {
    const directory = new TestDirectory();
    for (let index = 0; index < 205; index++) await createApplication(directory.admin, { displayName: `a${index}` });
    const sizes: number[] = [];
    const seen = new Set<string>();
    let next: string | undefined = "/v1.0/applications?$filter=startswith(displayName,'a')&$select=displayName";
    while (next !== undefined) {
      const { body }: { body: { value: { displayName: string }[]; "@odata.nextLink"?: string } } =
        await directory.admin.get(next);
      sizes.push(body.value.length);
      for (const { displayName } of body.value) seen.add(displayName);
      next = body["@odata.nextLink"];
      if (next !== undefined) expect(next.startsWith("https://localhost:4433/v1.0/applications?")).toBe(true);
    }
    expect(sizes).toEqual([100, 100, 5]);
    expect(seen.size).toBe(205);
  });

  it("takes a page size from 1 to 999 and refuses others", async () => {
    const { admin } = await stage();
    expect((await admin.get("/v1.0/applications?$top=2")).body.value).toHaveLength(2);
    expect((await admin.get("/v1.0/applications?$top=999")).body).not.toHaveProperty(["@odata.nextLink"]);
    for (const top of ["0", "1000", "-1", "two"]) {
      const { body } = await admin.get(`/v1.0/applications?$top=${top}`);
      expect(body.error.code).toBe("Request_UnsupportedQuery");
    }
    expect((await admin.get("/v1.0/applications?$skiptoken=bm9uZQ")).status).toBe(400);
  });

  it("counts only for a caller that accepts eventual consistency, and says nothing otherwise", async () => {
    const { admin } = await stage();
    expect((await admin.get("/v1.0/applications?$count=true", eventual)).body["@odata.count"]).toBe(5);
    for (const headers of [{}, eventual]) {
      expect((await admin.get("/v1.0/applications?$count=yes", headers)).status).toBe(400);
    }
    expect((await admin.get("/v1.0/applications?$count=true")).body).not.toHaveProperty(["@odata.count"]);
    expect((await admin.get("/v1.0/applications?$count=perhaps", eventual)).status).toBe(400);
  });

  it("sorts and searches under the documented conditions", async () => {
    const directory = await stage();
    expect(await names(directory, "$orderby=displayName")).toBe(400);
    expect(await names(directory, "$orderby=displayName desc&$count=true", eventual)).toEqual([
      "seeded",
      "seeded",
      "Beta's",
      "alphabet",
      "Alpha",
    ]);
    expect(await names(directory, '$search="displayName:bet"')).toBe(400);
    expect(await names(directory, '$search="displayName:bet"', eventual)).toEqual(["Beta's", "alphabet"]);
    expect((await directory.admin.get("/v1.0/users?$orderby=displayName")).status).toBe(200);
    expect((await directory.admin.get("/v1.0/users?$orderby=city")).status).toBe(400);
  });

  it("answers just what is selected, and names the selection in its context", async () => {
    const { admin } = await stage();
    const { body } = await admin.get("/v1.0/applications?$select=displayname,appId&$top=1");
    expect(Object.keys(body.value[0])).toEqual(["displayName", "appId"]);
    expect(body["@odata.context"]).toBe("https://localhost:4433/v1.0/$metadata#applications(displayName,appId)");
    const refused = await admin.get("/v1.0/applications?$select=displayName,colour");
    expect(refused.body.error.message).toContain(
      "Could not find a property named 'colour' on type 'microsoft.graph.application'",
    );
  });

  it("refuses query options it does not know", async () => {
    const { admin } = await stage();
    for (const query of ["$expand=nothing", "$skip=1", "select=id", "api-version=1.6"]) {
      expect((await admin.get(`/v1.0/applications?${query}`)).status).toBe(400);
    }
  });

  it("refuses paths it does not know", async () => {
    const { admin } = await stage();
    for (const path of ["/v1.0/groups", "/v1.0/applications/x/logo", "/beta/users", "/v1.0/Applications"]) {
      expect((await admin.get(path)).status).toBe(501);
    }
  });
});
