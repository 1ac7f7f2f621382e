import { builtInRoles, homeTenant } from "../../../../offline/emulator/seed/constants";
import { roleAssignment } from "../../../../offline/providers/azure-native/role-assignment";
import { secret } from "../../../../offline/providers/azure-native/secret";
import { make } from "../support/contexts";
import { calls, context, inputs, secretId, subscription, summary } from "./stand-in";

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
