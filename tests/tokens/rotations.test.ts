import { createTokenEndpoint } from "../../clients/entra/token-endpoint";
import type { Reading } from "../../tokens/published";
import { createTokens } from "../../tokens/token-source";
import { createSignedInTenant, prefix, type SignedInTenant, vaultUri } from "../support/consumer";
import { emulatorFetch } from "../support/driver/emulator-fetch";
import { startTestEmulator, type TestEmulator } from "../support/emulator";

let emulator: TestEmulator;
let tenant: SignedInTenant;
let outside: ReturnType<typeof emulatorFetch>;

beforeAll(async () => {
  emulator = await startTestEmulator();
  tenant = await createSignedInTenant(emulator);
  outside = emulatorFetch(emulator);
});
afterAll(async () => {
  outside.stop();
  await emulator.stop();
});

const now = () => emulator.world.clock.now().getTime();
const advance = async (hours: number) => {
  emulator.world.clock.set(new Date(now() + hours * 3_600_000));
};
const graph = async (action: string, body: object) => {
  const path = `/v1.0/applications/${tenant.application.objectId}/${action}`;
  const answer = await emulator.call("POST", path, { as: "partner-administrator", body });
  if (answer.status >= 300) throw new Error(`${action}: ${answer.status} ${answer.text}`);
  return answer.body;
};

/** A consumer in this process: the emulated vault, the real client, the emulated Entra. */
function createConsumer() {
  const count = { asked: 0, refused: 0 };
  const ask = createTokenEndpoint({ fetch: outside.fetch, budgetMs: 0 });
  const source = createTokens({
    async read(name): Promise<Reading> {
      const address = `${vaultUri}/secrets/${name}?api-version=7.6`;
      const { status, body } = await emulator.call("GET", address, { as: "home-deployer" });
      if (status !== 200) return { kind: "failed", status, code: undefined, isTemporary: false };
      return { kind: "found", value: body.value, tags: body.tags, version: String(body.id).split("/").at(-1) ?? "" };
    },
    async redeem(client, grant) {
      count.asked += 1;
      const answer = await ask({ ...client, authority: emulator.origin }, grant);
      if (answer.refused !== undefined) count.refused += 1;
      return answer;
    },
    prefix,
    flow: "app-only",
    resource: "https://api.partnercenter.microsoft.com",
    now,
    limits: { mostDaysOverdue: 14, oldestRefreshTokenDays: 60 },
  });
  return { source, count };
}

// A hundred of them, each minute of the year looked at and without the wire, are in rotated-secret.test.ts.
const ROTATIONS = 25;

describe("a consumer beside a year of rotations, on the emulator", () => {
  it.each([
    ["that keep the previous secret for an overlap", 48],
    ["that remove the previous secret at once", 0],
  ])("%s never fails to get a token", async (_name, overlapHours) => {
    const { source, count } = createConsumer();
    const stepHours = (365 * 24) / ROTATIONS;
    const began = now();
    let current = (await graph("addPassword", { passwordCredential: { displayName: "generation 0" } })) as {
      keyId: string;
      secretText: string;
    };
    await tenant.put("client-secret", current.secretText, { dueOn: "2099-01-01" });
    let tokens = 0;
    const use = async () => {
      const { token, expiresAt } = await source.getToken();
      expect(expiresAt.getTime()).toBeGreaterThan(now());
      expect(token.split(".")).toHaveLength(3);
      tokens += 1;
    };
    for (let generation = 1; generation <= ROTATIONS; generation += 1) {
      await use();
      // A token of half an hour ago: what was read is not old enough to be read again, and the next request is near.
      await advance(0.5);
      await use();
      const next = await graph("addPassword", { passwordCredential: { displayName: `generation ${generation}` } });
      await tenant.put("client-secret", next.secretText, { dueOn: "2099-01-01" });
      if (overlapHours > 0) await advance(overlapHours);
      await graph("removePassword", { keyId: current.keyId });
      current = next;
      // The kept token ends soon, the kept secret is gone: this request meets the rotation.
      await advance(0.45);
      await source.getToken();
      await advance(0.3);
      await use();
      await advance(stepHours - overlapHours - 1.25);
      emulator.forgetTokens();
    }
    expect(tokens).toBe(3 * ROTATIONS);
    expect(Math.round((now() - began) / 86_400_000)).toBe(365);
    // How many requests meet a rotation depends on the lifetimes that Entra picks; rotated-secret.test.ts makes each kind of meeting.
    expect(count.refused).toBeLessThanOrEqual(overlapHours > 0 ? 0 : ROTATIONS);
  });

  it("is told by one sentence when the tenant itself is wrong", async () => {
    const { source } = createConsumer();
    await tenant.put("client-secret", "wrong");
    await expect(source.getToken()).rejects.toMatchObject({
      code: "AADSTS7000215",
      nextStep: expect.stringContaining("Read the vault again"),
    });
  });
});
