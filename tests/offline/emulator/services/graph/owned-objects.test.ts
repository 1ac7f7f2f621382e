import { createApplication, createWithPrincipal, directoryObject, TestDirectory } from "./directory";

describe("what a service principal owns", () => {
  it("is listed with its type, applications and principals side by side, and nothing else", async () => {
    const directory = new TestDirectory();
    await createApplication(directory.admin, { displayName: "Nobody's" });
    const owners = { "owners@odata.bind": [directoryObject(directory.deployer)] };
    const owned = await createApplication(directory.admin, { displayName: "Owned", notes: "by us", ...owners });
    const { principalId } = await createWithPrincipal(directory.admin);
    await directory.admin.post(`/v1.0/servicePrincipals/${principalId}/owners/$ref`, {
      "@odata.id": directoryObject(directory.deployer),
    });
    const { status, body } = await directory.admin.get(`/v1.0/servicePrincipals/${directory.deployer}/ownedObjects`);
    expect([status, body["@odata.context"]]).toEqual([200, expect.stringMatching(/\$metadata#directoryObjects$/)]);
    expect(body.value).toMatchObject([
      { "@odata.type": "#microsoft.graph.application", id: owned.id, notes: "by us", passwordCredentials: [] },
      { "@odata.type": "#microsoft.graph.servicePrincipal", id: principalId },
    ]);
  });

  it("is nothing to be listed of a principal that is not there", async () => {
    const { status } = await new TestDirectory().admin.get(
      "/v1.0/servicePrincipals/99999999-9999-4999-8999-999999999999/ownedObjects",
    );
    expect(status).toBe(404);
  });
});
