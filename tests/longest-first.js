const { join } = require("node:path");
const { default: Sequencer } = require("@jest/test-sequencer");

/** By how long they take on two processors, longest first. Add every suite that turns out longer than one of these. */
const longest = [
  "journeys/kills.sweep",
  "pairs/pairs.sweep",
  "journeys/operations",
  "rotation/proofs/hands-off.sweep",
  "journeys/pairs.sweep",
  "journeys/rotation",
  "journeys/leaks",
  "journeys/demo",
  "journeys/life",
].map((name) => require.resolve(join(__dirname, `${name}.test.ts`)));

/**
 * Starts the longest files first: the last one to run has the second processor to itself. On a fresh checkout Jest knows no
 * durations and goes by size, where one line may start an hour of work.
 */
module.exports = class LongestFirst extends Sequencer {
  sort(tests) {
    const place = ({ path }) => (longest.includes(path) ? longest.indexOf(path) : longest.length);
    return [...super.sort(tests)].sort((left, right) => place(left) - place(right));
  }
};
