/** Every test that needs no account. The journeys (real engine) are the `journeys` project: `npx jest --selectProjects journeys`. */
const common = {
  testEnvironment: "node",
  transform: {
    "^.+\\.ts$": [
      "@swc/jest",
      { jsc: { target: "es2023", parser: { syntax: "typescript" } }, module: { type: "commonjs" } },
    ],
  },
  modulePathIgnorePatterns: ["<rootDir>/coverage/"],
};

module.exports = {
  maxWorkers: 2,
  projects: [
    {
      ...common,
      displayName: "unit",
      testMatch: ["<rootDir>/tests/**/*.test.ts"],
      testPathIgnorePatterns: ["/node_modules/", "<rootDir>/tests/journeys/"],
    },
    { ...common, displayName: "journeys", testMatch: ["<rootDir>/tests/journeys/**/*.test.ts"] },
  ],
};
