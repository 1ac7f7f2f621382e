import { inventedSecrets, problemsWith, read, reader, readerId, validSections } from "./valid-stack";

const { tenant, vault } = validSections;

describe("a secret in plain configuration", () => {
  const places: readonly [string, (secret: string) => Record<string, unknown>][] = [
    ["rotation.request", (secret) => ({ rotation: { request: secret } })],
    ["application.displayName", (secret) => ({ application: { displayName: secret } })],
    ["tenant.alias", (secret) => ({ tenant: { ...tenant, alias: secret } })],
    ["vault.readers[0].name", (secret) => ({ vault: { ...vault, readers: [{ ...reader(readerId), name: secret }] } })],
    ["permissions[0].reason", (secret) => ({ permissions: [{ api: "Graph", delegated: ["openid"], reason: secret }] })],
    ["migrate", (secret) => ({ migrate: `see ${secret}` })],
    ["clientSecret", (secret) => ({ clientSecret: secret })],
    ["azuread:clientSecret", (secret) => ({ "azuread:clientSecret": secret })],
  ];

  it.each(Object.entries(inventedSecrets))("is refused wherever it stands, named by its key: %s", (shape, secret) => {
    for (const [path, changes] of places) {
      const problems = problemsWith(changes(secret));
      expect(problems.map((problem) => [problem.path, problem.message])).toContainEqual([
        path,
        `contains what looks like ${shape}`,
      ]);
      expect(JSON.stringify(problems)).not.toContain(secret.slice(8, 24));
    }
  });

  it("is refused as a key too, and not shown", () => {
    const secret = inventedSecrets["an Entra client secret"];
    const problems = problemsWith({ rotation: { [secret]: 1 } });
    expect(problems.map(({ path, message }) => [path, message])).toEqual([
      ["rotation.[hidden]", "is not a known key"],
      ["rotation.[hidden]", "is named with what looks like a secret"],
    ]);
    expect(JSON.stringify(problems)).not.toContain(secret);
  });

  it("is hidden under a key whose name says so, whatever the value looks like", () => {
    const problems = problemsWith({ vault: { ...vault, accessToken: 1234 }, application: { password: "tiger" } });
    expect(problems.map(({ path, received, fix }) => [path, received, fix])).toEqual([
      ["application.password", "[hidden]", "remove it: no secret belongs here, they live in the vault"],
      ["vault.accessToken", "[hidden]", "remove it: no secret belongs here, they live in the vault"],
    ]);
  });

  it("is hidden when it was encrypted in the file, because a program sees it decrypted", () => {
    const changes = { tenant: { ...tenant, id: "tiger" }, rotation: { everyDays: 0 } };
    const problems = problemsWith(changes, { encryptedKeys: ["partner-insights-access:tenant"] });
    expect(problems.map(({ path, received }) => [path, received])).toEqual([
      ["tenant.id", "[hidden]"],
      ["rotation.everyDays", "0"],
    ]);
  });

  it("is not seen in ids, names and sentences", () => {
    const { problems } = read({
      ...validSections,
      application: { displayName: "Partner Insights access (Contoso, production 2026)" },
      vault: {
        ...vault,
        resourceGroup: "rg-PartnerInsights-Prod-001-WestEurope",
        prefix: "PartnerInsights2026WestEuropeProd-",
      },
      rotation: {
        request:
          "INC0012345: rotate after the audit of 2026-03-01, see commit 9244703a1b2c3d4e5f60718293a4b5c6d7e8f901",
      },
      migrate: "https://tickets.contoso.example/browse/PARTNER-1234?view=full",
    });
    expect(problems).toEqual([]);
  });
});
