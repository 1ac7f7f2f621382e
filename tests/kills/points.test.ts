import { choosePoints, delayAt, everyPoint, parsePoints } from "./points";

const calls = ["graph GET /v1.0/a", "graph POST /v1.0/a/addPassword", "entra POST /t/oauth2/v2.0/token", "arm PUT /s"];

it("has three points for every call", () => {
  expect(everyPoint(calls)).toHaveLength(12);
  expect(new Set(everyPoint(calls).map(({ n, station }) => `${n} ${station}`)).size).toBe(12);
});

it("chooses the same points for the same seed, all points of writes first", () => {
  const chosen = choosePoints(calls, 7, 3);
  expect(choosePoints(calls, 7, 3)).toEqual(chosen);
  expect(
    chosen
      .slice(0, 6)
      .map(({ n }) => n)
      .sort(),
  ).toEqual([2, 2, 2, 4, 4, 4]);
  expect(choosePoints(calls, 12, 4)).not.toEqual(choosePoints(calls, 12, 5));
  expect(new Set(choosePoints(calls, 12, 4))).toHaveProperty("size", 12);
});

it("waits after answers only, and never long", () => {
  expect(delayAt({ n: 3, station: "committed" }, 1)).toBe(0);
  const delays = everyPoint(calls).map((point) => delayAt(point, 1));
  expect(Math.max(...delays)).toBeLessThan(200);
  expect(new Set(delays).size).toBe(5);
});

it("reads points as they are printed in a report, and refuses others", () => {
  expect(parsePoints("12:committed,3")).toEqual([
    { n: 12, station: "committed" },
    { n: 3, station: "arrived" },
    { n: 3, station: "committed" },
    { n: 3, station: "answered" },
  ]);
  for (const wrong of ["", "0", "x", "4:sometime"]) expect(() => parsePoints(wrong)).toThrow("a point is N or N:");
});
