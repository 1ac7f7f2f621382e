import { rememberLast } from "../../configuration/remember-last";

describe("a function that remembers its last answer", () => {
  it("computes again for other arguments only, and for the first ones again after others", () => {
    const compute = jest.fn((text: string | undefined, list: readonly string[]) => [text, ...list]);
    const remembered = rememberLast(compute);
    const list = ["b"];
    expect(remembered("a", list)).toEqual(["a", "b"]);
    expect(remembered("a", list)).toEqual(["a", "b"]);
    expect(compute).toHaveBeenCalledTimes(1);
    expect(remembered("a", ["c"])).toEqual(["a", "c"]);
    expect(remembered(undefined, list)).toEqual([undefined, "b"]);
    expect(remembered("a", list)).toEqual(["a", "b"]);
    expect(compute).toHaveBeenCalledTimes(4);
  });
});
