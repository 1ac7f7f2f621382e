import { createWithPrincipal, TestDirectory } from "./directory";

async function stage() {
  const directory = new TestDirectory();
  const { id, appId, principalId } = await createWithPrincipal(directory.admin);
  await directory.admin.post("/v1.0/oauth2PermissionGrants", {
    clientId: principalId,
    consentType: "AllPrincipals",
    resourceId: directory.graphPrincipal,
    scope: "openid",
  });
  await directory.admin.post(`/v1.0/servicePrincipals/${principalId}/appRoleAssignedTo`, {
    appRoleId: "00000000-0000-0000-0000-000000000000",
    principalId: directory.user,
    resourceId: principalId,
  });
  return { directory, id, appId, principalId };
}

const bin = "/v1.0/directory/deletedItems";

describe("deleting an application", () => {
  it("takes its service principal, grants and assignments along, and keeps both objects for a restore", async () => {
    const { directory, id, principalId } = await stage();
    const { admin, tenant } = directory;
    const [grants, assignments] = [tenant.grants.all(), tenant.assignments.all()];
    expect((await admin.delete(`/v1.0/applications/${id}`)).status).toBe(204);
    expect((await admin.get(`/v1.0/applications/${id}`)).status).toBe(404);
    expect((await admin.get(`/v1.0/servicePrincipals/${principalId}`)).status).toBe(404);
    expect([tenant.grants.all(), tenant.assignments.all()]).toEqual([[], []]);
    const deleted = await admin.get(`${bin}/microsoft.graph.application`);
    expect(deleted.body.value).toMatchObject([{ id, deletedDateTime: expect.any(String) }]);
    expect((await admin.get(`${bin}/microsoft.graph.servicePrincipal`)).body.value).toMatchObject([
      { id: principalId },
    ]);

    const restored = await admin.post(`${bin}/${id}/restore`);
    expect([restored.status, restored.body["@odata.type"]]).toEqual([200, "#microsoft.graph.application"]);
    expect((await admin.get(`/v1.0/servicePrincipals/${principalId}`)).status).toBe(200);
    expect([tenant.grants.all(), tenant.assignments.all()]).toEqual([grants, assignments]);
    expect(tenant.deleted.all()).toEqual([]);
  });

  it("leaves the soft-deleted principal when the application is purged", async () => {
    const { directory, id, principalId } = await stage();
    await directory.admin.delete(`/v1.0/applications/${id}`);
    expect((await directory.admin.delete(`${bin}/${id}`)).status).toBe(204);
    expect((await directory.admin.get(`${bin}/${id}`)).status).toBe(404);
    expect((await directory.admin.get(`${bin}/${principalId}`)).body.id).toBe(principalId);
  });

  it("is final after thirty days", async () => {
    const { directory, id } = await stage();
    await directory.admin.delete(`/v1.0/applications/${id}`);
    const { clock } = directory.world;
    clock.set(new Date(clock.now().getTime() + 29 * 86_400_000));
    expect((await directory.admin.get(`${bin}/${id}`)).status).toBe(200);
    clock.set(new Date(clock.now().getTime() + 86_400_000));
    expect((await directory.admin.get(`${bin}/${id}`)).status).toBe(404);
    expect((await directory.admin.get(`${bin}/microsoft.graph.application`)).body.value).toEqual([]);
    expect((await directory.admin.post(`${bin}/${id}/restore`)).status).toBe(404);
  });
});

describe("deleting a service principal", () => {
  it("leaves the application, and cannot be undone once another took its place", async () => {
    const { directory, id, appId, principalId } = await stage();
    const { admin } = directory;
    expect((await admin.delete(`/v1.0/servicePrincipals/${principalId}`)).status).toBe(204);
    expect((await admin.get(`/v1.0/applications/${id}`)).status).toBe(200);
    expect((await admin.post("/v1.0/servicePrincipals", { appId })).status).toBe(201);
    const { status, body } = await admin.post(`${bin}/${principalId}/restore`);
    expect([status, body.error.code]).toEqual([409, "Request_MultipleObjectsWithSameKeyValue"]);
  });
});
