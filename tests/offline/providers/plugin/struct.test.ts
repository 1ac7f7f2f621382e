import { readStruct, writeStruct } from "../../../../offline/providers/plugin/struct";
import { hasUnknown, isUnknown, revealAll, Secret, unknown } from "../../../../offline/providers/plugin/value";

const unknownText = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const signature = "4dabf18193072939515e22adb298388d";

describe("properties on the wire", () => {
  it("come back as they went, unknowns and secrets at any depth", () => {
    const properties = {
      text: "a",
      number: 1.5,
      yes: true,
      nothing: null,
      list: ["x", unknown, { deep: new Secret("hidden") }],
      object: { later: unknown },
    };
    const back = readStruct(writeStruct(properties));
    expect(revealAll(back)).toEqual({ ...revealAll(properties) });
    expect(isUnknown((back["object"] as { later: typeof unknown }).later)).toBe(true);
    expect((back["list"] as unknown[])[2]).toEqual({ deep: expect.any(Secret) });
  });

  it("hold the engine's own marks", () => {
    const written = writeStruct({ later: unknown, hidden: new Secret("x") }).toJavaScript();
    expect(written).toEqual({
      later: unknownText,
      hidden: { [signature]: "1b47061264138c4ac30d75fd1eb44270", value: "x" },
    });
  });

  it.each([
    "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
    "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
    "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
    "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
  ])("know the unknown of every kind (%s)", (mark) => {
    const struct = writeStruct({ value: mark });
    expect(isUnknown(readStruct(struct)["value"])).toBe(true);
  });

  it("leave out what is undefined", () => {
    expect(writeStruct({ there: 1, not: undefined }).toJavaScript()).toEqual({ there: 1 });
  });

  it("refuse what this provider has no use for", () => {
    const asset = writeStruct({ file: { [signature]: "c44067f5952c0a294b673a41bacd8c17", text: "x" } });
    expect(() => readStruct(asset)).toThrow("not supported");
  });
});

describe("a secret", () => {
  it("does not show in JSON, text or inspection", () => {
    const secret = new Secret("very-hidden");
    const shown = [
      JSON.stringify({ secret }),
      String(secret),
      require("node:util").inspect({ secret }, { depth: 9, showHidden: true }),
    ];
    for (const text of shown) expect(text).not.toContain("very-hidden");
  });

  it("counts as unknown when its value is", () => {
    expect(hasUnknown({ value: new Secret([unknown]) })).toBe(true);
    expect(hasUnknown({ value: new Secret(["known"]) })).toBe(false);
  });
});
