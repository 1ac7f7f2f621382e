const { availableParallelism, loadavg } = require("node:os");
const { setTimeout: pause } = require("node:timers/promises");
const { TestEnvironment } = require("jest-environment-node");

/** How long to wait for what ends by itself, such as a kept-alive connection or a short timer. */
const SECONDS_TO_END = 10;
const PAUSE_MS = 50;

/**
 * Node's environment, with two checks for the quick suite. A suite must leave nothing open that keeps its process alive, because Jest would
 * end that worker by force. A test must not take longer than `longestTestSeconds`; on a busy machine the limit grows with the load.
 */
module.exports = class OwnEnvironment extends TestEnvironment {
  constructor(config, context) {
    super(config, context);
    this.longestTestSeconds =
      config.projectConfig.testEnvironmentOptions.longestTestSeconds ?? Number.POSITIVE_INFINITY;
    this.secondsToEnd = config.projectConfig.testEnvironmentOptions.secondsToEnd ?? SECONDS_TO_END;
    this.openBefore = countOpen();
  }

  handleTestEvent(event) {
    if (event.name !== "test_done") return;
    const seconds = (Date.now() - event.test.startedAt) / 1000;
    const busy = Math.max(1, loadavg()[0] / (2 * availableParallelism()));
    if (seconds <= this.longestTestSeconds * busy) return;
    event.test.errors.push(
      new Error(
        `It took ${Math.round(seconds)} seconds, and ${this.longestTestSeconds} are allowed in the quick suite.`,
      ),
    );
  }

  async teardown() {
    await super.teardown();
    let left = this.left();
    const until = Date.now() + this.secondsToEnd * 1000;
    while (left.length > 0 && Date.now() < until) {
      await pause(PAUSE_MS);
      left = this.left();
    }
    if (left.length > 0)
      throw new Error(`The suite leaves something open that keeps its process alive: ${left.join(", ")}`);
  }

  left() {
    return [...countOpen()].filter(([kind, count]) => count > (this.openBefore.get(kind) ?? 0)).map(([kind]) => kind);
  }
};

/** What keeps this process alive, by Node's name for it. Pipes are Jest's own: Pulumi's SDK opens the standard input of a worker and reads none. */
function countOpen() {
  const counts = new Map();
  for (const kind of process.getActiveResourcesInfo().filter((name) => name !== "PipeWrap"))
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return counts;
}
