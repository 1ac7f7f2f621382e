const { writeFileSync } = require("node:fs");

/** Writes down which test passed and which failed, by project: Jest's own JSON does not say which project a result is of. */
module.exports = class OutcomeReporter {
  constructor(_config, { file }) {
    this.file = file;
    this.outcomes = {};
  }

  onTestResult(test, { testResults, testExecError }) {
    const { displayName } = test.context.config;
    this.outcomes[displayName.name] = {
      broken: testExecError?.message,
      tests: testResults
        .filter(({ status }) => status !== "pending")
        .map(({ fullName, status, failureMessages }) => ({ fullName, status, why: failureMessages[0] ?? "" })),
    };
  }

  onRunComplete() {
    writeFileSync(this.file, JSON.stringify(this.outcomes));
  }
};
