import { builtInRoles, homeSubscription, homeTenant, partnerTenant } from "../../../../offline/emulator/constants";
import { AzureCalls, group, holdRealTime, vaultPath } from "../azure-calls";

const scope = `${vaultPath}/secrets/partner-insights-contoso-client-secret`;
const name = "aaaaaaaa-0000-4000-8000-000000000001";
const otherName = "aaaaaaaa-0000-4000-8000-000000000002";
const definition = (role: string) =>
  `/subscriptions/${homeSubscription.id}/providers/Microsoft.Authorization/roleDefinitions/${role}`;
const reader = {
  roleDefinitionId: definition(builtInRoles.keyVaultSecretsUser),
  principalId: homeTenant.reader.objectId,
  principalType: "ServicePrincipal",
};
const at = (where: string, id = name) => `${where}/providers/Microsoft.Authorization/roleAssignments/${id}`;

let azure: AzureCalls;
beforeEach(() => {
  azure = new AzureCalls();
});

const put = (changes: object = {}, path = at(scope)) =>
  azure.roles("deployer", "PUT", path, { properties: { ...reader, ...changes } });

describe("a role assignment", () => {
  it("on one secret is written, read back and takes effect on that secret alone", async () => {
    for (const secret of ["partner-insights-contoso-client-secret", "other"]) {
      await azure.vault("deployer", "PUT", `/secrets/${secret}`, { value: "text" });
    }
    const { status, body } = await put();
    expect(status).toBe(201);
    expect(body).toMatchObject({
      id: at(scope),
      name,
      type: "Microsoft.Authorization/roleAssignments",
      properties: { ...reader, scope, condition: null },
    });
    expect((await azure.roles("deployer", "GET", at(scope).toLowerCase())).body).toEqual(body);
    expect((await azure.vault("reader", "GET", "/secrets/partner-insights-contoso-client-secret")).status).toBe(200);
    expect((await azure.vault("reader", "GET", "/secrets/other")).status).toBe(403);
    expect((await azure.vault("reader", "GET", "/secrets")).status).toBe(403);
  });

  it("may be written again with the same content, and with another description", async () => {
    await put();
    expect((await put()).status).toBe(200);
    const described = await put({ description: "report-builder reads it" });
    expect([described.status, described.body.properties.description]).toEqual([200, "report-builder reads it"]);
    expect(azure.home.roleAssignments.all().filter((each) => each.name === name)).toHaveLength(1);
  });

  it("cannot become another one under its name, here or at another scope", async () => {
    await put();
    const changes: readonly [object, string][] = [
      [{ principalId: homeTenant.renewer.objectId }, at(scope)],
      [{ roleDefinitionId: definition(builtInRoles.keyVaultReader) }, at(scope)],
      [{}, at(vaultPath)],
    ];
    for (const [change, path] of changes) {
      const { status, body } = await put(change, path);
      expect([status, body.error]).toEqual([
        400,
        {
          code: "RoleAssignmentUpdateNotPermitted",
          message: "Tenant ID, application ID, principal ID, and scope are not allowed to be updated.",
        },
      ]);
    }
  });

  it("cannot be made twice under two names", async () => {
    await put();
    const { status, body } = await put({}, at(scope, otherName));
    expect([status, body.error.code]).toEqual([409, "RoleAssignmentExists"]);
    expect(body.error.message).toContain(`The ID of the existing role assignment is ${name.replaceAll("-", "")}.`);
  });

  it("needs a principal that exists, unless its type is given", async () => {
    const principalId = "bbbbbbbb-0000-4000-8000-000000000001";
    const { status, body } = await put({ principalId, principalType: undefined });
    expect([status, body.error.code]).toEqual([400, "PrincipalNotFound"]);
    expect(body.error.message).toContain(`does not exist in the directory ${homeTenant.id}`);
    expect((await put({ principalId })).status).toBe(201);
    const foreign = await put(
      { principalId: partnerTenant.deployer.objectId, principalType: undefined },
      at(scope, otherName),
    );
    expect(foreign.body.error.code).toBe("PrincipalNotFound");
  });

  it("finds the type of a principal that exists, and refuses a wrong one", async () => {
    const { body } = await put({ principalType: undefined });
    expect(body.properties.principalType).toBe("ServicePrincipal");
    const wrong = await put({ principalId: homeTenant.renewer.objectId, principalType: "User" }, at(scope, otherName));
    expect([wrong.status, wrong.body.error.code]).toEqual([400, "UnmatchedPrincipalType"]);
  });

  it("needs a role that exists, a name that is a GUID and a vault that is there", async () => {
    const role = await put({ roleDefinitionId: definition("99999999-9999-4999-8999-999999999999") });
    expect([role.status, role.body.error.code]).toEqual([400, "RoleDefinitionDoesNotExist"]);
    const guid = await put({}, at(scope, "not-a-guid"));
    expect([guid.status, guid.body.error.code]).toEqual([400, "InvalidRoleAssignmentId"]);
    const vault = await put({}, at(`${group}/providers/Microsoft.KeyVault/vaults/none`));
    expect([vault.status, vault.body.error.code]).toEqual([404, "ResourceNotFound"]);
  });

  it("needs the right to assign, which Key Vault Contributor is not", async () => {
    azure.strip("deployer");
    azure.assign("deployer", builtInRoles.keyVaultContributor, group);
    const { status, body } = await put();
    expect([status, body.error.code]).toEqual([403, "AuthorizationFailed"]);
    expect(body.error.message).toContain("'Microsoft.Authorization/roleAssignments/write'");
  });

  it("is not for a stranger to delete", async () => {
    await put();
    const { status, body } = await azure.roles("reader", "DELETE", at(scope));
    expect([status, body.error.code]).toEqual([403, "AuthorizationFailed"]);
    expect(body.error.message).toContain("'Microsoft.Authorization/roleAssignments/delete'");
  });

  it("of a principal just made needs its type until replicas show it", async () => {
    const pass = holdRealTime();
    azure.world.lag.readLagSeconds = 5;
    const principalId = "bbbbbbbb-0000-4000-8000-000000000002";
    const sample = azure.home.servicePrincipals.all().at(0)!;
    azure.home.servicePrincipals.put({ ...sample, id: principalId });
    const early = await put({ principalId, principalType: undefined });
    expect([early.status, early.body.error.code]).toEqual([400, "PrincipalNotFound"]);
    pass(5);
    expect((await put({ principalId, principalType: undefined })).status).toBe(201);
    jest.restoreAllMocks();
  });

  it("is deleted once, and ends what it allowed", async () => {
    await azure.vault("deployer", "PUT", "/secrets/partner-insights-contoso-client-secret", { value: "text" });
    await put();
    const deleted = await azure.roles("deployer", "DELETE", at(scope));
    expect([deleted.status, deleted.body.name]).toEqual([200, name]);
    expect((await azure.roles("deployer", "DELETE", at(scope))).status).toBe(204);
    const gone = await azure.roles("deployer", "GET", at(scope));
    expect([gone.status, gone.body.error.code]).toEqual([404, "RoleAssignmentNotFound"]);
    expect((await azure.vault("reader", "GET", "/secrets/partner-insights-contoso-client-secret")).status).toBe(403);
  });

  it("refuses a condition, which it would have to evaluate", async () => {
    const { status, body } = await put({ condition: "@Resource[x] StringEquals 'y'" });
    expect(status).toBe(400);
    expect(body.error.message).toContain("properties.condition");
  });
});

describe("the list of role assignments", () => {
  const list = async (where: string, filter?: string) => {
    const query = filter === undefined ? "" : `?$filter=${encodeURIComponent(filter)}`;
    const answer = await azure.roles(
      "deployer",
      "GET",
      `${where}/providers/Microsoft.Authorization/roleAssignments${query}`,
    );
    return answer.body.value?.map((each: { name: string }) => each.name) ?? answer.body.error;
  };

  it("holds what applies at, above and below a scope, or only at and above", async () => {
    await put();
    expect(await list(vaultPath)).toContain(name);
    expect(await list(vaultPath, "atScope()")).not.toContain(name);
    expect(await list(scope, "atScope()")).toContain(name);
    expect((await list(scope, "atScope()")).length).toBeGreaterThan(3);
  });

  it("can be of one principal", async () => {
    await put();
    const id = homeTenant.reader.objectId;
    expect(await list(vaultPath, `principalId eq '${id}'`)).toEqual([name]);
    expect(await list(scope, `atScope() and assignedTo('${id}')`)).toEqual([name]);
  });

  it("refuses a filter it does not know", async () => {
    expect((await list(vaultPath, "principalType eq 'User'")).code).toBe("BadRequest");
  });
});

describe("role definitions", () => {
  it("are found by name and by id, with what they allow", async () => {
    const filter = encodeURIComponent("roleName eq 'Key Vault Secrets User'");
    const path = `${vaultPath}/providers/Microsoft.Authorization/roleDefinitions`;
    const { body } = await azure.roles("deployer", "GET", `${path}?$filter=${filter}`);
    expect(body.value).toHaveLength(1);
    expect(body.value[0]).toMatchObject({
      id: definition(builtInRoles.keyVaultSecretsUser),
      properties: {
        type: "BuiltInRole",
        permissions: [
          {
            actions: [],
            dataActions: [
              "Microsoft.KeyVault/vaults/secrets/getSecret/action",
              "Microsoft.KeyVault/vaults/secrets/readMetadata/action",
            ],
          },
        ],
      },
    });
    const direct = await azure.roles(
      "reader",
      "GET",
      `/providers/Microsoft.Authorization/roleDefinitions/${builtInRoles.owner}`,
    );
    expect(direct.body.properties.roleName).toBe("Owner");
    expect((await azure.roles("reader", "GET", path)).status).toBe(403);
  });

  it("of the caller tell what it may do at a scope", async () => {
    const { body } = await azure.roles("rotator", "GET", `${scope}/providers/Microsoft.Authorization/permissions`);
    const dataActions = body.value.flatMap((each: { dataActions: string[] }) => each.dataActions);
    expect(dataActions).toContain("Microsoft.KeyVault/vaults/secrets/*");
    const none = await azure.roles("reader", "GET", `${scope}/providers/Microsoft.Authorization/permissions`);
    expect(none.body.value).toEqual([]);
  });
});
