import {
  builtInRoles,
  homeSubscription,
  homeTenant,
  keyVaultSuffix,
  partnerTenant,
} from "../../../../../offline/emulator/seed/constants";
import { AzureCalls, vaultPath } from "../../azure-calls";

const host = `https://${homeSubscription.vault}.${keyVaultSuffix}`;
const seconds = Date.parse("2026-05-01T00:00:00Z") / 1000;
let azure: AzureCalls;
beforeEach(() => {
  azure = new AzureCalls();
  azure.world.clock.set(new Date("2026-05-01T00:00:00Z"));
});

const set = (name: string, value: string, more: object = {}) =>
  azure.vault("deployer", "PUT", `/secrets/${name}`, { value, ...more });
const get = (path: string) => azure.vault("deployer", "GET", `/secrets/${path}`);
const errorOf = ({
  status,
  body,
}: {
  status: number;
  body: { error: { code: string; innererror?: { code: string } } };
}) => [status, body.error.code, body.error.innererror?.code];

describe("setting a secret", () => {
  it("answers its value, its versioned id and how it can be recovered", async () => {
    const { status, body } = await set("one", "text", {
      contentType: "text/plain",
      attributes: { exp: 1_900_000_000, nbf: 1_700_000_000 },
      tags: { slot: "a" },
    });
    expect(status).toBe(200);
    expect(body).toEqual({
      value: "text",
      id: expect.stringMatching(new RegExp(`^${host}/secrets/one/[0-9a-f]{32}$`)),
      contentType: "text/plain",
      attributes: {
        enabled: true,
        nbf: 1_700_000_000,
        exp: 1_900_000_000,
        created: seconds,
        updated: seconds,
        recoveryLevel: "Recoverable",
        recoverableDays: 90,
      },
      tags: { slot: "a" },
    });
  });

  it("always adds a version, and the newest is the latest", async () => {
    const first = await set("one", "old");
    await set("ONE", "old");
    await set("one", "new");
    expect((await get("one")).body.value).toBe("new");
    expect((await get("one/")).body.value).toBe("new");
    const version = first.body.id.split("/").at(-1);
    expect((await get(`one/${version}`)).body.value).toBe("old");
    expect((await get("one/versions")).body.value).toHaveLength(3);
  });

  it("refuses names, values, tags and content types beyond the limits", async () => {
    const refused: readonly (() => Promise<{ status: number; body: { error: { code: string } } }>)[] = [
      () => set("under_score", "text"),
      () => set("a".repeat(128), "text"),
      () => set("one", "x".repeat(25 * 1024 + 1)),
      () => set("one", "ü".repeat(13_000)),
      () => set("one", "text", { contentType: "x".repeat(256) }),
      () => set("one", "text", { tags: Object.fromEntries([...Array(16).keys()].map((key) => [`t${key}`, "x"])) }),
      () => set("one", "text", { tags: { long: "x".repeat(513) } }),
      () => azure.vault("deployer", "PUT", "/secrets/one", {}),
      () => set("one", "text", { attributes: { exp: "tomorrow" } }),
      () => set("one", "text", { unknown: true }),
    ];
    for (const call of refused) expect(errorOf(await call())).toEqual([400, "BadParameter", undefined]);
    expect((await set("a".repeat(127), "x".repeat(25 * 1024))).status).toBe(200);
  });

  it("never repeats a value in a refusal", async () => {
    const text = "never-show-this";
    for (const more of [{ tags: { long: "x".repeat(600) } }, { unknown: text }, { attributes: text }]) {
      expect(JSON.stringify((await set("one", text, more)).body)).not.toContain(text);
    }
  });
});

describe("reading a secret", () => {
  it("is 404 for an unknown name or version", async () => {
    expect(errorOf(await get("none"))).toEqual([404, "SecretNotFound", undefined]);
    await set("one", "text");
    expect(errorOf(await get("one/00000000000000000000000000000000"))).toEqual([404, "SecretNotFound", undefined]);
  });

  it("finds no versions of an unknown name, nor of a deleted one, which is an answer and no refusal", async () => {
    const none = { status: 200, body: { value: [], nextLink: null } };
    expect(await get("none/versions")).toMatchObject(none);
    await set("one", "text");
    await azure.vault("deployer", "DELETE", "/secrets/one");
    expect(await get("one/versions")).toMatchObject(none);
    expect(errorOf(await get("under_score/versions"))).toEqual([400, "BadParameter", undefined]);
  });

  it("is refused when the latest version is disabled, even if an older one is enabled", async () => {
    await set("one", "old");
    await set("one", "new", { attributes: { enabled: false } });
    expect(errorOf(await get("one"))).toEqual([403, "Forbidden", "SecretDisabled"]);
  });

  it("is not hindered by its dates: they inform and stop nobody", async () => {
    await set("past", "text", { attributes: { exp: seconds - 1 } });
    await set("future", "text", { attributes: { nbf: seconds + 1000 } });
    expect((await get("past")).body.value).toBe("text");
    expect((await get("future")).body.value).toBe("text");
  });

  it("never lists values", async () => {
    await set("one", "never-listed", { tags: { a: "b" } });
    const list = await azure.vault("deployer", "GET", "/secrets");
    expect(list.body).toEqual({
      value: [{ id: `${host}/secrets/one`, attributes: expect.objectContaining({ enabled: true }), tags: { a: "b" } }],
      nextLink: null,
    });
    const versions = await get("one/versions");
    expect(JSON.stringify(versions.body)).not.toContain("never-listed");
  });

  it("pages its lists", async () => {
    for (let index = 0; index < 7; index++) await set(`secret-${index}`, "text");
    const ids: string[] = [];
    let next: string | null = `${host}/secrets?api-version=7.4&maxresults=3`;
    let pages = 0;
    while (next !== null) {
      const url: URL = new URL(next);
      const { body } = await azure.vault("deployer", "GET", url.pathname + url.search);
      ids.push(...body.value.map((each: { id: string }) => each.id));
      next = body.nextLink;
      pages += 1;
    }
    expect([pages, new Set(ids).size]).toEqual([3, 7]);
    expect((await azure.vault("deployer", "GET", "/secrets?maxresults=26")).status).toBe(400);
  });
});

describe("updating a secret", () => {
  it("changes attributes and tags of one version and keeps the rest", async () => {
    const first = (await set("one", "old", { tags: { a: "b" }, contentType: "text/plain" })).body.id.split("/").at(-1);
    await set("one", "new");
    azure.world.clock.set(new Date("2026-05-02T00:00:00Z"));
    const patch = { attributes: { enabled: false }, tags: { c: "d" } };
    const { status, body } = await azure.vault("deployer", "PATCH", `/secrets/one/${first}`, patch);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      contentType: "text/plain",
      tags: { c: "d" },
      attributes: { enabled: false, created: seconds },
    });
    expect(body.attributes.updated).toBe(seconds + 86_400);
    expect(body.value).toBeUndefined();
    expect((await get("one")).body.value).toBe("new");
  });

  it("without a version changes the latest, disabled or not", async () => {
    await set("one", "text", { attributes: { enabled: false } });
    await azure.vault("deployer", "PATCH", "/secrets/one/", { attributes: { enabled: true } });
    expect((await get("one")).body.value).toBe("text");
  });

  it("of its tags leaves a disabled one disabled", async () => {
    await set("one", "text", { attributes: { enabled: false } });
    const { body } = await azure.vault("deployer", "PATCH", "/secrets/one", { tags: { a: "b" } });
    expect(body.attributes.enabled).toBe(false);
  });

  it("cannot change a value", async () => {
    await set("one", "text");
    expect(errorOf(await azure.vault("deployer", "PATCH", "/secrets/one", { value: "other" }))).toEqual([
      400,
      "BadParameter",
      undefined,
    ]);
  });
});

describe("a vault", () => {
  it("trusts its own tenant and tells others where to sign in", async () => {
    const { status, body, headers } = await azure.vault("partnerDeployer", "GET", "/secrets/one");
    expect(status).toBe(401);
    expect(body.error).toEqual({
      code: "Unauthorized",
      message: `AKV10032: Invalid issuer. Expected one of https://localhost:1/${homeTenant.id}/, found https://localhost:1/${partnerTenant.id}/.`,
    });
    expect(headers["www-authenticate"]).toBe(
      `Bearer authorization="https://localhost:1/${homeTenant.id}", resource="https://${keyVaultSuffix}"`,
    );
  });

  it("refuses what roles do not allow, naming caller, action and resource", async () => {
    const { body } = await azure.vault("reader", "GET", "/secrets/One");
    expect(body.error.innererror).toEqual({ code: "ForbiddenByRbac" });
    expect(body.error.message.split("\r\n")).toEqual([
      "Caller is not authorized to perform action on resource.",
      "If role assignments, deny assignments or role definitions were changed recently, please observe propagation time.",
      `Caller: appid=${homeTenant.reader.clientId};oid=${homeTenant.reader.objectId};iss=https://localhost:1/${homeTenant.id}/`,
      "Action: 'Microsoft.KeyVault/vaults/secrets/getSecret/action'",
      `Resource: '${vaultPath.toLowerCase()}/secrets/one'`,
      "Assignment: (not found)",
      "DenyAssignmentId: null",
      "DecisionReason: null ",
      `Vault: ${homeSubscription.vault};location=westeurope`,
      "",
    ]);
  });

  it.each([
    ["PUT", "/secrets/one", { value: "text" }, "setSecret/action"],
    ["GET", "/secrets/one", undefined, "getSecret/action"],
    ["PATCH", "/secrets/one", { tags: {} }, "update/action"],
    ["DELETE", "/secrets/one", undefined, "delete"],
    ["GET", "/secrets", undefined, "readMetadata/action"],
    ["GET", "/secrets/one/versions", undefined, "readMetadata/action"],
    ["GET", "/deletedsecrets", undefined, "readMetadata/action"],
    ["GET", "/deletedsecrets/one", undefined, "readMetadata/action"],
    ["POST", "/deletedsecrets/one/recover", undefined, "recover/action"],
    ["DELETE", "/deletedsecrets/one", undefined, "purge/action"],
  ])("asks for the right action of %s %s", async (method, path, body, action) => {
    const answer = await azure.vault("reader", method, path, body);
    expect(answer.status).toBe(403);
    expect(answer.body.error.message).toContain(`Action: 'Microsoft.KeyVault/vaults/secrets/${action}'`);
  });

  it("follows its access policies when it does not use roles, and then roles mean nothing", async () => {
    await azure.arm("administrator", "PATCH", vaultPath, {
      properties: {
        enableRbacAuthorization: false,
        accessPolicies: [
          { tenantId: homeTenant.id, objectId: homeTenant.reader.objectId, permissions: { secrets: ["Get"] } },
          { tenantId: homeTenant.id, objectId: homeTenant.renewer.objectId, permissions: { secrets: ["all"] } },
        ],
      },
    });
    expect((await azure.vault("renewer", "PUT", "/secrets/one", { value: "text" })).status).toBe(200);
    expect((await azure.vault("reader", "GET", "/secrets/one")).body.value).toBe("text");
    const refused = await azure.vault("reader", "DELETE", "/secrets/one");
    expect(errorOf(refused)).toEqual([403, "Forbidden", "AccessDenied"]);
    expect(refused.body.error.message).toContain("does not have secrets delete permission on key vault");
    expect(errorOf(await azure.vault("deployer", "GET", "/secrets/one"))).toEqual([403, "Forbidden", "AccessDenied"]);
  });

  it("refuses the public network when it is closed", async () => {
    const patch = (properties: object) => azure.arm("deployer", "PATCH", vaultPath, { properties });
    await patch({ networkAcls: { defaultAction: "Deny" } });
    expect(errorOf(await get("one"))).toEqual([403, "Forbidden", "ForbiddenByFirewall"]);
    await patch({ networkAcls: { defaultAction: "Allow" }, publicNetworkAccess: "disabled" });
    expect(errorOf(await get("one"))).toEqual([403, "Forbidden", "ForbiddenByConnection"]);
  });

  it("says so when there is none at a host", async () => {
    expect(errorOf(await azure.vault("deployer", "GET", "/secrets/one", undefined, "nowhere"))).toEqual([
      404,
      "VaultNotFound",
      undefined,
    ]);
  });

  it("does not answer what it does not know", async () => {
    expect((await azure.vault("deployer", "GET", "/keys/one")).status).toBe(501);
    expect((await azure.vault("deployer", "POST", "/secrets/one/rotate")).status).toBe(501);
    expect((await azure.vault("deployer", "GET", "/secrets/one/backup")).status).toBe(501);
    expect((await azure.vault("deployer", "GET", "/secrets/one?api-version=6.0")).status).toBe(400);
  });

  it("lets a role count that was given on the secret alone", async () => {
    await set("one", "text");
    azure.assign("reader", builtInRoles.keyVaultSecretsUser, `${vaultPath}/secrets/One`);
    expect((await azure.vault("reader", "GET", "/secrets/one")).body.value).toBe("text");
    expect((await azure.vault("reader", "GET", "/secrets/one/versions")).status).toBe(200);
    expect((await azure.vault("reader", "PATCH", "/secrets/one", { tags: {} })).status).toBe(403);
  });
});
