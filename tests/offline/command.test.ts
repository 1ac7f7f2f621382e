import { spawnSync } from "node:child_process";
import { join, resolve } from "node:path";
import { version } from "../../offline/package.json";

const project = resolve(__dirname, "../..");
const run = (...argv: string[]) => {
  const program = ["-r", join(project, "bin/transpile.js"), join(project, "offline/command.ts")];
  const { status, stdout, stderr } = spawnSync(process.execPath, [...program, ...argv], { encoding: "utf8" });
  return { status, stdout, stderr };
};

describe("partner-insights-emulator", () => {
  it("says what it takes, and its version", () => {
    expect(run("--help")).toMatchObject({ status: 0, stdout: expect.stringContaining("--real-plugins"), stderr: "" });
    expect(run("--version")).toEqual({ status: 0, stdout: `${version}\n`, stderr: "" });
  });

  it("refuses a port that is none, and an option it does not know", () => {
    expect(run("--port", "70000")).toEqual({
      status: 2,
      stdout: "",
      stderr: "--port must be a whole number from 1 to 65535, got 70000. Leave it out to get a free port.\n",
    });
    expect(run("--prot", "1")).toMatchObject({ status: 2, stdout: "", stderr: expect.stringContaining("'--prot'") });
  });
});
