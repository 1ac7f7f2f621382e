import { createApplication, TestDirectory } from "./directory";

const pipeline = {
  name: "apply",
  issuer: "https://token.actions.githubusercontent.com",
  subject: "repo:contoso/partner-access:environment:apply",
  audiences: ["api://AzureADTokenExchange"],
};

async function stage() {
  const directory = new TestDirectory();
  const { id, appId } = await createApplication(directory.admin);
  return { admin: directory.admin, path: `/v1.0/applications/${id}/federatedIdentityCredentials`, appId };
}

describe("federated identity credentials", () => {
  it("are created, read by id and by name, changed and deleted", async () => {
    const { admin, path, appId } = await stage();
    const { status, body } = await admin.post(path, pipeline);
    expect([status, body]).toEqual([
      201,
      { "@odata.context": expect.any(String), id: body.id, description: null, ...pipeline },
    ]);
    for (const name of [body.id, "apply"]) expect((await admin.get(`${path}/${name}`)).body.id).toBe(body.id);
    const byClientId = `/v1.0/applications(appId='${appId}')/federatedIdentityCredentials`;
    expect((await admin.get(byClientId)).body.value).toHaveLength(1);
    expect(
      (await admin.patch(`${path}/${body.id}`, { name: "apply", subject: "repo:contoso/other", description: "x" }))
        .status,
    ).toBe(204);
    expect((await admin.get(`${path}/apply`)).body).toMatchObject({
      issuer: pipeline.issuer,
      subject: "repo:contoso/other",
      description: "x",
    });
    expect((await admin.patch(`${path}/${body.id}`, { name: "other" })).status).toBe(400);
    expect((await admin.delete(`${path}/${body.id}`)).status).toBe(204);
    expect((await admin.get(`${path}/${body.id}`)).status).toBe(404);
  });

  it("are told apart by name, and by issuer and subject", async () => {
    const { admin, path } = await stage();
    await admin.post(path, pipeline);
    for (const twin of [
      { ...pipeline, subject: "x" },
      { ...pipeline, name: "twin" },
    ]) {
      const { status, body } = await admin.post(path, twin);
      expect([status, body.error.code]).toEqual([409, "Request_MultipleObjectsWithSameKeyValue"]);
    }
  });

  it.each([
    ["without an audience", { audiences: [] }],
    ["with two audiences", { audiences: ["a", "b"] }],
    ["with a name that no address can hold", { name: "apply now" }],
    ["with a name of 121 characters", { name: "x".repeat(121) }],
    ["with a subject of 601 characters", { subject: "x".repeat(601) }],
    ["with an unknown field", { colour: "blue" }],
  ])("are refused %s", async (_what, change) => {
    const { admin, path } = await stage();
    expect((await admin.post(path, { ...pipeline, ...change })).status).toBe(400);
  });

  it("are at most twenty of an application", async () => {
    const { admin, path } = await stage();
    const add = (index: number) => admin.post(path, { ...pipeline, name: `c${index}`, subject: `s${index}` });
    for (let index = 0; index < 20; index++) expect((await add(index)).status).toBe(201);
    expect((await add(20)).status).toBe(400);
  });
});

describe("a federated identity credential reached by its name as a key", () => {
  const prefer = { prefer: "create-if-missing" };
  const { name: _name, ...content } = pipeline;

  it("is created by a PATCH that asks for it, then changed by the same", async () => {
    const { admin, path } = await stage();
    const made = await admin.patch(`${path}(name='apply')`, content, prefer);
    expect([made.status, made.body]).toMatchObject([201, { ...pipeline, id: expect.any(String) }]);
    expect((await admin.get(made.headers["location"] ?? "")).body.name).toBe("apply");
    const changed = await admin.patch(`${path}(name='apply')`, { ...content, subject: "other" }, prefer);
    expect([changed.status, changed.body]).toEqual([204, undefined]);
    expect((await admin.get(`${path}(name='apply')`)).body).toMatchObject({ id: made.body.id, subject: "other" });
    expect((await admin.delete(`${path}(name='apply')`)).status).toBe(204);
    expect((await admin.get(`${path}(name='apply')`)).status).toBe(404);
  });

  it("is only updated without the preference, and not made from half of what it needs", async () => {
    const { admin, path } = await stage();
    expect((await admin.patch(`${path}(name='apply')`, content)).status).toBe(404);
    const half = await admin.patch(`${path}(name='apply')`, { subject: "x" }, prefer);
    expect([half.status, half.body.error.message]).toEqual([400, expect.stringContaining('"issuer"')]);
    expect((await admin.patch(`${path}(name='apply')`, { ...content, name: "other" }, prefer)).status).toBe(400);
    expect((await admin.get(path)).body.value).toEqual([]);
  });

  it("takes no id for a name, and is reached through every key of its application", async () => {
    const directory = new TestDirectory();
    const { id } = await createApplication(directory.admin, { displayName: "unique", uniqueName: "app-1" });
    const made = await directory.admin.post(`/v1.0/applications/${id}/federatedIdentityCredentials`, pipeline);
    const byUniqueName = "/v1.0/applications(uniqueName='app-1')/federatedIdentityCredentials";
    expect((await directory.admin.get(`${byUniqueName}(name='apply')`)).body.id).toBe(made.body.id);
    expect((await directory.admin.get(`${byUniqueName}(name='${made.body.id}')`)).status).toBe(404);
  });
});
