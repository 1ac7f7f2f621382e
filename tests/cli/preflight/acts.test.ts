import { resolve } from "node:path";
import { actLines, actsOf, nextAct } from "../../../cli/preflight/acts";
import type { Check } from "../../../cli/preflight/check";
import { personChecks } from "../../../cli/preflight/person-checks";
import { comesNext, needed } from "../../../cli/up/preflight";
import { readStackFromFiles } from "../../../configuration/read-stack";
import type { StackConfiguration } from "../../../configuration/stack-configuration";

const dev = readStackFromFiles(resolve(__dirname, "../../.."), "dev");
const solo: StackConfiguration = { ...dev, solo: true, vault: { ...dev.vault, clientId: undefined } };
const check = (name: string, result: Check["result"], who: Check["who"] = "you"): Check => ({
  name,
  result,
  detail: `${name} is ${result}`,
  fix: `mend ${name}`,
  who,
});
const allOk = ["state-store", "vault", "stack", "vault-rights", "sign-in", "rights", "api Microsoft Graph"].map(
  (name) => check(name, "ok"),
);
const but = (...others: readonly Check[]) => [
  ...allOk.filter(({ name }) => !others.some((other) => other.name === name)),
  ...others,
];
const states = (checks: readonly Check[], isPublished = false, hasSignIn = false) =>
  actsOf(dev, { checks, isPublished, hasSignIn }).map(({ state }) => state);
const next = (checks: readonly Check[], isPublished = false, hasSignIn = false) =>
  nextAct(actsOf(dev, { checks, isPublished, hasSignIn }))?.name;

describe("the five acts", () => {
  it.each([
    ["state-store", "bootstrap"],
    ["vault", "bootstrap"],
    ["stack", "onboard"],
    ["vault-rights", "onboard"],
    ["sign-in", "accept"],
    ["rights", "accept"],
    ["api Microsoft Graph", "accept"],
  ])("a failed check %s leaves %s open, which comes next", (name, act) => {
    expect(next(but(check(name, "failed")))).toBe(act);
  });

  it("are done one after the other", () => {
    expect([next(allOk), next(allOk, true), next(allOk, true, true)]).toEqual(["approve", "sign-in", undefined]);
    expect(actLines(actsOf(dev, { checks: allOk, isPublished: true, hasSignIn: true }))[2]).toBe("next: nothing");
  });

  it("counts what cannot be told as done where a later act shows it, and only there", () => {
    const unclear = but(check("state-store", "cannot-tell"), check("rights", "cannot-tell"));
    expect(states(unclear)).toEqual(["done", "done", "cannot-tell", "open", "open"]);
    expect(states(unclear, true)).toEqual(["done", "done", "done", "done", "open"]);
    // Open stays open: somebody took a right away.
    expect(states(but(check("rights", "failed")), true, true)[2]).toBe("open");
  });

  it("has no sign-in where nobody signs in", () => {
    const nobody = { ...dev, reportingUser: undefined };
    expect(nextAct(actsOf(nobody, { checks: allOk, isPublished: true, hasSignIn: false }))).toBeUndefined();
  });

  it("are all the person's own in a solo stack, with commands that such a stack has", () => {
    const acts = actsOf(solo, { checks: allOk, isPublished: false, hasSignIn: false });
    expect(acts.map(({ who }) => who)).toEqual(["you", "you", "you", "you", "the reporting user"]);
    expect(acts[3]?.todo).toBe("npm run partner-access -- up -s dev");
    expect(acts.map(({ todo }) => todo).join()).not.toMatch(/deployer|pull request/);
  });
});

describe("the person of a solo stack", () => {
  const globalAdministrator = "62e90394-69f5-4237-9190-012177145e10";
  const cloudApplicationAdministrator = "158c047a-c907-4556-b7ef-446551a6b5f7";
  const asking = (configuration: StackConfiguration, directoryRoles: readonly string[], objectId = "me") =>
    personChecks(configuration, { objectId, isPerson: true, directoryRoles }).map(({ result }) => result);
  const plain = { ...solo, application: { ...solo.application, owners: undefined } };
  const ofGraph = {
    ...plain,
    permissions: plain.permissions.map((it) => ({
      ...it,
      application: it.delegated.map((one) => ({ ...one, kind: "application" as const })),
    })),
  };

  it("needs a role that may register applications, and a higher one for what Graph is asked without a user", () => {
    expect(asking(plain, [])).toEqual(["failed", "ok"]);
    expect(asking(plain, [cloudApplicationAdministrator])).toEqual(["ok", "ok"]);
    expect(asking(ofGraph, [cloudApplicationAdministrator])).toEqual(["failed", "ok"]);
    expect(asking(ofGraph, [globalAdministrator])).toEqual(["ok", "ok"]);
  });

  it("is warned where the list of owners leaves them out", () => {
    const named = (owners: readonly string[]) => ({ ...plain, application: { ...plain.application, owners } });
    expect(asking(named(["other"]), [globalAdministrator])).toEqual(["ok", "warning"]);
    expect(asking(named(["me"]), [globalAdministrator])).toEqual(["ok", "ok"]);
  });
});

describe("before an update", () => {
  it("fails only on what the update needs, by who can mend it", () => {
    const checks = [
      check("stack", "failed", "you"),
      check("vault-rights", "failed", "vault-owner"),
      check("assignment", "failed", "tenant-administrator"),
      check("api Microsoft Graph", "failed", "tenant-administrator"),
      check("mfa", "failed", "reporting-user"),
      // Blocked, which the administrator mends; below, one that does not exist.
      check("reporting-user", "failed", "tenant-administrator"),
      // Of an entry that an earlier update removed, for example.
      check("vault-entries", "failed", "vault-owner"),
      check("owners", "warning", "you"),
      check("secret-policy", "cannot-tell", "tenant-administrator"),
    ];
    expect(needed(checks)).toEqual([
      {
        code: "api",
        message: "api Microsoft Graph is failed",
        fix: "The administrator of the partner tenant: mend api Microsoft Graph",
      },
      { code: "vault-rights", message: "vault-rights is failed", fix: "The owner of the vault: mend vault-rights" },
      { code: "stack", message: "stack is failed", fix: "You: mend stack" },
    ]);
  });

  it("fails on a user that the tenant does not have", () => {
    expect(needed([check("reporting-user", "failed", "you")])).toHaveLength(1);
  });

  it("names what comes after it: what the update did not need, then the next act", () => {
    const checks = but(check("assignment", "failed", "tenant-administrator"));
    expect(comesNext(checks, actsOf(dev, { checks, isPublished: true, hasSignIn: false }))).toEqual([
      { name: "assignment", who: "The administrator of the partner tenant", todo: "mend assignment" },
      { name: "sign-in", who: "the reporting user", todo: "npm run partner-access -- sign-in -s dev" },
    ]);
  });
});
