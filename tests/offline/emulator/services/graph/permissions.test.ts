import { type Operation, requirements } from "../../../../../offline/emulator/services/graph/required-permissions";
import {
  type Answer,
  type Client,
  createApplication,
  createWithPrincipal,
  directoryObject,
  TestDirectory,
} from "./directory";

const owned = "Application.ReadWrite.OwnedBy";

/** For each operation one call that needs it; the object is owned by the deployer. */
interface Scene {
  readonly directory: TestDirectory;
  readonly id: string;
  readonly principalId: string;
  readonly grantId: string;
}

async function scene(): Promise<Scene> {
  const directory = new TestDirectory();
  const { id, principalId } = await createWithPrincipal(directory.application([owned, "Application.ReadWrite.All"]));
  for (const collection of ["applications", "servicePrincipals"]) {
    await directory.admin.post(`/v1.0/${collection}/${collection === "applications" ? id : principalId}/owners/$ref`, {
      "@odata.id": directoryObject(directory.deployer),
    });
  }
  const grant = await directory.admin.post("/v1.0/oauth2PermissionGrants", {
    clientId: principalId,
    consentType: "AllPrincipals",
    resourceId: directory.graphPrincipal,
    scope: "openid",
  });
  return { directory, id, principalId, grantId: grant.body.id };
}

const calls: Partial<Record<Operation, (client: Client, scene: Scene) => Promise<Answer>>> = {
  readApplications: (client, { id }) => client.get(`/v1.0/applications/${id}`),
  writeApplications: (client, { id }) => client.post(`/v1.0/applications/${id}/addPassword`, {}),
  createApplications: (client) => client.post("/v1.0/applications", { displayName: "a" }),
  addOwners: (client, { id, directory }) =>
    client.post(`/v1.0/applications/${id}/owners/$ref`, { "@odata.id": directoryObject(directory.user) }),
  readGrants: (client, { grantId }) => client.get(`/v1.0/oauth2PermissionGrants/${grantId}`),
  writeGrants: (client, { grantId }) =>
    client.patch(`/v1.0/oauth2PermissionGrants/${grantId}`, { scope: "openid profile" }),
  readAssignments: (client, { principalId }) => client.get(`/v1.0/servicePrincipals/${principalId}/appRoleAssignedTo`),
  assign: (client, { principalId, directory }) =>
    client.post(`/v1.0/servicePrincipals/${principalId}/appRoleAssignedTo`, {
      appRoleId: "00000000-0000-0000-0000-000000000000",
      principalId: directory.user,
      resourceId: principalId,
    }),
  readUserAssignments: (client, { directory }) => client.get(`/v1.0/users/${directory.user}/appRoleAssignments`),
  readUsers: (client, { directory }) => client.get(`/v1.0/users/${directory.user}/manager`),
  readMemberships: (client, { directory }) => client.get(`/v1.0/users/${directory.user}/memberOf`),
  readDirectory: (client, { directory }) => client.get(`/v1.0/directoryObjects/${directory.user}`),
  readOrganization: (client) => client.get("/v1.0/organization"),
  readDomains: (client) => client.get("/v1.0/domains"),
  readPolicies: (client) => client.get("/v1.0/policies/defaultAppManagementPolicy"),
  writePolicies: (client) => client.patch("/v1.0/policies/defaultAppManagementPolicy", { isEnabled: true }),
};

describe.each(Object.entries(calls))("an application that calls for %s", (operation, call) => {
  const lines = requirements[operation as Operation].application;

  it.each(lines.map((line) => [line]))("is allowed with %s alone", async (line) => {
    const stage = await scene();
    const answer = await call(stage.directory.application(line.split(" and ")), stage);
    expect(answer.status).not.toBe(403);
  });

  it("is refused with every other permission", async () => {
    const stage = await scene();
    const others = ["Reports.Read.All", "Group.ReadWrite.All", "RoleManagement.ReadWrite.Directory"];
    const { status, body } = await call(stage.directory.application(others), stage);
    expect([status, body.error.code, body.error.message]).toEqual([
      403,
      "Authorization_RequestDenied",
      "Insufficient privileges to complete the operation.",
    ]);
  });

  it("is refused with one half of a pair", async () => {
    for (const line of lines.filter((entry) => entry.includes(" and "))) {
      for (const half of line.split(" and ")) {
        if (lines.some((other) => other === half)) continue;
        const stage = await scene();
        expect((await call(stage.directory.application([half]), stage)).status).toBe(403);
      }
    }
  });
});

describe("the permission for owned objects", () => {
  it("lets an owner write, and nobody else", async () => {
    const { directory, id, principalId } = await scene();
    const owner = directory.application([owned]);
    const stranger = directory.application([owned], "c0ffee00-0000-4000-8000-000000000003");
    for (const path of [`/v1.0/applications/${id}`, `/v1.0/servicePrincipals/${principalId}`]) {
      expect((await stranger.patch(path, { description: "x" })).status).toBe(403);
      expect((await owner.patch(path, { description: "x" })).status).toBe(204);
      expect((await stranger.get(path)).status).toBe(200);
      expect((await stranger.delete(path)).status).toBe(403);
    }
    expect((await stranger.post(`/v1.0/applications/${id}/addPassword`, {})).status).toBe(403);
  });

  it("does not instantiate another tenant's application", async () => {
    const partnerCenter = "fa3d9a0c-3fb0-42cc-9193-47c7ecd2edbd";
    const directory = new TestDirectory();
    const refused = await directory.application([owned]).post("/v1.0/servicePrincipals", { appId: partnerCenter });
    expect([refused.status, refused.body.error.message]).toEqual([
      403,
      "When using this permission, the backing application of the service principal being created must in the local tenant",
    ]);
    const allowed = await directory
      .application(["Application.ReadWrite.All"])
      .post("/v1.0/servicePrincipals", { appId: partnerCenter });
    expect([allowed.status, allowed.body.displayName]).toEqual([201, "Microsoft Partner Center"]);
  });

  it("needs to own the application whose service principal it creates", async () => {
    const directory = new TestDirectory();
    const { appId } = await createApplication(directory.admin);
    expect((await directory.application([owned]).post("/v1.0/servicePrincipals", { appId })).status).toBe(403);
  });

  it("is lost with the ownership", async () => {
    const { directory, id } = await scene();
    const owner = directory.application([owned]);
    expect((await owner.delete(`/v1.0/applications/${id}/owners/${directory.deployer}/$ref`)).status).toBe(204);
    expect((await owner.patch(`/v1.0/applications/${id}`, { description: "x" })).status).toBe(403);
  });
});

describe("a signed-in user's token", () => {
  it("does no more than its user may, whatever the permission", async () => {
    const { directory, id } = await scene();
    const user = directory.delegated(["Application.ReadWrite.All"]);
    expect((await user.patch(`/v1.0/applications/${id}`, { description: "x" })).status).toBe(403);
    const mine = await createApplication(user);
    expect((await user.patch(`/v1.0/applications/${mine.id}`, { description: "x" })).status).toBe(204);
    const person = directory.tenant.users.get(directory.user)!;
    directory.tenant.users.put({ ...person, roles: ["Cloud Application Administrator"] });
    expect((await user.patch(`/v1.0/applications/${id}`, { description: "x" })).status).toBe(204);
  });

  it("reads its own user with User.Read, and nobody else's", async () => {
    const directory = new TestDirectory();
    const user = directory.delegated(["User.Read"]);
    expect((await user.get("/v1.0/me")).body.userPrincipalName).toBe("reports@contoso.example");
    expect((await user.get(`/v1.0/users/${directory.user}`)).status).toBe(200);
    expect((await user.get("/v1.0/users")).status).toBe(403);
    expect((await directory.delegated(["openid"]).get("/v1.0/me")).status).toBe(403);
    expect((await directory.application(["User.Read.All"]).get("/v1.0/me")).body.error.message).toContain("delegated");
  });
});
