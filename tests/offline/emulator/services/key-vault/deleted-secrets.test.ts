import { homeSubscription, homeTenant, keyVaultSuffix } from "../../../../../offline/emulator/seed/constants";
import { AzureCalls, holdRealTime, vaults } from "../../azure-calls";

const host = `https://${homeSubscription.vault}.${keyVaultSuffix}`;
const seconds = Date.parse("2026-05-01T00:00:00Z") / 1000;
const loose = "loose-vault";
let azure: AzureCalls;

/** A second vault without purge protection, seven days of retention, and the deployer as its writer by access policy. */
async function addLooseVault() {
  await azure.arm("deployer", "PUT", `${vaults}/${loose}`, {
    location: "westeurope",
    properties: {
      tenantId: homeTenant.id,
      sku: { family: "A", name: "standard" },
      softDeleteRetentionInDays: 7,
      accessPolicies: [
        { tenantId: homeTenant.id, objectId: homeTenant.deployer.objectId, permissions: { secrets: ["all"] } },
      ],
    },
  });
}

beforeEach(async () => {
  azure = new AzureCalls();
  azure.world.clock.set(new Date("2026-05-01T00:00:00Z"));
  await addLooseVault();
});

const call = (method: string, path: string, body?: unknown, vault?: string) =>
  azure.vault("deployer", method, path, body, vault);
const errorOf = ({
  status,
  body,
}: {
  status: number;
  body: { error: { code: string; innererror?: { code: string } } };
}) => [status, body.error.code, body.error.innererror?.code];

describe("deleting a secret", () => {
  it("keeps it recoverable, says until when, and shows no value", async () => {
    await call("PUT", "/secrets/one", { value: "hidden-text", tags: { a: "b" } });
    const { status, body } = await call("DELETE", "/secrets/one");
    expect(status).toBe(200);
    expect(body).toEqual({
      recoveryId: `${host}/deletedsecrets/one`,
      deletedDate: seconds,
      scheduledPurgeDate: seconds + 90 * 86_400,
      id: expect.stringMatching(new RegExp(`^${host}/secrets/one/[0-9a-f]{32}$`)),
      attributes: expect.objectContaining({ recoveryLevel: "Recoverable", recoverableDays: 90 }),
      tags: { a: "b" },
    });
    expect((await call("GET", "/deletedsecrets/one")).body).toEqual(body);
    expect((await call("GET", "/deletedsecrets")).body.value).toEqual([{ ...body, id: `${host}/secrets/one` }]);
    expect(errorOf(await call("GET", "/secrets/one"))).toEqual([404, "SecretNotFound", undefined]);
    expect(errorOf(await call("DELETE", "/secrets/one"))).toEqual([404, "SecretNotFound", undefined]);
  });

  it("keeps the name taken", async () => {
    await call("PUT", "/secrets/one", { value: "text" });
    await call("DELETE", "/secrets/one");
    const again = await call("PUT", "/secrets/ONE", { value: "text" });
    expect(errorOf(again)).toEqual([409, "Conflict", "ObjectIsDeletedButRecoverable"]);
    expect(again.body.error.message).toContain("Secret ONE is currently in a deleted but recoverable state");
  });

  it("tells customised retention from the full one", async () => {
    await call("PUT", "/secrets/one", { value: "text" }, loose);
    const { body } = await call("DELETE", "/secrets/one", undefined, loose);
    expect(body.attributes).toMatchObject({ recoveryLevel: "CustomizedRecoverable+Purgeable", recoverableDays: 7 });
    expect(body.scheduledPurgeDate - body.deletedDate).toBe(7 * 86_400);
  });
});

describe("recovering a secret", () => {
  it("brings back every version, and the old value as the latest", async () => {
    await call("PUT", "/secrets/one", { value: "older" });
    await call("PUT", "/secrets/one", { value: "old" });
    await call("DELETE", "/secrets/one");
    const recovered = await call("POST", "/deletedsecrets/one/recover");
    expect([recovered.status, recovered.body.value]).toEqual([200, undefined]);
    expect((await call("GET", "/secrets/one")).body.value).toBe("old");
    expect((await call("GET", "/secrets/one/versions")).body.value).toHaveLength(2);
    expect((await call("PUT", "/secrets/one", { value: "new" })).status).toBe(200);
    expect(errorOf(await call("GET", "/deletedsecrets/one"))).toEqual([404, "SecretNotFound", undefined]);
  });

  it("is 404 for what was not deleted", async () => {
    expect(errorOf(await call("POST", "/deletedsecrets/none/recover"))).toEqual([404, "SecretNotFound", undefined]);
  });
});

describe("purging a secret", () => {
  it("is refused under purge protection, even to who has the right", async () => {
    await call("PUT", "/secrets/one", { value: "text" });
    await call("DELETE", "/secrets/one");
    const { status, body } = await call("DELETE", "/deletedsecrets/one");
    expect([status, body.error.code]).toEqual([403, "Forbidden"]);
    expect(body.error.message).toContain('Operation "purge" is not allowed because purge protection is enabled');
  });

  it("frees the name without it", async () => {
    await call("PUT", "/secrets/one", { value: "text" }, loose);
    await call("DELETE", "/secrets/one", undefined, loose);
    expect((await call("DELETE", "/deletedsecrets/one", undefined, loose)).status).toBe(204);
    expect((await call("PUT", "/secrets/one", { value: "text" }, loose)).status).toBe(200);
    expect((await call("GET", "/secrets/one/versions", undefined, loose)).body.value).toHaveLength(1);
  });

  it("happens by itself when the time is over", async () => {
    await call("PUT", "/secrets/one", { value: "text" }, loose);
    await call("DELETE", "/secrets/one", undefined, loose);
    azure.world.clock.set(new Date("2026-05-07T23:59:00Z"));
    expect((await call("GET", "/deletedsecrets/one", undefined, loose)).status).toBe(200);
    azure.world.clock.set(new Date("2026-05-08T00:00:01Z"));
    expect((await call("GET", "/deletedsecrets/one", undefined, loose)).status).toBe(404);
    expect((await call("PUT", "/secrets/one", { value: "text" }, loose)).status).toBe(200);
  });
});

describe("a deletion, recovery or purge under way", () => {
  const conflict = (code: string) => [409, "Conflict", code];

  afterEach(() => jest.restoreAllMocks());

  it("is a conflict until replicas have seen it", async () => {
    await call("PUT", "/secrets/one", { value: "text" }, loose);
    const pass = holdRealTime();
    azure.world.lag.readLagSeconds = 5;
    pass(5);

    await call("DELETE", "/secrets/one", undefined, loose);
    expect((await call("GET", "/deletedsecrets/one", undefined, loose)).status).toBe(404);
    expect(errorOf(await call("PUT", "/secrets/one", { value: "x" }, loose))).toEqual(conflict("ObjectIsBeingDeleted"));
    expect(errorOf(await call("POST", "/deletedsecrets/one/recover", undefined, loose))).toEqual(
      conflict("ObjectIsBeingDeleted"),
    );
    pass(5);

    expect((await call("POST", "/deletedsecrets/one/recover", undefined, loose)).status).toBe(200);
    expect((await call("GET", "/secrets/one", undefined, loose)).status).toBe(404);
    expect((await call("GET", "/secrets", undefined, loose)).body.value).toEqual([]);
    expect(errorOf(await call("PUT", "/secrets/one", { value: "x" }, loose))).toEqual(
      conflict("ObjectIsBeingRecovered"),
    );
    expect(errorOf(await call("DELETE", "/secrets/one", undefined, loose))).toEqual(conflict("ObjectIsBeingRecovered"));
    pass(5);

    expect((await call("GET", "/secrets/one", undefined, loose)).body.value).toBe("text");
    await call("DELETE", "/secrets/one", undefined, loose);
    pass(5);
    expect((await call("DELETE", "/deletedsecrets/one", undefined, loose)).status).toBe(204);
    expect(errorOf(await call("PUT", "/secrets/one", { value: "x" }, loose))).toEqual(conflict("ObjectIsBeingDeleted"));
    pass(5);
    expect((await call("PUT", "/secrets/one", { value: "x" }, loose)).status).toBe(200);
  });
});
