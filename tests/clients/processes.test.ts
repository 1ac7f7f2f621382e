import { spawn } from "node:child_process";
import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { holderOf } from "../../clients/processes";

const lockOf = (pid: number, host = hostname()) => ({ holder: `x@${host}:${pid}`, host, pid, since: new Date() });

describe("the holder of a lock", () => {
  it("knows a running engine by its name, until it is killed", async () => {
    const folder = mkdtempSync(join(tmpdir(), "partner-access-process-"));
    const program = join(folder, "pulumi");
    copyFileSync("/bin/sleep", program);
    const child = spawn(program, ["60"], { stdio: "ignore" });
    try {
      await new Promise((done) => child.once("spawn", done));
      expect(await holderOf(lockOf(child.pid ?? 0))).toBe("running");
      expect(await holderOf(lockOf(child.pid ?? 0, "another-machine"))).toBe("elsewhere");
      const closed = new Promise((done) => child.once("close", done));
      child.kill("SIGKILL");
      await closed;
      expect(await holderOf(lockOf(child.pid ?? 0))).toBe("ended");
    } finally {
      child.kill("SIGKILL");
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
