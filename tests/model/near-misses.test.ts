import * as fc from "fast-check";
import { editDistance, nearMisses } from "../../model/near-misses";
import { catalog } from "../../permissions/catalog";

const names = [...new Set(catalog.flatMap((api) => api.permissions.map(({ name }) => name)))];

describe("edit distance", () => {
  it("counts inserts, deletes, replacements and swaps of neighbours as one each", () => {
    expect(editDistance("kitten", "sitting")).toBe(3);
    expect(editDistance("Raed", "Read")).toBe(1);
    expect(editDistance("", "abc")).toBe(3);
  });

  it("is nothing for the same word and the same in both directions", () => {
    void fc.assert(
      fc.property(fc.string({ maxLength: 20 }), fc.string({ maxLength: 20 }), (left, right) => {
        expect(editDistance(left, left)).toBe(0);
        expect(editDistance(left, right)).toBe(editDistance(right, left));
        expect(editDistance(left, right)).toBeLessThanOrEqual(Math.max(left.length, right.length));
      }),
    );
  });
});

describe("near misses", () => {
  it("suggests the nearest names first", () => {
    expect(nearMisses("User.Raed", names)).toEqual(["User.Read"]);
    expect(nearMisses("user.read.all", names)[0]).toBe("User.Read.All");
    expect(nearMisses("Directory.ReadWriteAll", names)[0]).toBe("Directory.ReadWrite.All");
  });

  it("always suggests an allowed value, and finds the one that a single slip hides", () => {
    const slip = fc.tuple(fc.constantFrom(...names), fc.nat(), fc.constantFrom("drop", "double", "swap"));
    void fc.assert(
      fc.property(slip, ([name, place, kind]) => {
        const at = place % (name.length - 1);
        const slipped = {
          drop: name.slice(0, at) + name.slice(at + 1),
          double: name.slice(0, at + 1) + name.slice(at),
          swap: name.slice(0, at) + name[at + 1] + name[at] + name.slice(at + 2),
        }[kind]!;
        const suggestions = nearMisses(slipped, names);
        expect(names).toEqual(expect.arrayContaining([...suggestions]));
        // Names one slip apart from each other (User.Read, User.Read.All are not) may rank equal, never higher.
        expect(suggestions).toContain(name);
      }),
    );
  });

  it("keeps silent about another word, and about a pasted page", () => {
    expect(nearMisses("Calendars.Read.Shared.Something", ["openid"])).toEqual([]);
    expect(nearMisses("x".repeat(100_000), names)).toEqual([]);
  });
});
