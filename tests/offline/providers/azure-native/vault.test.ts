import { homeTenant } from "../../../../offline/emulator/seed/constants";
import { vault } from "../../../../offline/providers/azure-native/vault";
import { isUnknown, unknown } from "../../../../offline/providers/plugin/value";
import { make, refusals } from "../support/contexts";
import { at, call, calls, context, resourceGroup, summary, vaultName, vaultPath } from "./stand-in";

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
