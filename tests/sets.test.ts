import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";

const root = resolve(__dirname, "..");
const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
  scripts: Readonly<Record<string, string>>;
};
const optIn = { WORKFLOWS: "1", OTHER_CLIENTS: "1", BROWSER: "1" };

/** The suites that a script runs, as Jest itself lists them. */
function suitesOf(script: string, env: Readonly<Record<string, string>> = {}): readonly string[] {
  const [jest, ...options] = (scripts[script] ?? "").replace(/^(\w+=\S+ )+/, "").split(" ");
  expect([script, jest]).toEqual([script, "jest"]);
  const argv = [join(root, "node_modules/jest/bin/jest.js"), ...options, "--listTests", "--json"];
  const { JEST_WORKER_ID: _worker, ...own } = process.env;
  const listed = execFileSync(process.execPath, argv, { cwd: root, env: { ...own, ...env }, encoding: "utf8" });
  return (JSON.parse(listed) as string[]).map((path) => relative(root, path)).sort();
}

/** Every suite there is, whatever set it is in. */
const everySuite = readdirSync(join(root, "tests"), { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".test.ts"))
  .map((path) => join("tests", path))
  .sort();

describe("the sets of suites", () => {
  const quick = suitesOf("test");
  const beyond = suitesOf("test:beyond");

  it("hold every suite, each in one set", () => {
    const asked = ["test:clients", "test:workflows", "test:browser"].flatMap((script) => suitesOf(script, optIn));
    expect([...quick, ...beyond, ...asked].sort()).toEqual(everySuite);
  });

  it("make up all that runs before a release, a third or the whole of each sweep", () => {
    expect(suitesOf("test:full")).toEqual([...quick, ...beyond].sort());
    expect(suitesOf("test:nightly")).toEqual([...quick, ...beyond].sort());
    expect(scripts["test:nightly"]).toMatch(/^SWEEPS=all /);
  });

  it("leave one journey and no sweep to npm test", () => {
    expect(quick.filter((path) => /tests\/journeys\/|\.sweep\./.test(path))).toEqual(["tests/journeys/life.test.ts"]);
    expect(beyond.filter((path) => !/tests\/journeys\/|\.sweep\./.test(path))).toEqual([]);
  });

  it("are run by .ci/run, each once", () => {
    const commands = readFileSync(join(root, ".ci/run"), "utf8")
      .split("\n")
      .filter((line) => line.startsWith("npm "));
    expect(commands).toEqual(["npm ci", "npm start", "npm run check", "npm test", "npm run test:beyond"]);
  });
});
