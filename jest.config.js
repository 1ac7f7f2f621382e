const common = {
  testEnvironment: "node",
  transform: {
    "^.+\\.[tj]s$": [
      "@swc/jest",
      { jsc: { target: "es2023", parser: { syntax: "typescript" } }, module: { type: "commonjs" } },
    ],
  },
  // Published as ES modules only, which this test runner does not load by itself.
  transformIgnorePatterns: [
    "/node_modules/(?!(@octokit|universal-user-agent|before-after-hook|json-with-bigint|content-type|parse5|entities)/)",
  ],
  modulePathIgnorePatterns: ["<rootDir>/coverage/"],
};

const life = "<rootDir>/tests/journeys/life.test.ts";
const sweeps = "<rootDir>/tests/**/*.sweep.test.ts";
/** A set of suites by its name; `tests/sets.test.ts` holds that each suite is in exactly one. */
const set = (displayName, testMatch, left = []) => ({
  ...common,
  displayName,
  testMatch,
  testPathIgnorePatterns: ["/node_modules/", ...left],
});

module.exports = {
  maxWorkers: 2,
  testSequencer: "<rootDir>/tests/longest-first.js",
  // A busy machine is no reason to be red: this only ends what hangs.
  testTimeout: 240_000,
  // Jest's half a second is too short for a worker on a busy machine; what a suite leaves open is found by the environment below.
  workerGracefulExitTimeout: 10_000,
  projects: [
    // `npm test`: everything that is quick, and one journey through the real engine.
    {
      ...set(
        "unit",
        ["<rootDir>/tests/**/*.test.ts"],
        ["<rootDir>/tests/(journeys|workflows|other-clients|browser)/", "\\.sweep\\.test\\.ts$"],
      ),
      testEnvironment: "<rootDir>/tests/support/own-environment.js",
      testEnvironmentOptions: { longestTestSeconds: 20 },
    },
    { ...set("life", [life]), testEnvironment: "<rootDir>/tests/support/own-environment.js" },
    // What `npm run test:full` adds: the other journeys, and sweeps over kills, pairs and mutations.
    set("journeys", ["<rootDir>/tests/journeys/**/*.test.ts"], [life, "\\.sweep\\.test\\.ts$"]),
    set("sweeps", [sweeps]),
    // Only when asked for: it needs act.
    ...(process.env.WORKFLOWS ? [set("workflows", ["<rootDir>/tests/workflows/**/*.test.ts"])] : []),
    // Only when asked for: it needs Chromium.
    ...(process.env.BROWSER ? [set("browser", ["<rootDir>/tests/browser/**/*.test.ts"])] : []),
    // Only when asked for: it needs Azure CLI, and a Python with Microsoft's libraries.
    ...(process.env.OTHER_CLIENTS ? [set("other-clients", ["<rootDir>/tests/other-clients/**/*.test.ts"])] : []),
  ],
};
