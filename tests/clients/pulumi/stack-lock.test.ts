import { isLockRefusal, readLocks } from "../../../clients/pulumi/stack-lock";

const refusal = (...locks: string[]) =>
  `error: the stack is currently locked by ${locks.length} lock(s). Either wait for the other process(es) to end or delete the lock file ` +
  `with \`pulumi cancel\`.${locks.map((lock) => `\n  ${lock}`).join("")}\n`;
const url = "file:///state/.pulumi/locks/organization/p/dev/06b33570.json";

describe("readLocks", () => {
  it("reads holder, process and time of every lock", () => {
    const text = refusal(
      `${url}: created by root@build-7 (pid 4711) at 2026-11-22T21:49:23+01:00`,
      `azblob://state/locks/x.json: created by CORP\\anna@host.corp.example (pid 9) at 2026-11-22T20:00:00Z`,
    );
    expect(readLocks(text)).toEqual([
      { holder: "root@build-7:4711", host: "build-7", pid: 4711, since: new Date("2026-11-22T20:49:23Z") },
      {
        holder: "CORP\\anna@host.corp.example:9",
        host: "host.corp.example",
        pid: 9,
        since: new Date("2026-11-22T20:00:00Z"),
      },
    ]);
  });

  it("keeps a user name with an @ whole", () => {
    const [lock] = readLocks(refusal(`${url}: created by anna@corp@build-7 (pid 1) at 2026-11-22T20:00:00Z`));
    expect(lock?.holder).toBe("anna@corp@build-7:1");
  });

  it("reads nothing out of other messages", () => {
    expect(readLocks(`${url}: created by root@build-7 (pid 1) at 2026-11-22T20:00:00Z`)).toEqual([]);
    expect(readLocks("[409] Conflict: Another update is currently in progress.")).toEqual([]);
  });
});

describe("isLockRefusal", () => {
  it("knows both backends' words, and no other error", () => {
    expect(isLockRefusal(refusal("x"))).toBe(true);
    expect(isLockRefusal("[409] Conflict: Another update is currently in progress.")).toBe(true);
    expect(isLockRefusal("the vault is locked by a policy")).toBe(false);
  });
});
