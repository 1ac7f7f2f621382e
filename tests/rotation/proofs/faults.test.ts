import type { Fault } from "../../../offline/emulator/http/faults";
import { type DrivenTenant, type RunChanges, startDrivenTenant } from "../../support/driver/driven-tenant";
import { onTheApplication, onTheVault, orphans, published } from "./looking";

let tenant: DrivenTenant;
beforeAll(async () => {
  tenant = await startDrivenTenant();
});
beforeEach(async () => {
  tenant.restart();
  expect(await tenant.up()).toMatchObject({ ok: true });
  tenant.advance(90);
});
afterAll(() => tenant.stop());

const faults = (...list: Partial<Fault>[]) => tenant.emulator.control("POST", "faults", list);
const mint = { service: "graph", method: "POST", path: "**/addPassword" } as const;
const remove = { service: "graph", method: "POST", path: "**/removePassword" } as const;
const publish = { service: "arm", method: "PUT", path: "**/secrets/*-client-secret" } as const;
const readRecord = { service: "arm", method: "GET", path: "**/secrets/*-client-secret" } as const;
const token = { service: "entra", path: "**/token" } as const;
const before = (status: number, times = 1, retryAfter?: number) =>
  ({ when: "before", action: "status", status, times, ...(retryAfter !== undefined && { retryAfter }) }) as const;
const after = (status: number) => ({ when: "after", action: "status", status, times: 1 }) as const;

/** What one troubled rotation comes to. `refusal`: the first run fails and says this; the second, without trouble, succeeds. */
interface Trouble {
  readonly name: string;
  readonly fault: Partial<Fault>;
  readonly refusal?: RegExp;
  /** Credentials minted over all runs together; more than one leaves orphans, which must be listed. */
  readonly minted?: number;
}

const passing: readonly Trouble[] = [
  { name: "Graph throttles the mint and says for how long", fault: { ...mint, ...before(429, 2, 7) } },
  { name: "Graph throttles the mint without a word", fault: { ...mint, ...before(429, 3) } },
  { name: "Graph is away while it should mint, with a date", fault: { ...mint, ...before(503, 2, 3) } },
  { name: "Graph is away while it should mint", fault: { ...mint, ...before(503, 3) } },
  { name: "Graph is away for every other look", fault: { service: "graph", method: "GET", ...before(503, 4) } },
  { name: "the sign-in service throttles the proof", fault: { ...token, nth: 3, ...before(429, 2, 5) } },
  { name: "the sign-in service is away during the proof", fault: { ...token, nth: 3, ...before(503, 3) } },
  { name: "the proof's answer is cut off", fault: { ...token, nth: 3, when: "after", action: "truncate", times: 1 } },
  { name: "the vault throttles the publish", fault: { ...publish, ...before(429, 2, 4) } },
  { name: "the vault publishes and answers an error that passes", fault: { ...publish, ...after(503) } },
  { name: "the vault publishes and hangs up", fault: { ...publish, when: "after", action: "reset", times: 1 } },
  { name: "the mint is done and answered with an error that passes", fault: { ...mint, ...after(503) }, minted: 2 },
];

const refused: readonly Trouble[] = [
  { name: "Graph sees a conflict at the mint", fault: { ...mint, ...before(409) }, refusal: /addPassword.* 409 / },
  {
    name: "Graph sees a conflict at the mint and says for how long",
    fault: { ...mint, ...before(409, 1, 5) },
    refusal: /addPassword.* 409 /,
  },
  { name: "Graph refuses the mint", fault: { ...mint, ...before(403) }, refusal: /addPassword.* 403 / },
  {
    name: "the mint is done and the line goes dead",
    fault: { ...mint, when: "after", action: "reset", times: 1 },
    refusal: /addPassword failed/,
    minted: 2,
  },
  { name: "the vault refuses the publish", fault: { ...publish, ...before(403) }, refusal: /Status=403/ },
  { name: "the vault sees a conflict", fault: { ...publish, ...before(409) }, refusal: /Status=409/ },
  { name: "the vault publishes and says it refused", fault: { ...publish, ...after(409) }, refusal: /Status=409/ },
  {
    name: "the record cannot be read",
    fault: { ...readRecord, ...before(403) },
    refusal: /Cannot tell what the vault's entry \S+ holds; nothing was changed: .*Status=403/s,
  },
  {
    name: "the record cannot be read for long",
    fault: { ...readRecord, ...before(500, 100) },
    refusal: /Cannot tell what .* nothing was changed: .*Status=500/s,
  },
  {
    name: "the sign-in service stays away during the proof",
    fault: { ...token, nth: 3, ...before(503, 10_000) },
    refusal: /prove-client-secret failed: Entra refused or failed: .*status 503/,
  },
];

describe("a rotation goes through", () => {
  it.each(passing)("when $name", async ({ fault, minted = 1 }) => {
    const first = tenant.keyIds();
    await faults(fault);
    expect(await tenant.up()).toMatchObject({ ok: true, error: undefined });
    expect(published(tenant)).toBe(2);
    await expectNothingLost(first, minted);
  });
});

describe("a rotation is refused by name, and the next one goes through", () => {
  it.each(refused)("when $name", async ({ fault, refusal = /never/, minted = 1 }) => {
    const first = tenant.keyIds();
    await faults(fault);
    const run = await tenant.up();
    expect(run.ok).toBe(false);
    expect(run.error).toMatch(refusal);
    const early = tenant.keyIds();
    await faults();
    tenant.advance(1);
    expect(await tenant.up()).toMatchObject({ ok: true, error: undefined });
    expect(published(tenant)).toBe(2);
    // What the first run had minted is used and not minted once more.
    expect(tenant.keyIds().slice(0, early.length)).toEqual(early);
    await expectNothingLost(first, minted);
  });

  it("when the record cannot be read: nothing is minted on a guess", async () => {
    const first = tenant.keyIds();
    const state = await tenant.callsSoFar();
    await faults({ ...readRecord, ...before(503, 100) });
    // By this name: the state would refuse an entry that is not there, for another reason.
    expect((await tenant.up()).error).toMatch(/Cannot tell what the vault's entry \S+ holds/);
    expect(tenant.keyIds()).toEqual(first);
    expect(await tenant.writesSince(state)).toEqual([]);
  });

  it("when what was replaced cannot be removed: both stay valid, and the next run removes it", async () => {
    expect((await tenant.up()).ok).toBe(true);
    tenant.advance(8);
    await faults({ ...remove, ...before(403, 100) });
    const run = await tenant.up();
    expect(run.error).toMatch(/removePassword.* 403 /);
    expect(tenant.keyIds()).toHaveLength(2);
    await faults();
    expect((await tenant.up()).ok).toBe(true);
    expect(tenant.keyIds()).toHaveLength(1);
    expect(tenant.watch.invalid).toEqual([]);
  });
});

/** What `recover` does about it is in tests/journeys/rotation-faults: the driver has no refresh. */
describe("a removal that is done and answered with an error", () => {
  it("is refused by name for ever, and neither takes the published secret along nor mints another", async () => {
    expect((await tenant.up()).ok).toBe(true);
    tenant.advance(8);
    await faults({ ...remove, ...after(503) });
    for (const _ of [1, 2]) {
      expect((await tenant.up()).error).toMatch(/removePassword: .* 400 .*No credentials found to be removed/);
      await faults();
    }
    expect(published(tenant)).toBe(2);
    expect(tenant.keyIds()).toHaveLength(1);
    expect(tenant.watch.invalid).toEqual([]);
  });
});

describe("a sign-in service", () => {
  it("that repeats the secret in its refusal is not quoted", async () => {
    let repeated = "";
    const run = await tenant.up({
      fetch: (send) => async (input, init) => {
        const { client_secret: secret = "" } = Object.fromEntries(new URLSearchParams(String(init?.body)));
        const isProof = String(input).endsWith("/token") && secret !== tenant.emulator.secrets.deployer;
        if (!isProof) return send(input, init);
        repeated = secret;
        const description = `AADSTS7000112: refused, you sent ${secret}`;
        return Response.json(
          { error: secret, error_description: description, error_codes: [7000112] },
          { status: 400 },
        );
      },
    });
    expect(repeated).not.toBe("");
    expect(run.error).toContain("AADSTS7000112");
    expect(run.error?.includes(repeated)).toBe(false);
  });
});

describe("a vault in trouble", () => {
  it("that answers 403 for ten minutes, as with a new role assignment, gets the same secret afterwards", async () => {
    const start = tenant.time.now();
    const denied: RunChanges = {
      fetch: (send) => async (input, init) => {
        const isPublish = init?.method === "PUT" && /-client-secret\?/.test(String(input));
        if (!isPublish || tenant.time.now() - start > 600_000) return send(input, init);
        return Response.json({ error: { code: "AuthorizationFailed", message: "not yet" } }, { status: 403 });
      },
    };
    const first = await tenant.up(denied);
    expect(first.error).toContain('Status=403 Code="AuthorizationFailed"');
    const minted = tenant.keyIds();
    expect((await tenant.up(denied)).ok).toBe(false);
    await tenant.time.sleep(600_000);
    expect(await tenant.up(denied)).toMatchObject({ ok: true });
    expect(published(tenant)).toBe(2);
    expect(tenant.keyIds()).toEqual(minted);
    expect(tenant.watch.invalid).toEqual([]);
  });

  it("whose latest version somebody disabled gets a new one that is enabled", async () => {
    await onTheVault(tenant, "PATCH", { attributes: { enabled: false } });
    expect(tenant.watch.invalid).toHaveLength(1);
    expect(await tenant.up()).toMatchObject({ ok: true });
    expect(published(tenant)).toBe(2);
    tenant.watch.look("the run");
    expect(tenant.watch.invalid.filter((line) => line.includes("after the run: the published"))).toEqual([]);
  });

  it("in which the entry was deleted and can be recovered is refused by that name, and nothing is lost", async () => {
    const first = tenant.keyIds();
    await onTheVault(tenant, "DELETE");
    const since = await tenant.callsSoFar();
    const run = await tenant.up();
    expect(run.error).toMatch(
      /entry partner-insights-contoso-client-secret was deleted on 2027-\d\d-\d\d, and this stack/,
    );
    expect(run.error).toContain(
      "az keyvault secret recover --vault-name fabrikam-partner-access --name partner-insights",
    );
    expect(await tenant.writesSince(since)).toEqual([]);
    await onTheVault(tenant, "recover");
    // What the person did is not our doing: from here on every consumer is served again.
    const troubled = tenant.watch.invalid.length;
    expect(await tenant.up()).toMatchObject({ ok: true, error: undefined });
    expect(published(tenant)).toBe(2);
    expect(tenant.keyIds().slice(0, 1)).toEqual(first);
    expect(tenant.watch.invalid.slice(troubled)).toEqual([]);
  });

  it("from which the whole stack was destroyed takes the same stack again", async () => {
    expect(await tenant.destroy()).toMatchObject({ ok: true, error: undefined });
    expect(tenant.keyIds()).toEqual([]);
    expect(await tenant.up()).toMatchObject({ ok: true, error: undefined });
    expect(published(tenant)).toBe(1);
  });
});

describe("a tenant whose policy limits client secrets", () => {
  const policy = (...passwordCredentials: object[]) =>
    onTheApplication(tenant, "PATCH", "/v1.0/policies/defaultAppManagementPolicy", {
      isEnabled: true,
      applicationRestrictions: { passwordCredentials },
    });

  it("is known before anything is minted, with the value it allows", async () => {
    await policy({ restrictionType: "passwordLifetime", maxLifetime: "P60D" });
    const since = await tenant.callsSoFar();
    const run = await tenant.up();
    expect(run.error).toMatch(/rotation\.lifetimeDays is 180, and the app management policy .* at most 60 days/);
    expect(run.error).toContain("set rotation.lifetimeDays to 60 or less and rotation.everyDays to 30 or less");
    expect(await tenant.writesSince(since)).toEqual([]);
    expect(await tenant.up({ rotation: { lifetimeDays: 60, everyDays: 30 } })).toMatchObject({ ok: true });
    expect(published(tenant)).toBe(2);
  });

  it("may forbid them altogether", async () => {
    await policy({ restrictionType: "passwordAddition" });
    expect((await tenant.up()).error).toContain("allows no new client secrets");
  });

  it("is asked only when something is to be minted", async () => {
    expect((await tenant.up()).ok).toBe(true);
    await policy({ restrictionType: "passwordAddition" });
    tenant.advance(8);
    expect(await tenant.up()).toMatchObject({ ok: true, steps: ["delete partner-secret-a"] });
  });

  it("and hides its policies: the run goes on, and Entra's own refusal loses nothing", async () => {
    await policy({ restrictionType: "passwordLifetime", maxLifetime: "P60D" });
    await faults({ service: "graph", method: "GET", path: "/v1.0/policies/*", ...before(403, 100) });
    const first = tenant.keyIds();
    const run = await tenant.up();
    expect(run.error).toContain("CredentialInvalidLifetimeAsPerAppPolicy");
    expect(tenant.keyIds()).toEqual(first);
    await policy();
    expect((await tenant.up()).ok).toBe(true);
    await expectNothingLost(first, 1);
  });
});

/** Every consumer was served, every credential is accounted for, and what nobody knows is listed. */
async function expectNothingLost(first: readonly string[], minted: number): Promise<void> {
  expect(tenant.watch.invalid).toEqual([]);
  const living = tenant.keyIds();
  expect(living.slice(0, first.length)).toEqual(first);
  expect(living).toHaveLength(first.length + minted);
  const listed = orphans(tenant);
  expect(listed).toHaveLength(minted - 1);
  expect(listed.every(({ isPublished }) => !isPublished)).toBe(true);
}
