import { choosePoints, delayAt, everyPoint, parsePoints } from "./points";

const calls = ["graph GET /v1.0/a", "graph POST /v1.0/a/addPassword", "entra POST /t/oauth2/v2.0/token", "arm PUT /s"];

it("has three points for every call", () => {
  expect(everyPoint(calls)).toHaveLength(12);
  expect(new Set(everyPoint(calls).map(({ n, station }) => `${n} ${station}`)).size).toBe(12);
});

it("chooses the same points for the same seed, first those after a committed write", () => {
  const chosen = choosePoints(calls, 7, 3);
  expect(choosePoints(calls, 7, 3)).toEqual(chosen);
  const first = chosen.slice(0, 4).map(({ n, station }) => `${n} ${station}`);
  expect(first.sort()).toEqual(["2 answered", "2 committed", "4 answered", "4 committed"]);
  expect(choosePoints(calls, 12, 4)).not.toEqual(choosePoints(calls, 12, 5));
  expect(new Set(choosePoints(calls, 12, 4)).size).toBe(12);
});

it("waits after answers only, and never long", () => {
  expect(delayAt({ n: 3, station: "committed" }, 1)).toBe(0);
  const delays = everyPoint(calls).map((point) => delayAt(point, 1));
  expect(Math.max(...delays)).toBeLessThan(200);
  expect(new Set(delays).size).toBe(5);
});

it("reads points by number or by a part of the call, and refuses what no call is", () => {
  const points = (text: string) => parsePoints(text, calls).map(({ n, station }) => `${n} ${station}`);
  expect(points("4:committed,3")).toEqual(["4 committed", "3 arrived", "3 committed", "3 answered"]);
  expect(points("graph:answered")).toEqual(["1 answered", "2 answered"]);
  for (const wrong of ["", "0", "5", "removePassword", "4:sometime"]) {
    expect(() => points(wrong)).toThrow("a point is N (1 to 4)");
  }
});
