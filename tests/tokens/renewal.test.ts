import { homeSubscription, homeTenant } from "../../offline/emulator/seed/constants";
import { latestOf } from "../../offline/emulator/services/key-vault/secret-rules";
import { SecretStore } from "../../offline/emulator/services/key-vault/secret-store";
import { findVault } from "../../offline/emulator/services/resource-manager/vault-lifecycle";
import type { Refusal } from "../../tokens/explain";
import type { Reading } from "../../tokens/published";
import {
  buriedSignIn,
  type Renewal,
  type RenewalParts,
  renewSignIn,
  type SignInEntry,
  type StoredVersion,
  writeAgain,
} from "../../tokens/renewal";
import type { Redeem } from "../../tokens/token-source";
import { startTestEmulator, type TestEmulator } from "../support/emulator";

let emulator: TestEmulator;
beforeAll(async () => {
  emulator = await startTestEmulator();
});
afterAll(() => emulator.stop());

const name = "partner-insights-contoso-refresh-token";
const obtainedAt = "2026-03-01T08:00:00.000Z";
const now = Date.parse("2026-03-09T08:00:00Z");
const secret: Reading = {
  kind: "found",
  value: "a client secret",
  tags: { tenantId: "tenant", clientId: "client" },
  version: "s1",
};
const refused = (number: number): { refused: Refusal } => ({
  refused: {
    status: 400,
    oauthError: "invalid_grant",
    numbers: [number],
    failure: undefined,
    correlationId: undefined,
    isTemporary: false,
  },
});

/** Entra's rules of a refresh token: replaced on use, the old one stays good, revoking ends all that were issued before. */
class Entra {
  private issued = 0;
  private validFrom = 0;
  private readonly tokens = new Map<string, number>();
  readonly redeemed: string[] = [];

  issue(of: string): string {
    this.issued += 1;
    const text = `${of}#${this.issued}`;
    this.tokens.set(text, this.issued);
    return text;
  }

  revoke(): void {
    this.validFrom = this.issued;
  }

  works(text: string | undefined): boolean {
    return (this.tokens.get(text ?? "") ?? 0) > this.validFrom;
  }

  readonly redeem: Redeem = async (_client, grant) => {
    const text = grant.kind === "refresh-token" ? grant.refreshToken : "";
    this.redeemed.push(text);
    if (!this.works(text)) return refused(50173);
    const refreshToken = this.issue(text.split("#")[0] ?? "");
    return { issued: { accessToken: "an access token", expiresInSeconds: 3599, refreshToken } };
  };
}

/** The entry of the emulated vault, straight through the rules of its secrets: versions, whole seconds, lists without order. */
class Entry implements SignInEntry {
  private readonly store: SecretStore;

  constructor() {
    const found = findVault(emulator.world, homeSubscription.vault);
    const tenant = emulator.world.tenants.get(homeTenant.id);
    if (found === undefined || tenant === undefined) throw new Error("the emulated world has no vault");
    this.store = new SecretStore(emulator.world, tenant, found.vault);
    tenant.secrets.remove(`${found.vault.id}/${name}`);
  }

  async read(version?: string) {
    const secret = this.store.get(name);
    const found = version === undefined ? latestOf(secret) : this.store.version(name, version);
    if (!found.enabled) return { kind: "disabled" } as const;
    const { value, tags, contentType, expires } = found;
    return {
      kind: "found" as const,
      value,
      tags,
      version: found.version,
      contentType: contentType ?? undefined,
      expiresOn: expires === null ? undefined : new Date(expires * 1000),
    };
  }

  async versions() {
    const versions = [...this.store.get(name).versions].sort((a, b) => (a.version < b.version ? -1 : 1));
    return versions.sort((a, b) => a.created - b.created);
  }

  async write({ value, tags, contentType, expiresOn }: StoredVersion) {
    const expires = expiresOn === undefined ? null : expiresOn.getTime() / 1000;
    return latestOf(this.store.set(name, { value, tags, contentType: contentType ?? null, expires })).version;
  }

  get latest(): string {
    return latestOf(this.store.get(name)).value;
  }
}

async function signedIn(changes: Partial<StoredVersion> = {}) {
  const [entra, entry] = [new Entra(), new Entry()];
  const content = {
    value: entra.issue("first"),
    tags: { obtainedAt, tenantId: "tenant" },
    contentType: "Entra refresh token",
  };
  await entry.write({ expiresOn: undefined, ...content, ...changes });
  // What is renewed is days old, never of the same second as what comes next.
  const { clock } = emulator.world;
  clock.set(new Date(clock.now().getTime() + 2000));
  const parts: RenewalParts = {
    entry,
    readSecret: async () => secret,
    redeem: entra.redeem,
    resource: "https://api.partnercenter.microsoft.com",
    now: () => now,
  };
  return { entra, entry, parts };
}

describe("renewSignIn", () => {
  it("writes the newer token after it has given a token itself, with the same tags and the new date", async () => {
    const { entra, entry, parts } = await signedIn({ expiresOn: new Date("2026-05-30T08:00:00Z") });
    const before = await entry.read();
    expect(await renewSignIn(parts)).toEqual({
      result: "renewed",
      ageDays: 0,
      sentence: "The refresh token was renewed.",
    });
    expect(entra.redeemed).toEqual(["first#1", "first#2"]);
    expect(await entry.read()).toEqual({
      kind: "found",
      value: "first#2",
      tags: {
        obtainedAt: "2026-03-09T08:00:00.000Z",
        tenantId: "tenant",
        renewedFrom: before.kind === "found" ? before.version : "",
      },
      version: expect.any(String),
      contentType: "Entra refresh token",
      expiresOn: new Date("2026-06-07T08:00:00Z"),
    });
  });

  it.each([
    ["the stored token is refused", 1],
    ["the newer token is refused", 2],
  ])("leaves the vault as it was when %s", async (_name, nth) => {
    const { entra, entry, parts } = await signedIn();
    let calls = 0;
    const redeem: Redeem = async (client, grant) => (++calls === nth ? refused(50173) : entra.redeem(client, grant));
    await expect(renewSignIn({ ...parts, redeem })).rejects.toMatchObject({ code: "AADSTS50173" });
    expect(entry.latest).toBe("first#1");
    expect(await entry.versions()).toHaveLength(1);
  });

  it("keeps the stored token when Entra answers no newer one", async () => {
    const { entry, parts } = await signedIn();
    const redeem: Redeem = async () => ({
      issued: { accessToken: "t", expiresInSeconds: 3599, refreshToken: undefined },
    });
    expect(await renewSignIn({ ...parts, redeem })).toMatchObject({ result: "skipped", ageDays: 8 });
    expect(entry.latest).toBe("first#1");
  });

  it("does not write when somebody signed in while the tokens were redeemed", async () => {
    const { entra, entry, parts } = await signedIn();
    const redeem: Redeem = async (client, grant) => {
      if (entra.redeemed.length === 1) await entry.write(content(entra.issue("second")));
      return entra.redeem(client, grant);
    };
    expect(await renewSignIn({ ...parts, redeem })).toMatchObject({ result: "overtaken" });
    expect(entry.latest).toMatch(/^second#/);
  });

  it("puts a sign-in back on top that came between the last look and the write", async () => {
    const { entra, entry, parts } = await signedIn();
    const racing: SignInEntry = {
      read: (version) => entry.read(version),
      versions: () => entry.versions(),
      async write(stored) {
        if ((await entry.versions()).length === 1) {
          entra.revoke();
          await entry.write(content(entra.issue("second")));
        }
        return entry.write(stored);
      },
    };
    expect(await renewSignIn({ ...parts, entry: racing })).toMatchObject({ result: "overtaken" });
    expect(entry.latest).toMatch(/^second#/);
    expect(entra.works(entry.latest)).toBe(true);
  });
});

const content = (value: string): StoredVersion => ({
  value,
  tags: { obtainedAt: new Date(now).toISOString() },
  contentType: undefined,
  expiresOn: undefined,
});

/** The same numbers for the same seed: a failing interleaving can be run again. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

interface Actor {
  /** Calls until it is killed. */
  readonly lives: number;
  /** Whether it may make its next call; asked only while somebody else can go on. */
  readonly isAwake: (calls: number) => boolean;
  calls: number;
}

/** Lets one call of somebody happen at a time, in an order that the seed decides. */
class Turns {
  private readonly waiting: { readonly actor: Actor; readonly go: () => void }[] = [];

  constructor(private readonly random: () => number) {}

  /** A call that happens when it is this actor's turn. An actor that was killed never gets another one. */
  of(actor: Actor) {
    return async <T>(call: () => Promise<T> | T): Promise<T> => {
      await new Promise<void>((go) => actor.calls < actor.lives && this.waiting.push({ actor, go }));
      actor.calls += 1;
      return call();
    };
  }

  async run(): Promise<void> {
    for (;;) {
      await new Promise((done) => setImmediate(done));
      if (this.waiting.length === 0) return;
      const awake = this.waiting.filter(({ actor }) => actor.isAwake(actor.calls));
      const choice = awake.length > 0 ? awake : this.waiting;
      const next = choice[Math.floor(this.random() * choice.length)];
      if (next !== undefined) this.waiting.splice(this.waiting.indexOf(next), 1);
      // Whole seconds are all that a version knows: many calls fall into one.
      const { clock } = emulator.world;
      clock.set(new Date(clock.now().getTime() + this.random() * 900));
      next?.go();
    }
  }
}

describe("rotate and sign-in at once", () => {
  const results = new Map<string, number>();
  const note = (word: string) => results.set(word, (results.get(word) ?? 0) + 1);

  it.each(Array.from({ length: 200 }, (_, seed) => [seed + 1]))(
    "leave a token that works, in interleaving %d",
    async (seed) => {
      const random = seeded(seed);
      const { entra, entry, parts } = await signedIn();
      const turns = new Turns(random);
      const upTo = (most: number) => Math.floor(random() * (most + 1));
      // The machine that renews hangs before one of its calls; the person signs in when it has made some, often just those.
      const hangsAfter = upTo(9);
      const startsAfter = random() < 0.5 ? hangsAfter : upTo(9);
      const isKilled = random() < 0.4;
      const machine: Actor = {
        lives: isKilled ? (random() < 0.5 ? hangsAfter + 1 : upTo(9)) : 1000,
        isAwake: (calls) => calls !== hangsAfter,
        calls: 0,
      };
      const person: Actor = { lives: 1000, isAwake: () => machine.calls >= startsAfter, calls: 0 };
      const renewals: Promise<Renewal>[] = [];
      const renew = (actor: Actor) => {
        const turn = turns.of(actor);
        const seen: SignInEntry = {
          read: (version) => turn(() => entry.read(version)),
          versions: () => turn(() => entry.versions()),
          write: (stored) => turn(() => entry.write(stored)),
        };
        const redeem: Redeem = (client, grant) => turn(() => entra.redeem(client, grant));
        const run = renewSignIn({ ...parts, entry: seen, redeem });
        renewals.push(run);
        run.then(
          ({ result }) => note(result),
          () => note("refused"),
        );
      };
      renew(machine);
      if (seed % 3 === 0) renew({ lives: 1000, isAwake: () => true, calls: 0 });
      const turn = turns.of(person);
      const isRevoked = seed % 2 === 0;
      const signIn = (async () => {
        if (isRevoked) await turn(() => entra.revoke());
        const obtained = await turn(() => entra.issue("second"));
        await turn(() =>
          entra.redeem(
            { tenantId: "", clientId: "", secret: "" },
            { kind: "refresh-token", refreshToken: obtained, scope: "" },
          ),
        );
        await turn(() => entry.write(content(obtained)));
      })();
      await turns.run();
      await signIn;
      if (isKilled) {
        note(`killed after ${(await entry.versions()).length} versions`);
        // The next run of the schedule.
        const latest = await entry.read();
        const buried = latest.kind === "found" ? buriedSignIn(await entry.versions(), latest) : undefined;
        if (buried !== undefined) {
          note("repaired");
          await writeAgain(entry, buried);
        }
        await renewSignIn(parts);
      }
      expect(entra.works(entry.latest)).toBe(true);
      if (isRevoked) expect(entry.latest).toMatch(/^second#/);
    },
  );

  it("met every way in which the two can meet", () => {
    const words = ["renewed", "overtaken", "refused", "repaired", "killed after 2 versions", "killed after 3 versions"];
    expect([...results.keys()]).toEqual(expect.arrayContaining(words));
  });
});
