import { resolve } from "node:path";
import { type PartnerFacts, partnerChecks, policyCheck } from "../../../cli/preflight/partner-checks";
import { stackCheck, stateCheck } from "../../../cli/preflight/state-checks";
import { matches, type VaultFacts, vaultChecks } from "../../../cli/preflight/vault-checks";
import type { Look } from "../../../clients/entra/looker";
import { readStackFromFiles } from "../../../configuration/read-stack";
import type { StackConfiguration } from "../../../configuration/stack-configuration";

const dev = readStackFromFiles(resolve(__dirname, "../../.."), "dev");
const seen = <T>(value: T): Look<T> => ({ kind: "seen", value });
const all = { actions: ["*"], notActions: [], dataActions: ["*"], notDataActions: [] };
const vaultFacts = (changes: Partial<VaultFacts> = {}): VaultFacts => ({
  group: seen({ location: "westeurope" }),
  vault: { kind: "absent" },
  deletedVault: { kind: "absent" },
  permissions: seen([all]),
  reached: seen({}),
  deletedEntries: seen([]),
  ...changes,
});
const planned = (mode: "create" | "recover"): StackConfiguration => ({ ...dev, vault: { ...dev.vault, mode } });
const resultOf = (configuration: StackConfiguration, facts: VaultFacts, name: string) =>
  vaultChecks(configuration, facts).find((check) => check.name === name)?.result;

describe("a vault that the first update makes", () => {
  it.each([
    ["create", {}, "ok"],
    ["create", { deletedVault: seen({}) }, "failed"],
    ["create", { group: { kind: "absent" } }, "failed"],
    ["create", { deletedVault: { kind: "denied" } }, "cannot-tell"],
    ["recover", { deletedVault: seen({}) }, "ok"],
    ["recover", {}, "failed"],
    // After the first update.
    ["create", { vault: seen({ properties: { enableRbacAuthorization: true, enablePurgeProtection: true } }) }, "ok"],
  ] as const)("mode %s with %j is %s", (mode, changes, result) => {
    expect(resultOf(planned(mode), vaultFacts(changes as Partial<VaultFacts>), "vault")).toBe(result);
  });

  it("needs the right to make it, and none on its content", () => {
    const entriesOnly = {
      ...all,
      actions: ["Microsoft.KeyVault/vaults/secrets/*", "Microsoft.Authorization/*"],
      dataActions: [],
    };
    const noContent = { ...all, dataActions: [] };
    expect(resultOf(planned("create"), vaultFacts({ permissions: seen([entriesOnly]) }), "vault-rights")).toBe(
      "failed",
    );
    expect(resultOf(planned("create"), vaultFacts({ permissions: seen([noContent]) }), "vault-rights")).toBe("ok");
    expect(resultOf(dev, vaultFacts({ permissions: seen([noContent]) }), "vault-rights")).toBe("failed");
  });
});

it("reads Azure's patterns of actions: a star for anything, no matter the case", () => {
  expect(matches("*", "Microsoft.KeyVault/vaults/write")).toBe(true);
  expect(matches("microsoft.keyvault/*", "Microsoft.KeyVault/vaults/secrets/write")).toBe(true);
  expect(matches("*/read", "Microsoft.KeyVault/vaults/write")).toBe(false);
  expect(matches("Microsoft.KeyVault/vaults", "Microsoft.KeyVault/vaults/write")).toBe(false);
  const notAll = {
    actions: ["*"],
    notActions: ["Microsoft.Authorization/*/Write"],
    dataActions: ["*"],
    notDataActions: [],
  };
  expect(resultOf(dev, vaultFacts({ permissions: seen([notAll]) }), "vault-rights")).toBe("failed");
});

describe("what Partner Center says", () => {
  const facts = (changes: Partial<PartnerFacts> = {}): PartnerFacts => ({
    mfa: { answer: true },
    mpnId: { answer: "4391507" },
    viewerRoles: { answer: ["Executive Report Viewer"] },
    ...changes,
  });
  const of = (changes: Partial<PartnerFacts>, name: string) =>
    partnerChecks(dev, facts(changes)).find((check) => check.name === name);

  it.each([
    ["mfa", {}, "ok"],
    ["mfa", { mfa: { answer: false } }, "failed"],
    ["mfa", { mfa: { answer: undefined } }, "cannot-tell"],
    ["enrolment", {}, "ok"],
    ["enrolment", { mpnId: { answer: undefined } }, "failed"],
    ["enrolment", { mpnId: { refused: { status: 500, code: undefined } } }, "cannot-tell"],
    ["report-viewer", {}, "ok"],
    ["report-viewer", { viewerRoles: { answer: [] } }, "failed"],
    ["report-viewer", { viewerRoles: { answer: ["Report Viewer"] } }, "failed"],
    ["report-viewer", { viewerRoles: { answer: ["Report Viewer", "Executive Report Viewer"] } }, "warning"],
    ["report-viewer", { viewerRoles: { refused: { status: 403, code: "400" } } }, "cannot-tell"],
  ] as const)("%s with %j is %s", (name, changes, result) => {
    expect(of(changes as Partial<PartnerFacts>, name)?.result).toBe(result);
  });

  it("is not asked without a sign-in, which is said with what to do", () => {
    const checks = partnerChecks(dev, { reason: "nobody has signed in", fix: "sign in" });
    expect(checks.map(({ result, detail, fix }) => [result, detail, fix])).toEqual(
      Array(3).fill(["cannot-tell", "nobody has signed in", "sign in"]),
    );
    expect(partnerChecks({ ...dev, reportingUser: undefined }, facts())).toEqual([]);
  });
});

it("judges a policy against the life of a secret", () => {
  const policy = { id: "p", name: "Short", isEnabled: true, restrictions: [] };
  const both = (limit: { policy: typeof policy; days: number | undefined } | undefined) =>
    policyCheck(dev, { limit, forEverybody: limit });
  const result = (days: number | undefined) => both({ policy, days }).result;
  expect([result(180), result(179), result(undefined)]).toEqual(["ok", "failed", "failed"]);
  expect([policyCheck(dev, undefined).result, both(undefined).result]).toEqual(["cannot-tell", "ok"]);
});

it("cannot tell whether a policy holds that exempts some callers, and says what to do if it does", () => {
  const policy = { id: "p", name: "Short", isEnabled: true, restrictions: [] };
  const [narrow, wide] = [
    { policy, days: 90 },
    { policy, days: 365 },
  ];
  for (const forEverybody of [undefined, wide]) {
    const { result, detail, fix } = policyCheck(dev, { limit: narrow, forEverybody });
    expect([result, detail, fix]).toEqual([
      "cannot-tell",
      'the policy "Short" (p) allows 90 days, rotation.lifetimeDays is 180; it is not visible whether it exempts this identity',
      "Ask whether the rule exempts deployer and rotator (excludeActors). If it does not: " +
        "Write rotation.lifetimeDays: 90 or less, and everyDays at most half of it.",
    ]);
  }
  expect(policyCheck(dev, { limit: narrow, forEverybody: { policy, days: 100 } }).result).toBe("failed");
  expect(policyCheck(dev, { limit: wide, forEverybody: undefined }).result).toBe("ok");
});

it("takes a local state for a failure anywhere but on the emulator", () => {
  const local = { url: "file:///home/me", isLocal: true };
  const shared = { url: "azblob://state", isLocal: false };
  const real = { hasPassphrase: false, isAllowed: false };
  const result = (...args: Parameters<typeof stateCheck>) => stateCheck(...args).result;
  expect(result("s", shared, real)).toBe("ok");
  expect(result("s", local, real)).toBe("failed");
  expect(result("s", shared, { ...real, hasPassphrase: true })).toBe("failed");
  expect(result("s", local, { hasPassphrase: true, isAllowed: true })).toBe("warning");
  expect(result("s", { reason: "no pulumi" }, real)).toBe("cannot-tell");
});

it("fails where the store has no stack, with its `pulumi stack init`", () => {
  const missing = { code: "no-state", message: "the state store has no stack dev", fix: "pulumi stack init dev" };
  const words = ({ result, detail, fix }: ReturnType<typeof stackCheck>) => [result, detail, fix];
  expect(words(stackCheck({ isThere: false }, missing))).toEqual(["failed", missing.message, missing.fix]);
  expect(words(stackCheck({ isThere: true }, missing))).toEqual(["ok", "the state store has the stack", ""]);
  expect(words(stackCheck({ reason: "no such host" }, missing))).toEqual(["cannot-tell", "no such host", ""]);
});
