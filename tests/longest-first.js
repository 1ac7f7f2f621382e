const { join } = require("node:path");
const { default: Sequencer } = require("@jest/test-sequencer");

/** By how long they take on two processors, longest first. Whoever finds another file longer than these adds it. */
const longest = [
  "journeys/kills",
  "journeys/operations",
  "rotation/proofs/hands-off",
  "journeys/rotation",
  "journeys/leaks",
  "journeys/demo",
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
