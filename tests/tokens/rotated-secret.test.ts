import { TokenError } from "../../tokens/token-error";
import { createWorld, DAY, HOUR, MINUTE, refusal, start } from "./memory-world";

describe("a rotated client secret", () => {
  it.each([7000215, 7000222])("is read again once and tried once after AADSTS%d", async (number) => {
    const { world, source } = createWorld();
    await source.getToken();
    world.put("p-client-secret", "secret 2", "s2");
    world.secrets = new Set(["secret 2"]);
    world.now += 58 * MINUTE;
    const reads = world.reads.length;
    expect((await source.getToken()).token).toBe("token 2");
    expect(world.reads.length - reads).toBe(2);
    expect(world.asked.map(({ secret }) => secret)).toEqual(["secret 1", "secret 1", "secret 2"]);

    world.next = refusal("invalid_client", number);
    world.now += HOUR;
    const asked = world.asked.length;
    await expect(source.getToken()).rejects.toMatchObject({ code: `AADSTS${number}` });
    expect(world.asked.length - asked).toBe(2);
  });

  it("is read again for a number nobody knows under OAuth's word for a wrong secret", async () => {
    const { world, source } = createWorld();
    world.next = refusal("invalid_client", 7999999);
    await expect(source.getToken()).rejects.toMatchObject({ code: "AADSTS7999999" });
    expect(world.asked).toHaveLength(2);
  });

  it("is not read again for a client that was stopped or sends a secret as a public one", async () => {
    for (const number of [7000112, 700025]) {
      const { world, source } = createWorld();
      world.next = refusal("invalid_client", number);
      await expect(source.getToken()).rejects.toBeInstanceOf(TokenError);
      expect(world.asked).toHaveLength(1);
    }
  });

  it("is seen within the hour without any refusal", async () => {
    const { world, source } = createWorld();
    await source.getToken();
    world.put("p-client-secret", "secret 2", "s2");
    world.secrets.add("secret 2");
    world.now += HOUR;
    await source.getToken();
    expect(world.asked.at(-1)?.secret).toBe("secret 2");
    expect(world.refused).toBe(0);
  });

  it("does not lose the newer refresh token in memory", async () => {
    const { world, source } = createWorld();
    await source.getToken();
    world.put("p-client-secret", "secret 2", "s2");
    world.secrets = new Set(["secret 2"]);
    world.now += 58 * MINUTE;
    await source.getToken();
    expect(world.asked.at(-1)).toEqual({
      kind: "refresh-token",
      secret: "secret 2",
      refreshToken: "refresh 2 of refresh 1",
    });
  });
});

describe("a consumer for a year", () => {
  // It asks every minute, 525,600 times for each way of rotating; the cache answers nearly all of them.
  it.each([
    ["with an overlap", 2 * DAY],
    ["with every previous secret removed at once", 0],
  ])(
    "fails never through 100 rotations %s",
    async (_name, overlap) => {
      const { world, source } = createWorld();
      const retire: { secret: string; at: number }[] = [];
      const every = Math.floor((365 * DAY) / 100);
      let current = "secret 1";
      let [generation, asked, failed] = [1, 0, 0];
      for (let passed = 0; passed < 365 * DAY; passed += MINUTE) {
        world.now = start + passed;
        if (generation <= 100 && passed >= generation * every - HOUR) {
          generation += 1;
          retire.push({ secret: current, at: world.now + overlap });
          current = `secret ${generation}`;
          world.secrets.add(current);
          world.put("p-client-secret", current, `s${generation}`, { dueOn: "2027-12-31" });
        }
        while (retire[0] !== undefined && retire[0].at <= world.now) world.secrets.delete(retire.shift()?.secret ?? "");
        asked += 1;
        await source.getToken().catch(() => {
          failed += 1;
        });
      }
      expect({ asked, failed, rotations: generation - 1 }).toEqual({ asked: 525_600, failed: 0, rotations: 100 });
      // With an overlap not even Entra refuses anything: the hourly look sees the new secret first.
      if (overlap > 0) expect(world.refused).toBe(0);
      else expect(world.refused).toBeGreaterThan(0);
      expect(world.refused).toBeLessThanOrEqual(100);
    },
    60_000,
  );
});
