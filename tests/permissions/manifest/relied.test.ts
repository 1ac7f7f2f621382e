import {
  applicationClientIds,
  buildManifest,
  isSameIdentity,
  manifestDigest,
  type ResourceRecord,
  reliedIdentities,
} from "../../../permissions/manifest";
import { declared, firstPreview, guidOf, laterPreview, partnerCenter, recordsOf, underMocks } from "./declared-stack";

const idIn = (style: { seed: string }, text: string) => guidOf(`${style.seed}/${text}`);
const kindsOf = (records: readonly ResourceRecord[]) =>
  reliedIdentities(records)
    .map(({ identity }) => identity.kind)
    .sort();

describe("what a manifest relies on of a program's memory", () => {
  it("is everything that some resource refers to, in every style of run", () => {
    for (const style of [underMocks, firstPreview, laterPreview]) {
      expect(reliedIdentities(recordsOf(declared, style))).toEqual([
        { objectId: idIn(style, "deployer"), identity: { kind: "deployer" } },
        { objectId: idIn(style, partnerCenter), identity: { kind: "api", clientId: partnerCenter } },
        {
          objectId: idIn(style, "reports@contoso.example"),
          identity: { kind: "user", userPrincipalName: "reports@contoso.example" },
        },
      ]);
    }
  });

  it("is the same user in any capitals: a manifest, and what is approved by it, does not change with them", () => {
    const records = recordsOf(declared, laterPreview);
    const spelled = JSON.parse(
      JSON.stringify(records).replaceAll("reports@contoso", "Reports@Contoso"),
    ) as typeof records;
    expect(spelled).not.toEqual(records);
    expect(manifestDigest(buildManifest(spelled))).toBe(manifestDigest(buildManifest(records)));
    expect(reliedIdentities(spelled)).toEqual(reliedIdentities(records));
  });

  it("is no first owner whom a person's list of owners has replaced", () => {
    const owners = [guidOf("a new deployer"), guidOf("a rotator")];
    const records = recordsOf({ ...declared, owners, ownersAreConfigured: true }, laterPreview);
    expect(kindsOf(records)).toEqual(["api", "user"]);
  });

  it("is an id that two memories agree on, although one of them alone would do", () => {
    const records = recordsOf(declared, laterPreview);
    const [memory] = records.filter(({ name }) => name === "partner-reporting-user-id");
    const twice = [...records, { ...memory!, urn: "urn:another-parent::reporting-user" }];
    expect(kindsOf(twice)).toEqual(["api", "deployer", "user", "user"]);
  });

  it("tells two identities apart by id and meaning, the id in any case", () => {
    const [objectId, identity] = [guidOf("a"), { kind: "deployer" } as const];
    expect(isSameIdentity({ objectId, identity }, { objectId: objectId.toUpperCase(), identity })).toBe(true);
    expect(isSameIdentity({ objectId, identity }, { objectId: guidOf("b"), identity })).toBe(false);
    expect(isSameIdentity({ objectId, identity }, { objectId, identity: { kind: "vault-writer" } })).toBe(false);
  });

  it("names the applications of a state, and none that a program only looks up", () => {
    const records = recordsOf(declared, laterPreview);
    const [clientId] = applicationClientIds(records);
    expect(clientId).toEqual(expect.stringMatching(/^[0-9a-f-]{36}$/));
    expect(applicationClientIds(records.map((record) => ({ ...record, isRead: true })))).toEqual([]);
  });
});
