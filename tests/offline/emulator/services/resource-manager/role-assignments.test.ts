import {
  builtInRoles,
  homeSubscription,
  homeTenant,
  partnerTenant,
} from "../../../../../offline/emulator/seed/constants";
import { onlyTheseRoles } from "../../../../../offline/emulator/services/resource-manager/conditions";
import { AzureCalls, group, holdRealTime, vaultPath } from "../../azure-calls";

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
      properties: { ...reader, scope, condition: null, conditionVersion: null },
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
      [{ roleDefinitionId: definition(builtInRoles.keyVaultSecretsOfficer) }, at(scope)],
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
    const unknown = { ...reader, roleDefinitionId: definition("99999999-9999-4999-8999-999999999999") };
    // As an owner: a limited right to give roles does not reach one that nobody knows.
    const role = await azure.roles("administrator", "PUT", at(scope), { properties: unknown });
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
});

describe("a condition on the right to give roles", () => {
  const { keyVaultSecretsUser, keyVaultSecretsOfficer, keyVaultReader, rbacAdministrator } = builtInRoles;
  const condition = onlyTheseRoles([keyVaultSecretsUser]);
  const limited = { roleDefinitionId: definition(rbacAdministrator), condition, conditionVersion: "2.0" };
  const putAs = (who: "administrator" | "renewer", changes: object, path = at(scope)) =>
    azure.roles(who, "PUT", path, { properties: { ...reader, ...changes } });
  const refusal = (verb: "write" | "delete", where: string) =>
    expect.stringContaining(
      `does not have authorization or an ABAC condition not fulfilled to perform action 'Microsoft.Authorization/roleAssignments/${verb}' over scope '${where.toLowerCase()}'`,
    );

  it("is kept and answered as it was written, on one line or many", async () => {
    for (const [text, id] of [
      [condition, name],
      [condition.replaceAll("(", "(\n ").replaceAll(",", " ,\n"), otherName],
    ]) {
      const principalId = id === name ? homeTenant.reader.objectId : homeTenant.renewer.objectId;
      const made = await putAs("administrator", { ...limited, condition: text, principalId }, at(vaultPath, id));
      expect([made.status, made.body.properties]).toEqual([
        201,
        expect.objectContaining({ condition: text, conditionVersion: "2.0" }),
      ]);
      expect((await azure.roles("administrator", "GET", at(vaultPath, id))).body).toEqual(made.body);
    }
  });

  it("lets its holder give the roles it names, and no other", async () => {
    azure.assign("renewer", rbacAdministrator, vaultPath, condition);
    expect((await putAs("renewer", {})).status).toBe(201);
    const other = await putAs("renewer", { roleDefinitionId: definition(keyVaultReader) }, at(scope, otherName));
    expect([other.status, other.body.error]).toEqual([
      403,
      { code: "AuthorizationFailed", message: refusal("write", scope) },
    ]);
    // Whoever holds the role a second time without the condition is not limited by it.
    azure.assign("renewer", rbacAdministrator, scope);
    expect(
      (await putAs("renewer", { roleDefinitionId: definition(keyVaultReader) }, at(scope, otherName))).status,
    ).toBe(201);
  });

  it("lets its holder take the roles it names, and no other, and look at all", async () => {
    azure.assign("renewer", rbacAdministrator, vaultPath, condition);
    await putAs("administrator", { roleDefinitionId: definition(keyVaultReader) });
    expect((await azure.roles("renewer", "GET", at(scope))).status).toBe(200);
    const kept = await azure.roles("renewer", "DELETE", at(scope));
    expect([kept.status, kept.body.error.message]).toEqual([403, refusal("delete", scope)]);
    await putAs("administrator", {}, at(scope, otherName));
    expect((await azure.roles("renewer", "DELETE", at(scope, otherName))).status).toBe(200);
    expect((await azure.roles("renewer", "DELETE", at(scope, otherName))).status).toBe(204);
  });

  it("limits giving and taking each by a list of its own", async () => {
    const [given = "", taken = ""] = onlyTheseRoles([keyVaultSecretsUser]).split(" AND ");
    azure.assign(
      "renewer",
      rbacAdministrator,
      vaultPath,
      `${given} AND ${taken.replace(keyVaultSecretsUser, keyVaultReader)}`,
    );
    expect((await putAs("renewer", {})).status).toBe(201);
    expect((await azure.roles("renewer", "DELETE", at(scope))).status).toBe(403);
  });

  it("leaves no right to change how the vault decides who may enter", async () => {
    const change = { properties: { enableRbacAuthorization: false } };
    const { status, body } = await azure.arm("deployer", "PATCH", vaultPath, change);
    expect([status, body.error.code]).toEqual([403, "InsufficientPermissions"]);
  });

  it("is what the seeded deployer has, which may give the two roles that its vault modes need", async () => {
    for (const [role, expected] of [
      [keyVaultSecretsUser, 201],
      [keyVaultSecretsOfficer, 201],
      [keyVaultReader, 403],
      [rbacAdministrator, 403],
    ] as const) {
      const { status } = await put({ roleDefinitionId: definition(role) }, at(scope, crypto.randomUUID()));
      expect([role, status]).toEqual([role, expected]);
    }
  });

  it.each([
    ["another condition", "@Resource[x] StringEquals 'y'", "2.0"],
    ["another condition around this one", `${condition} OR true`, "2.0"],
    ["a list that holds no GUID", condition.replaceAll(keyVaultSecretsUser, "reader"), "2.0"],
    ["another version of the language", condition, "1.0"],
    ["no version", condition, undefined],
    ["a version without a condition", undefined, "2.0"],
  ])("is refused by name where it cannot be evaluated: %s", async (_name, text, conditionVersion) => {
    const { status, body } = await putAs("administrator", { ...limited, condition: text, conditionVersion });
    expect([status, body.error.code]).toEqual([400, "InvalidRoleAssignmentCondition"]);
    expect(body.error.message).toContain(JSON.stringify(text ?? null));
    expect((await azure.roles("administrator", "GET", at(scope))).status).toBe(404);
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
    for (const filter of ["principalId eq 'x'", "atScope() and assignedTo('x')"]) {
      expect(await list(vaultPath, filter)).toMatchObject({ code: "InvalidPrincipalId" });
    }
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
