import { secret } from "../../../../offline/providers/azure-native/secret";
import { isUnknown, type Properties, unknown } from "../../../../offline/providers/plugin/value";
import { make, refusals } from "../support/contexts";
import {
  at,
  call,
  calls,
  context,
  dataPath,
  emulator,
  inputs,
  resourceGroup,
  secretId,
  summary,
  vaultName,
} from "./stand-in";

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
    const vaults = createVaultClient("vault.emulator.test", {
      tokens: { token },
      waits: context.waits,
      userAgent: "test",
      fetch,
    });
    await expect(secret.delete(made.id, made, { ...context, vaults })).rejects.toThrow(
      "doesn't match the requested domain",
    );
    expect(token).not.toHaveBeenCalled();
  });
});
