import { type AccessPolicy, emptyAccessPolicy } from "../../../permissions/access-policy";
import { diffPolicies } from "../../../permissions/diff";
import { graph, reader } from "../manifest/declared-stack";

const policy: AccessPolicy = {
  permissions: [{ apiClientId: graph, kind: "application", permission: "Directory.Read.All", reason: "an audit" }],
  readers: [{ principalId: reader, name: "report-builder", mayReadRefreshTokens: true, reason: "it renews them" }],
};

describe("a change of the access policy", () => {
  it("names each new entry with its reason and the risk it allows", () => {
    expect(diffPolicies(emptyAccessPolicy, policy)).toMatchObject([
      {
        code: "policy-reader",
        direction: "added",
        risk: { level: "critical" },
        subject: { holder: { name: "report-builder", id: reader }, detail: "client secrets and refresh tokens" },
        reason: "it renews them",
      },
      {
        code: "policy-permission",
        direction: "added",
        risk: { level: "high" },
        subject: { permission: { api: "Microsoft Graph", permission: "Directory.Read.All", kind: "application" } },
        reason: "an audit",
      },
    ]);
  });

  it("is low when an entry goes, and nothing when none changes", () => {
    expect(diffPolicies(policy, emptyAccessPolicy).map(({ direction, risk }) => [direction, risk.level])).toEqual([
      ["removed", "low"],
      ["removed", "low"],
    ]);
    expect(diffPolicies(policy, policy)).toEqual([]);
  });

  it("tells an entry whose reason alone changes as removed and added: it is another promise", () => {
    const reworded = { ...policy, readers: policy.readers.map((it) => ({ ...it, reason: "because" })) };
    expect(
      diffPolicies(policy, reworded)
        .map(({ direction }) => direction)
        .sort(),
    ).toEqual(["added", "removed"]);
  });
});
