import { builtInRoles, homeSubscription, homeTenant } from "../../../../offline/emulator/constants";
import { armResource } from "../../../../offline/providers/azure-native/arm-resource";
import type { AzureNativeContext } from "../../../../offline/providers/azure-native/context";
import { roleAssignment } from "../../../../offline/providers/azure-native/role-assignment";
import { secret, secretDescription } from "../../../../offline/providers/azure-native/secret";
import { vault } from "../../../../offline/providers/azure-native/vault";
import { isUnknown, type Properties, unknown } from "../../../../offline/providers/plugin/value";
import { azureNativeFunctions } from "../../../../offline/providers/registries";
import { startTestEmulator, type TestEmulator } from "../../../support/emulator";
import { azureNativeAs, make, refusals } from "../support/contexts";
import type { SentCall } from "../support/emulator-fetch";

// A busy machine decides nothing: what hangs is found all the same.
jest.setTimeout(120_000);

const { resourceGroup, vault: vaultName, id: subscription } = homeSubscription;
const at = { resourceGroupName: resourceGroup, vaultName };
const inputs = {
  ...at,
  secretName: "client-secret",
  properties: { value: "hidden-text", contentType: "text/plain", attributes: { expires: 1_900_000_000 } },
  tags: { record: "one" },
};
const vaultPath = `/subscriptions/${subscription}/resourceGroups/${resourceGroup}/providers/Microsoft.KeyVault/vaults`;
const dataPath = `https://${vaultName}.vault.emulator.test`;
const secretId = `${vaultPath}/${vaultName}/secrets/client-secret`;

let emulator: TestEmulator;
let context: AzureNativeContext;
const calls: SentCall[] = [];
beforeAll(async () => {
  emulator = await startTestEmulator();
});
afterAll(() => emulator.stop());
beforeEach(async () => {
  emulator.reset();
  emulator.forgetTokens();
  context = await azureNativeAs("home-deployer", emulator, calls);
  calls.length = 0;
});
const summary = () =>
  calls
    .filter(({ path }) => !path.endsWith("/token"))
    .map(
      ({ method, path, query }) =>
        `${method} ${path.replace(vaultPath, "…")}${"api-version" in query ? ` ${query["api-version"]}` : ""}`,
    );
const call = (name: string, args: Properties) => {
  const found = azureNativeFunctions.get(`azure-native:${name}`);
  if (found === undefined) throw new Error(`no ${name}`);
  return found.call(args, context);
};

describe("a vault's secret", () => {
  it("is made after a look that finds nothing, with the value in the body only", async () => {
    const made = await make(secret, inputs, context);
    expect(made.id).toBe(secretId);
    expect(summary()).toEqual([
      `GET …/${vaultName}/secrets/client-secret 2024-11-01`,
      `PUT …/${vaultName}/secrets/client-secret 2024-11-01`,
    ]);
    expect(calls.at(-1)?.body).toEqual({
      properties: { value: "hidden-text", contentType: "text/plain", attributes: { exp: 1_900_000_000 } },
      tags: { record: "one" },
    });
    expect(made.outputs).toMatchObject({
      azureApiVersion: "2024-11-01",
      name: "client-secret",
      properties: { contentType: "text/plain", attributes: { enabled: true, expires: 1_900_000_000 } },
      tags: { record: "one" },
    });
    expect(JSON.stringify(made.outputs)).not.toContain("hidden-text");
  });

  it("is never made over one that exists", async () => {
    await make(secret, inputs, context);
    await expect(make(secret, inputs, context)).rejects.toThrow("cannot create already existing resource");
  });

  it("is updated with a new version and read again", async () => {
    const made = await make(secret, inputs, context);
    const news = { ...made.inputs, tags: { record: "two" } };
    const diff = secret.diff(made, news);
    expect(diff).toEqual({
      differences: [{ path: "tags.record", kind: "update", replaces: false }],
      deleteBeforeReplace: false,
      comparesInputs: true,
    });
    calls.length = 0;
    const outputs = await secret.update(made.id, made, news, context);
    expect(summary()).toEqual([
      `PUT …/${vaultName}/secrets/client-secret 2024-11-01`,
      `GET …/${vaultName}/secrets/client-secret 2024-11-01`,
    ]);
    expect(outputs["tags"]).toEqual({ record: "two" });
    const versions = [made.outputs, outputs].map(
      (state) => (state["properties"] as Properties)["secretUriWithVersion"],
    );
    expect(versions[0]).not.toBe(versions[1]);
  });

  it.each(["resourceGroupName", "secretName", "vaultName"])(
    "is replaced by another %s, the old one going first",
    async (name) => {
      const made = await make(secret, inputs, context);
      const diff = secret.diff(made, { ...made.inputs, [name]: "another" });
      expect(diff).toMatchObject({
        differences: [{ path: name, kind: "update", replaces: true }],
        deleteBeforeReplace: true,
      });
    },
  );

  it("has unknown addresses in previews, and the value it was given", async () => {
    const planned = await secret.planCreate({ ...inputs, properties: { value: unknown } }, context);
    const properties = planned["properties"] as Properties;
    expect([properties["value"], properties["secretUri"], planned["name"]].every(isUnknown)).toBe(true);
    expect(planned["tags"]).toEqual({ record: "one" });
    const made = await make(secret, inputs, context);
    const updated = secret.planUpdate(made, made.inputs);
    expect(updated["name"]).toBe("client-secret");
    expect(isUnknown((updated["properties"] as Properties)["secretUriWithVersion"])).toBe(true);
  });

  it("shows on a refresh what changed outside, and nothing when nothing did", async () => {
    const made = await make(secret, inputs, context);
    expect(await secret.read(made.id, made, context)).toEqual({
      id: made.id,
      inputs: made.inputs,
      outputs: made.outputs,
    });
    const body = { properties: {}, tags: { record: "foreign" } };
    await emulator.call("PATCH", `${secretId}?api-version=2024-11-01`, { as: "home-administrator", body });
    const found = await secret.read(made.id, made, context);
    expect(found?.inputs).toEqual({ ...made.inputs, tags: { record: "foreign" } });
  });

  it("loses sight of a value that only changed outside, as the real plugin does: the service never tells it", async () => {
    const made = await make(secret, inputs, context);
    const attributes = { exp: 1_900_000_000, enabled: true };
    const body = { value: "other", contentType: "text/plain", attributes, tags: { record: "one" } };
    const put = await emulator.call("PUT", `${dataPath}/secrets/client-secret?api-version=7.6`, {
      as: "home-administrator",
      body,
    });
    expect(put.status).toBe(200);
    const found = await secret.read(made.id, made, context);
    expect(found?.inputs).toEqual(made.inputs);
    expect(found?.outputs).not.toEqual(made.outputs);
  });

  it("is deleted through the vault itself, after the vault's challenge; one that is gone is fine", async () => {
    const made = await make(secret, inputs, context);
    calls.length = 0;
    await secret.delete(made.id, made, context);
    expect(summary()).toEqual(["DELETE /secrets/client-secret 7.6", "DELETE /secrets/client-secret 7.6"]);
    expect(calls[0]?.headers).not.toHaveProperty("authorization");
    expect(calls.at(-1)?.headers).toHaveProperty("authorization");
    await secret.delete(made.id, made, context);
  });

  it("is deleted beside others, each answering the vault's challenge", async () => {
    const names = ["one", "two", "three"];
    const made = await Promise.all(names.map((secretName) => make(secret, { ...inputs, secretName }, context)));
    await Promise.all(made.map((one) => secret.delete(one.id, one, context)));
    const left = await emulator.call("GET", `${dataPath}/secrets?api-version=7.6`, { as: "home-administrator" });
    expect(left.body.value).toEqual([]);
  });

  it("comes back when a soft-deleted one has the name", async () => {
    const made = await make(secret, inputs, context);
    await secret.delete(made.id, made, context);
    calls.length = 0;
    const again = await make(secret, { ...inputs, tags: { record: "again" } }, context);
    expect(again.outputs["tags"]).toEqual({ record: "again" });
    expect(summary()).toEqual([
      `GET …/${vaultName}/secrets/client-secret 2024-11-01`,
      `PUT …/${vaultName}/secrets/client-secret 2024-11-01`,
      "GET /deletedsecrets/client-secret 7.6",
      "POST /deletedsecrets/client-secret/recover 7.6",
      `PUT …/${vaultName}/secrets/client-secret 2024-11-01`,
    ]);
  });

  it("gives up on a conflict that no soft-deleted secret explains", async () => {
    await emulator.control("POST", "faults", [
      {
        service: "arm",
        method: "PUT",
        when: "before",
        action: "status",
        status: 409,
        body: { error: { code: "Conflict", message: "locked" } },
      },
    ]);
    await expect(make(secret, inputs, context)).rejects.toThrow('Status=409 Code="Conflict" Message="locked"');
    expect(summary().filter((made) => made.startsWith("PUT"))).toHaveLength(6);
  });

  it("is imported by its ID without a value", async () => {
    const made = await make(secret, inputs, context);
    const found = await secret.read(made.id, undefined, context);
    expect(found?.inputs).toEqual({
      ...at,
      secretName: "client-secret",
      properties: { contentType: "text/plain", attributes: { expires: 1_900_000_000, enabled: true } },
      tags: { record: "one" },
    });
  });

  it("is refused with properties nobody knows, and without what is needed, all at once", async () => {
    const wrong = {
      resourceGroupName: resourceGroup,
      secretName: "x",
      properties: { valeu: "typo", attributes: { expires: "soon" } },
      tag: {},
    };
    expect(await refusals(secret, wrong, context)).toEqual([
      expect.stringMatching(
        /"tag" is not known.*Known here: azureApiVersion, properties, resourceGroupName, secretName, tags, vaultName/,
      ),
      expect.stringContaining('missing required property "vaultName"'),
      expect.stringContaining('"properties.valeu" is not known'),
      expect.stringContaining('"properties.attributes.expires" must be a number, got text'),
    ]);
  });
});

describe("reading what is gone", () => {
  const faulty = async (code: string | undefined) => {
    const made = await make(secret, inputs, context);
    const body = code === undefined ? "<html>a proxy's page</html>" : { error: { code, message: "m" } };
    await emulator.control("POST", "faults", [
      { service: "arm", method: "GET", when: "before", action: "status", status: 404, body },
    ]);
    return secret.read(made.id, made, context);
  };

  it.each(["NotFound", "ResourceNotFound", "ParentResourceNotFound"])(
    "takes the code %s for an answer",
    async (code) => {
      expect(await faulty(code)).toBeUndefined();
    },
  );

  it.each(["SecretNotFound", undefined])(
    "takes a 404 with the code %s for a failure, as the real plugin has since 3.11",
    async (code) => {
      await expect(faulty(code)).rejects.toThrow("Status=404");
    },
  );
});

describe("looking up a secret", () => {
  const args = { ...at, secretName: "client-secret" };

  it("answers everything but the value", async () => {
    const made = await make(secret, inputs, context);
    expect(await call("keyvault:getSecret", args)).toEqual({ ...made.outputs, id: secretId });
  });

  it("words a missing one so that a program can tell it from a failure", async () => {
    await expect(call("keyvault:getSecret", args)).rejects.toThrow(
      /^request failed \/subscriptions\/.*\/secrets\/client-secret: Status=404 Code="\w+" Message="/,
    );
    await emulator.control("POST", "faults", [
      { service: "arm", method: "GET", when: "before", action: "status", status: 403 },
    ]);
    await expect(call("keyvault:getSecret", args)).rejects.toThrow("Status=403");
  });
});

describe("a vault", () => {
  const tenantId = homeTenant.id;
  const properties = {
    tenantId,
    sku: { family: "A", name: "standard" },
    enableRbacAuthorization: true,
    enablePurgeProtection: true,
  };

  it("takes its location from the resource group, asked once, and its name from the program's", async () => {
    const naming = { logicalName: "extra", randomSeed: Buffer.from("seed") };
    const [first, second] = await Promise.all([
      vault.check({ resourceGroupName: resourceGroup, properties }, undefined, context, naming),
      vault.check({ resourceGroupName: resourceGroup, properties }, undefined, context, naming),
    ]);
    expect(first).toEqual(second);
    expect(first.inputs).toMatchObject({
      location: "westeurope",
      vaultName: expect.stringMatching(/^extra[0-9a-f]{8}$/),
      __createBeforeDelete: true,
    });
    const kept = await vault.check({ resourceGroupName: resourceGroup, properties }, first.inputs, context, {
      logicalName: "extra",
    });
    expect(kept.inputs).toEqual(first.inputs);
    calls.length = 0;
    await vault.check({ resourceGroupName: resourceGroup, properties }, undefined, context, naming);
    expect(summary()).toEqual([]);
  });

  it("says how to give a location when the group has none to give", async () => {
    expect(await refusals(vault, { resourceGroupName: "nowhere", vaultName: "v", properties }, context)).toEqual([
      expect.stringContaining('missing required property "location"'),
      expect.stringContaining("pulumi config set azure-native:location"),
    ]);
    const { inputs: unsure } = await vault.check(
      { resourceGroupName: unknown, vaultName: "v", properties },
      undefined,
      context,
      { logicalName: "v" },
    );
    expect(isUnknown(unsure["location"])).toBe(true);
  });

  it("is made with no access policies, waits until it is there, and keeps those made elsewhere", async () => {
    const made = await make(vault, { resourceGroupName: resourceGroup, vaultName: "extra-vault", properties }, context);
    expect(calls.find(({ method }) => method === "PUT")?.body).toMatchObject({
      location: "westeurope",
      properties: { accessPolicies: [] },
    });
    expect(made.outputs["properties"]).toMatchObject({
      provisioningState: "Succeeded",
      vaultUri: expect.stringContaining("extra-vault"),
    });
    calls.length = 0;
    await vault.update(made.id, made, { ...made.inputs, tags: { a: "b" } }, context);
    expect(summary()).toEqual([
      "GET …/extra-vault 2024-11-01",
      "PUT …/extra-vault 2024-11-01",
      "GET …/extra-vault 2024-11-01",
    ]);
    const found = await vault.read(made.id, made, context);
    expect(found?.inputs).toEqual({ ...made.inputs, tags: { a: "b" } });
    await vault.delete(made.id, made, context);
    expect(await vault.read(made.id, made, context)).toBeUndefined();
  });

  it("is replaced by another place or name, a made-up name allowing the new one first", async () => {
    const state = { inputs: { vaultName: "v", location: "westeurope", resourceGroupName: "g" }, outputs: {} };
    for (const name of ["vaultName", "location", "resourceGroupName"]) {
      expect(vault.diff(state, { ...state.inputs, [name]: "other" })).toMatchObject({
        differences: [{ path: name, replaces: true }],
        deleteBeforeReplace: true,
      });
    }
    const madeUp = { ...state, inputs: { ...state.inputs, __createBeforeDelete: true } };
    expect(vault.diff(madeUp, { ...madeUp.inputs, location: "other" }).deleteBeforeReplace).toBe(false);
    // Newly written down, but what it is already.
    const unsaid = { inputs: { vaultName: "v", resourceGroupName: "g" }, outputs: { location: "westeurope" } };
    expect(vault.diff(unsaid, state.inputs).differences).toEqual([{ path: "location", kind: "add", replaces: false }]);
  });

  it("can be looked up", async () => {
    expect(await call("keyvault:getVault", at)).toMatchObject({
      id: `${vaultPath}/${vaultName}`,
      location: "westeurope",
      properties: { tenantId },
    });
    await expect(call("keyvault:getVault", { ...at, vaultName: "none" })).rejects.toThrow(
      /request failed .*Status=404 Code="ResourceNotFound"/,
    );
  });
});

describe("a role assignment", () => {
  const role = `/subscriptions/${subscription}/providers/Microsoft.Authorization/roleDefinitions/${builtInRoles.keyVaultSecretsUser}`;
  const reader = {
    principalId: homeTenant.reader.objectId,
    principalType: "ServicePrincipal",
    roleDefinitionId: role,
    scope: secretId,
  };

  it("gets a name that stays, from the engine's seed", async () => {
    const naming = { logicalName: "reader", randomSeed: Buffer.from("seed") };
    const [one, two, other] = await Promise.all([
      roleAssignment.check(reader, undefined, context, naming),
      roleAssignment.check(reader, undefined, context, naming),
      roleAssignment.check(reader, undefined, context, { ...naming, randomSeed: Buffer.from("another") }),
    ]);
    expect(one.inputs["roleAssignmentName"]).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/,
    );
    expect(two.inputs).toEqual(one.inputs);
    expect(other.inputs["roleAssignmentName"]).not.toBe(one.inputs["roleAssignmentName"]);
    const kept = await roleAssignment.check(reader, one.inputs, context, { logicalName: "reader" });
    expect(kept.inputs).toEqual(one.inputs);
  });

  it("is made at one secret, read, imported and deleted", async () => {
    await make(secret, inputs, context);
    calls.length = 0;
    const made = await make(roleAssignment, reader, context);
    expect(made.id).toBe(
      `${secretId}/providers/Microsoft.Authorization/roleAssignments/${String(made.inputs["roleAssignmentName"])}`,
    );
    expect(summary().map((one) => one.split(" ")[0])).toEqual(["GET", "PUT", "GET"]);
    expect(calls.find(({ method }) => method === "PUT")?.body).toEqual({
      properties: { principalId: reader.principalId, principalType: "ServicePrincipal", roleDefinitionId: role },
    });
    expect(await roleAssignment.read(made.id, made, context)).toEqual({
      id: made.id,
      inputs: made.inputs,
      outputs: made.outputs,
    });
    const imported = await roleAssignment.read(made.id, undefined, context);
    expect(imported?.inputs).toEqual({ ...reader, roleAssignmentName: made.inputs["roleAssignmentName"] });
    await roleAssignment.delete(made.id, made, context);
    expect(await roleAssignment.read(made.id, made, context)).toBeUndefined();
  });

  it("is replaced by another principal, the new one first where the name was made up", async () => {
    const { inputs: checked } = await roleAssignment.check(reader, undefined, context, { logicalName: "reader" });
    const diff = roleAssignment.diff(
      { inputs: checked, outputs: {} },
      { ...checked, principalId: homeTenant.renewer.objectId },
    );
    expect(diff).toMatchObject({
      differences: [{ path: "principalId", kind: "update", replaces: true }],
      deleteBeforeReplace: false,
    });
  });
});

describe("repeating refused calls", () => {
  it("goes on three times after what is temporary, and tells the last answer", async () => {
    await emulator.control("POST", "faults", [
      { service: "arm", method: "PUT", times: 3, when: "before", action: "status", status: 503 },
    ]);
    await expect(make(secret, inputs, context)).resolves.toBeDefined();
    emulator.reset();
    await emulator.control("POST", "faults", [
      {
        service: "arm",
        method: "PUT",
        when: "before",
        action: "status",
        status: 503,
        body: { error: { code: "Busy", message: "later" } },
      },
    ]);
    calls.length = 0;
    await expect(make(secret, inputs, context)).rejects.toThrow('Status=503 Code="Busy" Message="later"');
    expect(summary().filter((one) => one.startsWith("PUT"))).toHaveLength(4);
  });

  it("goes on after a broken connection", async () => {
    await emulator.control("POST", "faults", [
      { service: "arm", method: "PUT", times: 1, when: "before", action: "reset" },
    ]);
    await expect(make(secret, inputs, context)).resolves.toBeDefined();
  });
});

describe("a vault that asks for a token of another service", () => {
  it("gets none", async () => {
    const made = await make(secret, inputs, context);
    const challenge = { error: { code: "Unauthorized", message: "no" } };
    const fetch: typeof globalThis.fetch = async () =>
      Response.json(challenge, {
        status: 401,
        headers: {
          "www-authenticate": 'Bearer authorization="https://localhost/tenant", resource="https://graph.microsoft.com"',
        },
      });
    const { createVaultClient } = await import("../../../../offline/providers/azure-native/vault-client");
    const token = jest.fn();
    const vaults = createVaultClient("vault.emulator.test", { token }, context.waits, "test", fetch);
    await expect(secret.delete(made.id, made, { ...context, vaults })).rejects.toThrow(
      "doesn't match the requested domain",
    );
    expect(token).not.toHaveBeenCalled();
  });
});

describe("a standard resource", () => {
  it("reads again after it was made, unlike a vault's secret", async () => {
    await make(armResource(secretDescription), inputs, context);
    expect(summary().map((one) => one.split(" ")[0])).toEqual(["GET", "PUT", "GET"]);
  });
});
