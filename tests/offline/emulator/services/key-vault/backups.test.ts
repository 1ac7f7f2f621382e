import { builtInRoles, homeSubscription } from "../../../../../offline/emulator/seed/constants";
import { AzureCalls, vaultPath, vaults } from "../../azure-calls";

let azure: AzureCalls;
beforeEach(() => {
  azure = new AzureCalls();
});
const deployer = "deployer" as const;
const set = (value: string) => azure.vault(deployer, "PUT", "/secrets/One", { value, tags: { slot: value } });
const backUp = () => azure.vault(deployer, "POST", "/secrets/one/backup");
const restore = (value: string, name?: string) => azure.vault(deployer, "POST", "/secrets/restore", { value }, name);

async function otherVault(): Promise<void> {
  const id = `${vaults}/other-vault`;
  const tenantId = azure.home.id;
  const sku = { family: "A", name: "standard" };
  const body = { location: "westeurope", properties: { tenantId, sku, enableRbacAuthorization: true } };
  expect((await azure.arm(deployer, "PUT", id, body)).status).toBe(201);
  azure.assign(deployer, builtInRoles.keyVaultSecretsOfficer, id);
}

describe("a backup", () => {
  it("is one opaque text that brings all versions back in another vault", async () => {
    await set("first");
    await set("second");
    const { status, body } = await backUp();
    expect([status, Object.keys(body)]).toEqual([200, ["value"]]);
    expect(Buffer.from(body.value, "base64url").toString("latin1")).not.toMatch(/first|second|One/);
    await otherVault();
    const restored = await restore(body.value, "other-vault");
    expect([restored.status, restored.body.value]).toEqual([200, undefined]);
    expect(restored.body.id).toContain("https://other-vault.");
    const read = await azure.vault(deployer, "GET", "/secrets/one", undefined, "other-vault");
    expect(read.body).toMatchObject({ value: "second", tags: { slot: "second" } });
    const versions = await azure.vault(deployer, "GET", "/secrets/one/versions", undefined, "other-vault");
    expect(versions.body.value).toHaveLength(2);
  });

  it("is not restored over a secret that is there, or can still be recovered", async () => {
    await set("first");
    const { body } = await backUp();
    expect((await restore(body.value)).status).toBe(409);
    await azure.vault(deployer, "DELETE", "/secrets/one");
    expect((await restore(body.value)).body.error.innererror.code).toBe("ObjectIsDeletedButRecoverable");
  });

  it("is refused when it is none, or was changed", async () => {
    await set("first");
    const { value } = (await backUp()).body;
    for (const wrong of ["", "nonsense", `${value.slice(0, -8)}AAAAAAAA`]) {
      expect((await restore(wrong)).body.error.code).toBe("BadParameter");
    }
    expect((await restore(`${value}==`)).status).toBe(409);
  });

  it("needs a right of its own, under roles and under access policies", async () => {
    await set("first");
    const { value } = (await backUp()).body;
    azure.assign("reader", builtInRoles.keyVaultSecretsUser, vaultPath);
    expect((await azure.vault("reader", "POST", "/secrets/one/backup")).body.error.innererror.code).toBe(
      "ForbiddenByRbac",
    );
    expect((await azure.vault("reader", "POST", "/secrets/restore", { value })).status).toBe(403);
    expect((await azure.vault(deployer, "POST", "/secrets/none/backup")).status).toBe(404);
  });

  it("stays in its subscription", async () => {
    await set("first");
    const { value } = (await backUp()).body;
    await azure.vault(deployer, "DELETE", "/secrets/one");
    await otherVault();
    const other = azure.home.vaults.get("other-vault");
    if (other === undefined) throw new Error("the vault was not made");
    azure.home.vaults.put({ ...other, subscriptionId: homeSubscription.id.replace(/^3/, "4") });
    azure.assign(
      deployer,
      builtInRoles.keyVaultSecretsOfficer,
      `/subscriptions/${homeSubscription.id.replace(/^3/, "4")}`,
    );
    expect((await restore(value, "other-vault")).body.error.code).toBe("BadParameter");
  });
});
