import { findDifferences } from "../../../../offline/providers/plugin/differences";
import {
  aBoolean,
  aText,
  chosen,
  type Fields,
  objectOf,
  optional,
  required,
  setOf,
  textMap,
  textSet,
} from "../../../../offline/providers/plugin/schema";
import { type Properties, unknown } from "../../../../offline/providers/plugin/value";

const fields: Fields = {
  fixed: required(aText, { replaces: true }),
  enabled: optional(aBoolean, { default: true }),
  note: optional(aText),
  owners: optional(textSet),
  tags: chosen(textSet),
  map: optional(textMap),
  web: optional(objectOf({ redirects: optional(textSet), home: optional(aText) })),
  apis: optional(setOf(objectOf({ id: required(aText), scopes: required(textSet) }))),
};
const terraform = (olds: Properties, news: Properties) => findDifferences(olds, news, fields, { emptyIsAbsent: true });
const native = (olds: Properties, news: Properties) => findDifferences(olds, news, fields, { emptyIsAbsent: false });

describe("differences as a Terraform provider sees them", () => {
  it.each<[string, Properties, Properties]>([
    ["an empty text and none", { note: "" }, {}],
    ["false and none without a default", { web: { home: "" } }, {}],
    ["a default and none", { enabled: true }, {}],
    ["sets in another order", { owners: ["a", "b"] }, { owners: ["b", "a"] }],
    [
      "sets of objects in another order",
      {
        apis: [
          { id: "1", scopes: ["x", "y"] },
          { id: "2", scopes: [] },
        ],
      },
      {
        apis: [
          { id: "2", scopes: [] },
          { id: "1", scopes: ["y", "x"] },
        ],
      },
    ],
    ["an object of empty things and none", { web: { redirects: [], home: "" } }, {}],
    ["what the service chose and nothing", { tags: ["chosen"] }, {}],
  ])("are none between %s", (_name, olds, news) => {
    expect(terraform(olds, news)).toEqual([]);
  });

  it("name the place, the kind and whether it replaces", () => {
    const olds = { fixed: "1", note: "n", owners: ["a", "b"], web: { redirects: ["x"] }, enabled: true };
    const news = { fixed: "2", owners: ["b", "c"], web: { redirects: ["x", "y"], home: "h" }, enabled: false };
    expect(terraform(olds, news)).toEqual([
      { path: "fixed", kind: "update", replaces: true },
      { path: "enabled", kind: "update", replaces: false },
      { path: "note", kind: "delete", replaces: false },
      { path: "owners[1]", kind: "add", replaces: false },
      { path: "owners[0]", kind: "delete", replaces: false },
      { path: "web.redirects[1]", kind: "add", replaces: false },
      { path: "web.home", kind: "add", replaces: false },
    ]);
  });

  it("count an unknown as a change, of a fixed property as a replacement", () => {
    expect(terraform({ fixed: "1", note: "n" }, { fixed: unknown, note: unknown })).toEqual([
      { path: "fixed", kind: "update", replaces: true },
      { path: "note", kind: "update", replaces: false },
    ]);
  });
});

describe("differences as azure-native sees them", () => {
  it("count an empty text and every order", () => {
    expect(
      native(
        { owners: ["a", "b"], map: { x: "1", "with space": "2" } },
        { note: "", owners: ["b", "a"], map: { x: "2", "with space": "3" } },
      ),
    ).toEqual([
      { path: "note", kind: "add", replaces: false },
      { path: "owners[0]", kind: "update", replaces: false },
      { path: "owners[1]", kind: "update", replaces: false },
      { path: "map.x", kind: "update", replaces: false },
      { path: 'map["with space"]', kind: "update", replaces: false },
    ]);
  });
});
