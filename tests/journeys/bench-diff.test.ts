import { execFileSync } from "node:child_process";
import { resolve } from "node:path";

const root = resolve(__dirname, "../..");

describe("bench:diff", () => {
  it("runs, with figures of both changes, and decides nothing by a time", () => {
    const argv = ["-r", "./bin/transpile.js", "bench/diff.ts", "--stacks=2", "--previews=0"];
    const figures = JSON.parse(execFileSync(process.execPath, argv, { cwd: root, encoding: "utf8" }));
    expect(figures).toMatchObject({
      schema: "partner-access/bench-diff/1",
      stacks: 2,
      oneFile: { seconds: expect.any(Number), target: { seconds: 2 } },
      code: { seconds: expect.any(Number), target: { seconds: 12, peakMegabytes: 1024 } },
    });
  });
});
