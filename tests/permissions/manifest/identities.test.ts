import type { ResourceRecord } from "../../../permissions/manifest";
import { identityIndex, rememberedIdentities } from "../../../permissions/manifest/identities";
import { guidOf } from "../../support/azure-answers";

const [api, object, owner] = [guidOf("an api"), guidOf("an object"), guidOf("an owner")];
const memory = (name: string, input: unknown, type = "pulumi:index:Stash"): ResourceRecord => ({
  type,
  name,
  inputs: { input },
});
const user = { kind: "user", userPrincipalName: "reports@contoso.example" } as const;
const remembered = [
  memory(`partner-api-principal-${api.toUpperCase()}`, { objectId: object }),
  memory("partner-reporting-user-id", { objectId: guidOf("user"), userPrincipalName: user.userPrincipalName }),
  memory("partner-deployment", { id: guidOf("deployment"), owners: [owner, guidOf("a second owner")] }),
  memory("partner-vault-writer-id", guidOf("writer")),
];

describe("what a program remembers of its look-ups", () => {
  it("is an object id with what it stands for", () => {
    expect(rememberedIdentities(remembered)).toEqual([
      { objectId: object, identity: { kind: "api", clientId: api } },
      { objectId: guidOf("user"), identity: user },
      { objectId: owner, identity: { kind: "deployer" } },
      { objectId: guidOf("writer"), identity: { kind: "vault-writer" } },
    ]);
  });

  it("is believed of a memory only, whatever another resource is called", () => {
    const others = remembered.map((record) => ({ ...record, type: "random:index/randomPet:RandomPet" }));
    expect(rememberedIdentities(others)).toEqual([]);
  });

  it.each([
    ["another name", memory("another", { objectId: object, userPrincipalName: "x", owners: [owner] })],
    ["no principal name", memory("partner-reporting-user-id", { objectId: object, owners: [owner] })],
    ["no list of owners", memory("partner-deployment", { owners: owner, objectId: object })],
    ["no owner", memory("partner-deployment", { owners: [] })],
    ["no object id", memory(`partner-api-principal-${api}`, { objectId: "" })],
    ["no text", memory("partner-vault-writer-id", { objectId: object })],
    ["nothing at all", memory("partner-vault-writer-id", undefined)],
  ])("is nothing with %s", (_, record) => {
    expect(rememberedIdentities([record])).toEqual([]);
  });

  it("does not count where a caller knows better about that kind, and is found in any spelling", () => {
    const known = [{ objectId: guidOf("real user").toUpperCase(), identity: user }];
    const index = identityIndex(remembered, known);
    expect(index.get(guidOf("user"))).toBeUndefined();
    expect(index.get(guidOf("real user"))).toEqual(user);
    expect(index.get(owner)).toEqual({ kind: "deployer" });
    const loud = identityIndex([memory("partner-vault-writer-id", guidOf("writer").toUpperCase())], []);
    expect(loud.get(guidOf("writer"))).toEqual({ kind: "vault-writer" });
  });
});
