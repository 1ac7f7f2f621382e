import { diffManifests } from "../../../permissions/diff";
import { guidOf } from "../manifest/declared-stack";
import { base, brief } from "./changed-stack";

describe("the vault", () => {
  const access = base.vaultAccess[0]!;
  const withAccess = (change: Partial<typeof access>) => ({
    ...base,
    vaultAccess: [...base.vaultAccess, { ...access, ...change }],
  });

  it.each([
    ["a refresh token", { entry: "partner-insights-contoso-refresh-token" }, "critical"],
    ["the whole vault", { on: "vault" as const, entry: null }, "critical"],
    [
      "something else in Azure",
      { on: "other" as const, vault: null, entry: null, scope: "/subscriptions/3" },
      "critical",
    ],
    ["an entry nobody knows", { entry: "partner-insights-contoso-other" }, "high"],
    ["a role that writes", { role: "b86a8fe4-44ce-4948-aee5-eccb2c155cd7" }, "critical"],
    ["a role nobody knows", { role: guidOf("role") }, "critical"],
  ])("makes who may reach %s a risk of its own", (_, change, risk) => {
    expect(brief(diffManifests(base, withAccess(change)))).toMatchObject([
      { code: "reader", direction: "added", risk },
    ]);
  });

  it("tells when a value is no longer a secret to Pulumi", () => {
    const head = { ...base, entries: base.entries.map((it) => ({ ...it, isSecret: false })) };
    expect(brief(diffManifests(base, head))).toMatchObject([
      { code: "entry-setting", direction: "widened", risk: "high" },
    ]);
  });

  const vault = {
    vault: "v",
    isRoleBased: true,
    hasSoftDelete: true,
    hasPurgeProtection: true,
    retentionDays: 90,
    publicNetwork: "Disabled",
  };

  it.each([
    ["Disabled", "Enabled", "widened"],
    ["Enabled", "Disabled", "narrowed"],
    ["Disabled", "SecuredByPerimeter", "changed"],
    ["SecuredByPerimeter", "Disabled", "changed"],
  ])("is told apart by the networks it answers to: from %s to %s is %s", (before, after, direction) => {
    const behind = (publicNetwork: string) => ({ ...base, vaults: [{ ...vault, publicNetwork }] });
    expect(brief(diffManifests(behind(before), behind(after)))).toMatchObject([{ code: "vault-setting", direction }]);
  });

  it.each([
    ["with all its protections", {}, "low"],
    ["without roles", { isRoleBased: false }, "high"],
    ["without soft delete", { hasSoftDelete: false }, "high"],
    ["without purge protection", { hasPurgeProtection: false }, "high"],
  ])("is told when it is created %s", (_, change, risk) => {
    const created = { ...base, vaults: [{ ...vault, ...change }] };
    expect(brief(diffManifests(base, created))).toMatchObject([{ code: "vault", direction: "added", risk }]);
  });

  it("is told when it goes", () => {
    expect(brief(diffManifests({ ...base, vaults: [vault] }, base))).toMatchObject([
      { code: "vault", direction: "removed", risk: "low" },
    ]);
  });

  it("tells every setting that protects it less", () => {
    const open = {
      ...vault,
      isRoleBased: false,
      hasSoftDelete: false,
      hasPurgeProtection: false,
      retentionDays: 7,
      publicNetwork: "Enabled",
    };
    const found = diffManifests({ ...base, vaults: [vault] }, { ...base, vaults: [open] });
    expect(found).toHaveLength(5);
    expect(found.every(({ code, direction }) => code === "vault-setting" && direction === "widened")).toBe(true);
  });
});
