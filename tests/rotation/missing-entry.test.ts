import { day } from "../../model/day";
import { type MissingEntry, missingEntryFindings } from "../../rotation/missing-entry";
import { guidOf } from "../support/azure-answers";

const ours = guidOf("deployment");
const address = "https://fabrikam.vault.azure.net/secrets/x-client-secret";
const facts: MissingEntry = {
  deployment: ours,
  vaultName: "fabrikam",
  entryName: "x-client-secret",
  address,
  published: undefined,
  deleted: { kind: "none" },
  migrate: undefined,
};
const find = (changes: Partial<MissingEntry>) => missingEntryFindings({ ...facts, ...changes });
const recover = "az keyvault secret recover --vault-name fabrikam --name x-client-secret";

describe("an entry that the vault does not show", () => {
  it("was never published when neither the state nor the deleted entries know it", () => {
    expect(find({})).toEqual({ problems: [], warnings: [] });
  });

  it("may be another deployment's that was deleted: after destroy the same stack begins anew", () => {
    const deleted = { kind: "deleted", deployment: guidOf("another"), on: day("2026-03-01") } as const;
    expect(find({ deleted })).toEqual({ problems: [], warnings: [] });
  });

  it("was deleted: it must be recovered, whatever the state says", () => {
    const deleted = { kind: "deleted", deployment: ours, on: day("2026-03-01") } as const;
    for (const published of [undefined, "", address]) {
      const { problems, warnings } = find({ deleted, published });
      expect(problems).toEqual([
        `the vault's entry x-client-secret was deleted on 2026-03-01, and this stack published it. Recover it first: ${recover}`,
      ]);
      expect(warnings).toEqual([]);
    }
  });

  it("was purged when the state knows it and nobody else does: no first secret is published over it", () => {
    for (const published of ["", address, address.toUpperCase()]) {
      const { problems } = find({ published });
      expect(problems).toHaveLength(1);
      expect(problems[0]).toContain("this stack published the vault's entry x-client-secret, and fabrikam shows none");
      expect(problems[0]).toContain("it was purged, or its vault is gone");
      expect(problems[0]).toContain("set migrate to the reason for one up");
    }
    expect(find({ published: address, address: address.toUpperCase() }).problems[0]).toContain("it was purged");
  });

  it("was purged, and is published again for a reason, unless nobody can tell what became of it", () => {
    const purged = { published: address, migrate: "purged by hand" };
    expect(find(purged)).toEqual({ problems: [], warnings: [] });
    expect(find({ ...purged, published: "" })).toEqual({ problems: [], warnings: [] });
    const unknown = find({ ...purged, deleted: { kind: "unknown", why: "status 403" } });
    expect(unknown.problems[0]).toContain("it is not known whether it was deleted");
  });

  it("of which nobody can tell whether it was deleted is refused when the state knows it, and warned of when not", () => {
    const deleted = { kind: "unknown", why: "status 403" } as const;
    const known = find({ deleted, published: address });
    expect(known.problems[0]).toContain("it is not known whether it was deleted (status 403)");
    expect(known.problems[0]).toContain(recover);
    const { problems, warnings } = find({ deleted });
    expect(problems).toEqual([]);
    expect(warnings[0]).toMatch(
      /^Cannot tell whether an entry x-client-secret .* was deleted in fabrikam.*: status 403$/,
    );
  });

  it("is elsewhere when the state published to another address, and only a reason leads away from there", () => {
    const published = "https://fabrikam.vault.azure.net/secrets/old-client-secret";
    expect(find({ published }).problems).toEqual([
      `the configuration says to publish to ${address}, but this stack publishes to ${published}: consumers would break. ` +
        "Restore vault.name and vault.prefix, or set migrate to the reason for the move",
    ]);
    expect(find({ published, migrate: "new names" })).toEqual({ problems: [], warnings: [] });
  });
});
