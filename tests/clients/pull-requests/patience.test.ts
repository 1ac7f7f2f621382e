import fc from "fast-check";
import { patiently, pauseAfter, type Refusal } from "../../../clients/pull-requests/patience";

const now = Date.parse("2026-01-01T00:00:00Z");
const pause = (refusal: Refusal, attempt = 0, isSafe = false) => pauseAfter(refusal, attempt, isSafe, now);

describe("how long to wait after a refusal", () => {
  it("is what the service says", () => {
    expect(pause({ status: 429, retryAfterSeconds: 7 })).toBe(7000);
    expect(pause({ status: 403, retryAfterSeconds: 61 })).toBe(61_000);
    expect(pause({ status: 403, remaining: 0, resetsAtSeconds: now / 1000 + 30 })).toBe(31_000);
    expect(pause({ status: 429, remaining: 0, resetsAtSeconds: now / 1000 - 30 })).toBe(1000);
  });

  it("is a minute, then longer, after a limit that does not say", () => {
    const limit: Refusal = { status: 403, isSecondaryLimit: true };
    expect([0, 1, 2, 3].map((attempt) => pause(limit, attempt))).toEqual([60_000, 120_000, 240_000, 300_000]);
    expect(pause({ status: 429 })).toBe(60_000);
  });

  it("is nothing after a refusal for good, or a write that may have happened", () => {
    for (const status of [400, 401, 403, 404, 410, 422])
      expect(pause({ status, remaining: 17 }, 0, true)).toBeUndefined();
    expect(pause({ status: 502 }, 0, false)).toBeUndefined();
    expect(pause({ status: 502 }, 2, true)).toBe(4000);
  });
});

it("asks again until the budget is spent, and then shows the last failure", async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 1, max: 20 }), async (failures, seconds) => {
      let [clock, asked] = [0, 0];
      const sleep = async (ms: number) => {
        clock += ms;
      };
      const time = { now: () => clock, sleep };
      const failure = { status: 429, retryAfterSeconds: seconds };
      const ask = async () => {
        asked += 1;
        if (asked <= failures) throw failure;
        return "answer";
      };
      const result = patiently(ask, (error) => error as Refusal, false, { budgetMs: 60_000, time });
      if (failures * seconds <= 60) await expect(result).resolves.toBe("answer");
      else await expect(result).rejects.toBe(failure);
      expect(clock).toBeLessThanOrEqual(60_000);
    }),
  );
});
