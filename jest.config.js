/** Every test that needs no account. The journeys (real engine) are the `journeys` project: `npx jest --selectProjects journeys`. */
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
    "/node_modules/(?!(@octokit|universal-user-agent|before-after-hook|json-with-bigint|content-type)/)",
  ],
  modulePathIgnorePatterns: ["<rootDir>/coverage/"],
};

module.exports = {
  maxWorkers: 2,
  testSequencer: "<rootDir>/tests/longest-first.js",
  // A busy machine is no reason to be red: this only ends what hangs.
  testTimeout: 60_000,
  projects: [
    {
      ...common,
      displayName: "unit",
      testMatch: ["<rootDir>/tests/**/*.test.ts"],
      testPathIgnorePatterns: [
        "/node_modules/",
        "<rootDir>/tests/journeys/",
        "<rootDir>/tests/workflows/",
        "<rootDir>/tests/other-clients/",
      ],
    },
    { ...common, displayName: "journeys", testMatch: ["<rootDir>/tests/journeys/**/*.test.ts"] },
    // Only when asked for: it needs act.
    ...(process.env.WORKFLOWS
      ? [{ ...common, displayName: "workflows", testMatch: ["<rootDir>/tests/workflows/**/*.test.ts"] }]
      : []),
    // Only when asked for: it needs Azure CLI, and a Python with Microsoft's libraries.
    ...(process.env.OTHER_CLIENTS
      ? [{ ...common, displayName: "other-clients", testMatch: ["<rootDir>/tests/other-clients/**/*.test.ts"] }]
      : []),
  ],
};
