import { appliedIn } from "../../../cli/rotate/applied";
import type { HeldResource } from "../../../clients/pulumi/stack-state";
import { asApplied } from "../../../configuration/applied";
import type { StackConfiguration } from "../../../configuration/stack-configuration";
import { day } from "../../../model/day";
import { rotationTargets } from "../../../rotation/limited-run";
import type { PublishedRecord } from "../../../rotation/record";
import { publishedState, urns } from "../../support/engine-state";
import { partOf } from "../../support/part-of";

const slot = {
  generation: 1,
  keyId: "k",
  displayName: "partner-access/dev/1",
  start: day("2026-02-01"),
  end: day("2026-07-31"),
};
const record: PublishedRecord = {
  ...{ deployment: "d", tenantId: "t", current: "a", handledRequests: [], slots: { a: slot } },
  ...{ publishedOn: day("2026-02-01"), overlapEnds: day("2026-02-08"), dueOn: day("2026-05-02") },
};
const state: readonly HeldResource[] = publishedState(record);
const applied = (held: readonly HeldResource[]) => {
  const targets = rotationTargets(held);
  return targets && appliedIn(held, targets);
};
const without = (urn: string) => state.filter((it) => it.urn !== urn);
const changed = (urn: string, inputs: object) =>
  state.map((it) => (it.urn === urn ? { ...it, inputs: { ...it.inputs, ...inputs } } : it));
const more = (type: string, name: string, inputs: object): HeldResource => ({
  ...{ urn: `urn:pulumi:dev::p::${type}::${name}`, type, inputs: { ...inputs } },
});

describe("what a state says was applied last", () => {
  it("is the place, the readers and the rule, whatever the stack file says", () => {
    expect(applied(state)).toEqual({
      vault: {
        ...{ tenantId: "home", subscriptionId: "s", resourceGroup: "g", name: "v", prefix: "p-" },
        ...{ mode: "existing", location: undefined, refreshTokenReaders: [] },
        readers: [{ name: "reports", id: "reports-id", type: "Group" }],
      },
      rule: { everyDays: 90, overlapDays: 7, lifetimeDays: 180 },
      hasRefreshToken: false,
    });
  });

  it("tells a vault of its own, and who reads which entry", () => {
    const role = "azure-native:authorization:RoleAssignment";
    const held = [
      ...state,
      more("azure-native:keyvault:Vault", "partner-vault", {}),
      more("azure-native:keyvault:Secret", "partner-refresh-token", {}),
      more(role, "partner-refresh-token-reader-renewer", {
        principalId: "renewer-id",
        principalType: "ServicePrincipal",
      }),
      more(role, "partner-client-id-reader-reports", { principalId: "reports-id", principalType: "Group" }),
    ];
    expect(applied(held)).toMatchObject({
      hasRefreshToken: true,
      vault: {
        mode: "create",
        readers: [{ name: "reports" }],
        refreshTokenReaders: [{ name: "renewer", id: "renewer-id", type: "ServicePrincipal" }],
      },
    });
  });

  it("says no rule where the state was built anew, and nothing where it does not say the place", () => {
    const bare = state.map((it) => (it.urn === urns.component ? { urn: it.urn, type: it.type } : it));
    expect(applied(bare)).toMatchObject({ rule: undefined });
    expect(applied(without(urns.vault))).toBeUndefined();
    expect(applied(without(urns.entry))).toBeUndefined();
    expect(applied(changed(urns.entry, { secretName: "something-else" }))).toBeUndefined();
    expect(applied(changed(urns.entry, { vaultName: { ciphertext: "x" } }))).toBeUndefined();
  });
});

describe("a configuration as it was applied", () => {
  const file = partOf<StackConfiguration>({
    stack: "dev",
    permissions: [{}],
    consent: { kind: "user" },
    reportingUser: { userPrincipalName: "new@contoso.example", assignedBy: "deployer" },
    vault: { clientId: "writer", name: "elsewhere" },
    rotation: { everyDays: 400, overlapDays: 30, lifetimeDays: 700, request: "leaked", compromised: true },
    migrate: "a better name",
  });

  it("declares no grant and no move, and keeps the request of the stack file", () => {
    const last = applied(state);
    if (last === undefined) throw new Error("the state says nothing");
    expect(asApplied(file, last)).toEqual({
      stack: "dev",
      permissions: [],
      consent: { kind: "tenant", reason: "no grant is declared" },
      reportingUser: undefined,
      vault: { ...last.vault, clientId: "writer" },
      rotation: { everyDays: 90, overlapDays: 7, lifetimeDays: 180, request: "leaked", compromised: true },
      migrate: undefined,
    });
    // A state that was built anew says no rule: the file's is all there is.
    expect(asApplied(file, { ...last, rule: undefined }).rotation).toEqual(file.rotation);
  });
});
