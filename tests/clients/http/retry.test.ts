import { isTemporaryStatus, networkError, ServiceError } from "../../../clients/http/errors";
import { retry, standardPause } from "../../../clients/http/retry";

function time() {
  const slept: number[] = [];
  return {
    slept,
    now: () => slept.reduce((sum, one) => sum + one, 0),
    sleep: async (milliseconds: number) => void slept.push(milliseconds),
  };
}

const temporary = new ServiceError({ service: "X", operation: "y", status: 503, isTemporary: true });
const options = { pause: standardPause({ isSafe: true }) };

describe("retry", () => {
  it("asks until it succeeds, waiting twice as long each time", async () => {
    const clock = time();
    let calls = 0;
    const attempt = async () => {
      calls += 1;
      if (calls < 7) throw temporary;
      return "done";
    };
    expect(await retry(attempt, { ...options, budgetMs: 100_000, time: clock })).toBe("done");
    expect(clock.slept).toEqual([1000, 2000, 4000, 8000, 16_000, 16_000]);
  });

  it("throws the last error as it came when the budget is spent", async () => {
    const clock = time();
    await expect(retry(() => Promise.reject(temporary), { ...options, budgetMs: 8000, time: clock })).rejects.toBe(
      temporary,
    );
    expect(clock.slept).toEqual([1000, 2000, 4000]);
  });

  it("waits as long as the service states, and no shorter than it would by itself", async () => {
    const clock = time();
    const stated = [5, 0, 20].map(
      (retryAfterSeconds) =>
        new ServiceError({ service: "X", operation: "y", status: 429, isTemporary: true, retryAfterSeconds }),
    );
    let calls = 0;
    const attempt = async () => {
      const failure = stated[calls++];
      if (failure !== undefined) throw failure;
      return "done";
    };
    expect(await retry(attempt, { ...options, budgetMs: 100_000, time: clock })).toBe("done");
    expect(clock.slept).toEqual([5000, 2000, 20_000]);
  });

  it("gives up at once when the stated wait does not fit, in place of asking early", async () => {
    const clock = time();
    const failure = new ServiceError({
      ...{ service: "X", operation: "y", status: 429, isTemporary: true },
      retryAfterSeconds: 9,
    });
    await expect(retry(() => Promise.reject(failure), { ...options, budgetMs: 8000, time: clock })).rejects.toBe(
      failure,
    );
    expect(failure.message).toBe("X refused or failed: y (status 429, asks to wait 9 s).");
    expect(clock.slept).toEqual([]);
  });

  it("does not ask again about a failure that will stay", async () => {
    const clock = time();
    const lasting = new Error("no");
    await expect(retry(() => Promise.reject(lasting), { ...options, budgetMs: 8000, time: clock })).rejects.toBe(
      lasting,
    );
    expect(clock.slept).toEqual([]);
  });
});

describe("retry after Ctrl-C", () => {
  const interrupted = { code: "interrupted", message: expect.stringContaining("X was not asked: y.") };

  it("says that it was interrupted while it waited, and not what it was about to ask again", async () => {
    const abort = new AbortController();
    const asked = retry(() => Promise.reject(temporary), { ...options, budgetMs: 100_000, signal: abort.signal });
    setTimeout(() => abort.abort(), 20);
    await expect(asked).rejects.toMatchObject(interrupted);
  });

  it("waits no more where the answer came after it", async () => {
    const clock = time();
    const ended = { ...options, budgetMs: 100_000, time: clock, signal: AbortSignal.abort() };
    await expect(retry(() => Promise.reject(temporary), ended)).rejects.toMatchObject(interrupted);
    expect(clock.slept).toEqual([]);
    // What would not have been asked again is an answer.
    const lasting = new ServiceError({ service: "X", operation: "y", status: 403, isTemporary: false });
    await expect(retry(() => Promise.reject(lasting), ended)).rejects.toBe(lasting);
  });
});

describe("service errors", () => {
  it("knows which statuses pass", () => {
    expect([408, 429, 500, 502, 503, 504].every(isTemporaryStatus)).toBe(true);
    expect([400, 401, 403, 404, 409, 501].some(isTemporaryStatus)).toBe(false);
  });

  it("finds the code of a failed connection in its cause", () => {
    const cause = Object.assign(new Error("inner"), { code: "ECONNREFUSED" });
    expect(networkError("Entra", "token", new TypeError("fetch failed", { cause }))).toMatchObject({
      code: "ECONNREFUSED",
      isTemporary: true,
      message: "Entra refused or failed: token (no answer, ECONNREFUSED).",
    });
    expect(networkError("Entra", "token", new DOMException("slow", "TimeoutError")).code).toBe("TimeoutError");
    expect(networkError("Entra", "token", "odd").code).toBe("NetworkError");
  });
});
