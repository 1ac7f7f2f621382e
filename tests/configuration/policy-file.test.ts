import { readPolicyFile as readFile } from "../../configuration/policy-file";
import { catalog } from "../../permissions/catalog";
import { inventedSecrets, policyText, problemsWith, readerId, renewerId } from "./valid-stack";

const readPolicyFile = (text: string | undefined) => readFile(text, catalog);

const told = (text: string) => readPolicyFile(text).problems.map(({ path, message }) => [path, message]);

describe("access-policy.yaml", () => {
  it("is read into permissions by client id and readers by object id", () => {
    expect(readPolicyFile(policyText)).toEqual({
      policy: {
        permissions: [
          {
            apiClientId: "00000003-0000-0000-c000-000000000000",
            kind: "application",
            permission: "PartnerBilling.Read.All",
            reason: "Finance builds its invoice report from it.",
          },
        ],
        readers: [
          {
            principalId: readerId,
            name: "report-builder",
            mayReadRefreshTokens: false,
            reason: "It builds the reports.",
          },
          { principalId: renewerId, name: undefined, mayReadRefreshTokens: true, reason: "It renews the sign-in." },
        ],
      },
      problems: [],
    });
  });

  it("allows nothing more when it is missing, empty, or only comments", () => {
    for (const text of [undefined, "", "# none yet\n", "permissions: []\nreaders: []\n", "permissions:\nreaders:\n"]) {
      expect(readPolicyFile(text)).toEqual({ policy: { permissions: [], readers: [] }, problems: [] });
    }
  });

  it("wants a reason for every entry, and knows no other keys", () => {
    expect(
      told(`
permissions: [{ api: Graph, kind: delegated, permission: Mail.Read, scope: all }]
readers: [{ principalId: ${readerId}, reason: " " }]
reader: []
`),
    ).toEqual([
      ["access-policy.yaml: reader", "is not a known key"],
      ["access-policy.yaml: permissions[0].scope", "is not a known key"],
      ["access-policy.yaml: permissions[0].reason", "is missing"],
      ["access-policy.yaml: readers[0].reason", "is not a usable text"],
    ]);
  });

  it("is part of every stack's check: an entry without a reason stops them all", () => {
    const problems = problemsWith({}, { policyText: `readers: [{ principalId: ${readerId} }]` });
    expect(problems.map(({ path, message }) => [path, message])).toEqual([
      ["access-policy.yaml: readers[0].reason", "is missing"],
    ]);
  });

  it("names what the catalog does not know, with near misses", () => {
    const { policy, problems } = readPolicyFile(`
permissions:
  - { api: Microsoft Grph, kind: delegated, permission: Mail.Read, reason: r }
  - { api: Graph, kind: delegated, permission: Mail.Raed, reason: r }
  - { api: Graph, kind: application, permission: openid, reason: r }
  - { api: Graph, kind: app, permission: openid, reason: r }
`);
    expect(problems.map(({ path, message, fix }) => [path.replace("access-policy.yaml: ", ""), message, fix])).toEqual([
      ["permissions[3].kind", "is not one of the choices", "write how the permission acts: for a user, or without one"],
      ["permissions[0].api", "is not in the catalog", "did you mean Microsoft Graph"],
      [
        "permissions[1].permission",
        "is not a delegated permission of the catalog",
        expect.stringContaining("Mail.Read"),
      ],
      [
        "permissions[2].permission",
        "exists only as a delegated permission",
        "write it under delegated, if that is what is needed",
      ],
    ]);
    expect(policy.permissions).toEqual([]);
  });

  it("is refused when a secret was pasted into it, and does not show it", () => {
    const secret = inventedSecrets["an Entra client secret"];
    const { problems } = readPolicyFile(`readers: [{ principalId: ${readerId}, reason: "${secret}" }]`);
    expect(problems.map(({ path, message }) => [path, message])).toEqual([
      ["access-policy.yaml: readers[0].reason", "contains what looks like an Entra client secret"],
    ]);
    expect(JSON.stringify(problems)).not.toContain(secret);
  });

  it("is refused when it is no YAML or no mapping", () => {
    expect(told("permissions: [")[0]?.[1]).toBe("has a bracket that does not end");
    expect(told("- api: Graph")).toEqual([["access-policy.yaml: the file", "is not a mapping"]]);
  });
});
