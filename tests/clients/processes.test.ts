import { spawn } from "node:child_process";
import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { isRunningHere } from "../../clients/processes";

const lockOf = (pid: number, host = hostname()) => ({ holder: `x@${host}:${pid}`, host, pid, since: new Date() });

describe("isRunningHere", () => {
  it("knows a running engine by its name, until it is killed", async () => {
    const folder = mkdtempSync(join(tmpdir(), "partner-access-process-"));
    const program = join(folder, "pulumi");
    copyFileSync("/bin/sleep", program);
    const child = spawn(program, ["60"], { stdio: "ignore" });
    try {
      await new Promise((done) => child.once("spawn", done));
      expect(await isRunningHere(lockOf(child.pid ?? 0))).toBe(true);
      expect(await isRunningHere(lockOf(child.pid ?? 0, "another-machine"))).toBe(false);
      const closed = new Promise((done) => child.once("close", done));
      child.kill("SIGKILL");
      await closed;
      expect(await isRunningHere(lockOf(child.pid ?? 0))).toBe(false);
    } finally {
      child.kill("SIGKILL");
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
