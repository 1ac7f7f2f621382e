import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";

const jestProgram = resolve(__dirname, "../../node_modules/jest/bin/jest.js");
const suites = {
  "tidy.test.js": 'it("ends", () => undefined);',
  "left-open.test.js": 'it("listens", (done) => void require("node:net").createServer().listen(0, done));',
  "left-waiting.test.js": 'it("waits", () => void setTimeout(() => undefined, 3_600_000));',
  "slow.test.js": 'it("takes long", () => new Promise((done) => setTimeout(done, 1500)));',
};

interface Outcome {
  readonly name: string;
  readonly status: string;
  readonly message: string;
}

/** Jest's own answer, over suites that keep to the promises of the quick suite or break them. */
function outcomes(): Promise<Readonly<Record<string, Outcome>>> {
  const folder = mkdtempSync(join(tmpdir(), "partner-access-environment-"));
  for (const [name, text] of Object.entries(suites)) writeFileSync(join(folder, name), text);
  const config = {
    rootDir: folder,
    testEnvironment: resolve(__dirname, "own-environment.js"),
    testEnvironmentOptions: { longestTestSeconds: 0.1, secondsToEnd: 1 },
    testMatch: ["<rootDir>/*.test.js"],
  };
  const argv = [jestProgram, "--config", JSON.stringify(config), "--maxWorkers", "2", "--json"];
  const { JEST_WORKER_ID: _worker, ...env } = process.env;
  return new Promise((done, failed) => {
    execFile(process.execPath, argv, { cwd: folder, env }, (_error, stdout) => {
      rmSync(folder, { recursive: true, force: true });
      try {
        const { testResults } = JSON.parse(stdout) as { testResults: readonly Outcome[] };
        done(Object.fromEntries(testResults.map((it) => [basename(it.name), it])));
      } catch (error) {
        failed(error);
      }
    });
  });
}

describe("the environment of the quick suite", () => {
  it("fails what leaves something open, by what that is, and a test that takes too long", async () => {
    const found = await outcomes();
    const open = "The suite leaves something open that keeps its process alive";
    expect(found).toMatchObject({
      "tidy.test.js": { status: "passed", message: "" },
      "left-open.test.js": { status: "failed", message: expect.stringContaining(`${open}: TCPServerWrap`) },
      "left-waiting.test.js": { status: "failed", message: expect.stringContaining(`${open}: Timeout`) },
      "slow.test.js": {
        status: "failed",
        message: expect.stringMatching(/It took \d+ seconds, and 0\.1 are allowed/),
      },
    });
  });
});
