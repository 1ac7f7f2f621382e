import { hostname } from "node:os";
import { Readable } from "node:stream";
import { type Attempt, throughLocks } from "../../../cli/recover/locks";
import { captureContext } from "../../support/captured-context";

const now = new Date("2026-11-22T12:00:00Z");
const lock = (minutesAgo: number, host = "build-7", pid = 4711) =>
  `\n  file:///x.json: created by runner@${host} (pid ${pid}) at ${new Date(now.getTime() - minutesAgo * 60_000).toISOString()}`;
const refusal = (...locks: string[]) => `the stack is currently locked by ${locks.length} lock(s).${locks.join("")}`;

/** A stack that is locked until somebody breaks the lock. */
function lockedBy(text: string | readonly string[], answer?: string) {
  const texts = [text].flat();
  let broken = 0;
  let asked = 0;
  const attempt: Attempt<string> = async () =>
    broken > 0 ? { value: "done" } : { refusal: texts[Math.min(asked++, texts.length - 1)] as string };
  const captured = captureContext(
    answer === undefined ? {} : { isTerminal: true, stdin: Readable.from([`${answer}\n`]) },
  );
  const run = (named?: string) =>
    throughLocks(attempt, {
      stack: "dev",
      stacks: {
        breakLocks: async () => {
          broken += 1;
        },
      },
      named,
      context: captured.context,
      now: () => now,
    });
  return { run, broken: () => broken, stderr: captured.stderr };
}

const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => "done",
    (error: { problems: readonly { code: string; message: string }[] }) => error.problems[0]?.code,
  );

describe("throughLocks", () => {
  it("does what is asked when nothing is locked", async () => {
    const { context } = captureContext();
    const tools = { stack: "dev", stacks: { breakLocks: () => Promise.reject(new Error("not asked for")) } };
    const result = await throughLocks(async () => ({ value: 7 }), { ...tools, named: undefined, context });
    expect(result).toEqual({ value: 7, broken: [] });
  });

  it.each(["runner@build-7:4711", "runner@build-7"])("breaks an old lock that is named as %s", async (named) => {
    const { run, broken } = lockedBy(refusal(lock(60)));
    expect(await run(named)).toEqual({ value: "done", broken: [{ holder: "runner@build-7:4711", ageMinutes: 60 }] });
    expect(broken()).toBe(1);
  });

  it.each([
    ["nobody named it", undefined, refusal(lock(600)), "locked"],
    ["it is younger than an hour", "runner@build-7:4711", refusal(lock(59)), "lock-too-young"],
    ["it is another process's", "runner@build-7:4712", refusal(lock(600)), "other-lock"],
    ["the name is only the beginning of the holder's", "runner@build", refusal(lock(600)), "other-lock"],
    ["one of two locks is not named", "runner@build-7", refusal(lock(600), lock(600, "other")), "other-lock"],
    ["one of two locks is young", "runner@build-7", refusal(lock(600), lock(1)), "lock-too-young"],
    ["its time cannot be read", "runner@build-7", refusal(lock(600).replace(/at .*$/, "at never")), "lock-too-young"],
    ["the store does not say who", "runner@build-7", "Another update is currently in progress.", "locked"],
  ])("breaks nothing when %s", async (_why, named, text, code) => {
    const { run, broken } = lockedBy(text);
    expect(await codeOf(run(named))).toBe(code);
    expect(broken()).toBe(0);
  });

  it("names holder and age, and the command that breaks the lock", async () => {
    const { run } = lockedBy(refusal(lock(75)));
    await expect(run()).rejects.toMatchObject({
      problems: [
        {
          code: "locked",
          message: "dev is locked by runner@build-7:4711 since 2026-11-22 10:45 (75 minutes)",
          fix: "When that run is dead: npm run partner-access -- recover -s dev --lock runner@build-7:4711",
        },
      ],
    });
  });

  it("names no command that it would refuse: a young lock of another machine says when it may be broken", async () => {
    const { run } = lockedBy(refusal(lock(59)));
    await expect(run()).rejects.toMatchObject({
      problems: [
        {
          message: "dev is locked by runner@build-7:4711 since 2026-11-22 11:01 (59 minutes)",
          fix: "Wait until it ends. If it is dead, then in 1 minute: npm run partner-access -- recover -s dev --lock runner@build-7:4711",
        },
      ],
    });
  });

  it("breaks a young lock, once it is named, when its process has ended on this machine", async () => {
    const mine = lockedBy(refusal(lock(1, hostname(), 2_000_000_000)));
    await expect(mine.run()).rejects.toMatchObject({
      problems: [
        {
          code: "locked",
          fix: `When that run is dead: npm run partner-access -- recover -s dev --lock runner@${hostname()}:2000000000`,
        },
      ],
    });
    expect(mine.broken()).toBe(0);
    expect((await mine.run(`runner@${hostname()}:2000000000`)).value).toBe("done");
    const both = lockedBy(refusal(lock(1, hostname(), 2_000_000_000), lock(1)));
    expect(await codeOf(both.run(`runner@${hostname()},runner@build-7`))).toBe("lock-too-young");
  });

  it("takes two locks named with a comma", async () => {
    const { run, broken } = lockedBy(refusal(lock(600), lock(600, "other", 5)));
    await run("runner@build-7:4711, runner@other:5");
    expect(broken()).toBe(1);
  });

  it("asks a person, also about a young lock", async () => {
    const agreed = lockedBy(refusal(lock(1)), "y");
    expect((await agreed.run()).value).toBe("done");
    expect(agreed.stderr()).toContain("dev is locked by runner@build-7:4711");
    const declined = lockedBy(refusal(lock(600)), "n");
    expect(await codeOf(declined.run())).toBe("locked");
    expect(declined.broken()).toBe(0);
  });

  it("breaks no lock that was taken while the person thought", async () => {
    const { run, broken } = lockedBy([refusal(lock(600)), refusal(lock(0, "build-8"))], "y");
    expect(await codeOf(run())).toBe("locked");
    expect(broken()).toBe(0);
  });

  it("breaks no lock that another recovery took after it had broken the named one", async () => {
    const { run, broken } = lockedBy([refusal(lock(600)), refusal(lock(0, "build-8"))]);
    expect(await codeOf(run("runner@build-7:4711"))).toBe("locked");
    expect(broken()).toBe(0);
  });

  it("does not take a process that is no engine, or that is gone, for a running one", async () => {
    // This test's own number: it runs, but it is no pulumi. Where processes cannot be looked at, a running number is enough to refuse.
    const own = lockedBy(refusal(lock(600, hostname(), process.pid)));
    expect(await codeOf(own.run(`runner@${hostname()}`))).toBe(process.platform === "linux" ? "done" : "still-running");
    const gone = lockedBy(refusal(lock(600, hostname(), 2_000_000_000)));
    expect(await codeOf(gone.run(`runner@${hostname()}`))).toBe("done");
  });
});
