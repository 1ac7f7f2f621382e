import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { contentsOf, findLeaks, placeOf, placesIn } from "./leaks";

/** Characters that some encoding changes, and some that none does. */
const secret = fc
  .string({ unit: fc.constantFrom(..."aZ09~._-+/=&?%#<>\"'\\ é€"), minLength: 12, maxLength: 60 })
  .filter((text) => !text.startsWith(" "));
const noise = fc.string({ unit: fc.constantFrom(..."bcdefg hijk\n"), maxLength: 40 });

const unicode = (text: string, pattern: RegExp) =>
  text.replace(pattern, (it) => `\\u${it.charCodeAt(0).toString(16).padStart(4, "0")}`);
const percent = (text: string) => Buffer.from(text).toString("hex").replace(/../g, "%$&");

/** A leak of each form, made by the encoders that leaks come from, with neighbours on both sides. */
const planted: Readonly<Record<string, (before: string, secret: string, after: string) => string>> = {
  plain: (before, it, after) => `${before}${it}${after}`,
  "a JSON value": (before, it, after) => JSON.stringify({ log: `${before}${it}${after}` }),
  "JSON written by Go": (before, it, after) => unicode(JSON.stringify([before + it + after]), /[<>&]/g),
  "JSON in ASCII": (before, it, after) => unicode(JSON.stringify([before + it + after]), /[\u007f-\uffff]/g),
  "JSON in JSON": (before, it, after) => JSON.stringify(JSON.stringify([before + it + after])),
  "Go's JSON in Go's JSON": (before, it, after) =>
    JSON.stringify(unicode(JSON.stringify([before + it + after]), /[<>&]/g)),
  "a URL's part": (before, it, after) => `https://x.example/?q=${encodeURIComponent(before + it + after)}`,
  "a form's field": (before, it, after) => new URLSearchParams({ password: before + it + after }).toString(),
  "percent of every byte": (before, it, after) => percent(before + it + after).toUpperCase(),
  "percent in lower case": (before, it, after) => percent(before + it + after),
  hex: (before, it, after) => Buffer.from(before + it + after).toString("hex"),
  "hex in capitals": (before, it, after) =>
    Buffer.from(before + it + after)
      .toString("hex")
      .toUpperCase(),
  base64: (before, it, after) => Buffer.from(before + it + after).toString("base64"),
  "base64 one further": (before, it, after) => Buffer.from(`a${before}${it}${after}`).toString("base64"),
  "base64 two further": (before, it, after) => Buffer.from(`ab${before}${it}${after}`).toString("base64"),
  base64url: (before, it, after) => Buffer.from(before + it + after).toString("base64url"),
};

describe("the search for leaks", () => {
  it.each(Object.entries(planted))("finds a secret planted as %s, whatever stands beside it", (_form, plant) => {
    fc.assert(
      fc.property(secret, noise, noise, (it, before, after) => {
        const found = findLeaks([placeOf("log", plant(before, it, after))], new Map([["the secret", it]]));
        expect(found.length).toBeGreaterThan(0);
        expect(found[0]).toMatchObject({ place: "log", secret: "the secret" });
      }),
    );
  });

  it("finds UTF-16, as Windows' tools write it", () => {
    const [it, text] = ['~pass"wörd/+', 'log: ~pass"wörd/+ end'];
    expect(findLeaks([placeOf("log", Buffer.from(text, "utf16le"))], new Map([["s", it]]))).toHaveLength(1);
  });

  it("finds nothing where a secret lies that differs in one character, in any form", () => {
    const [one, another] = ["Qk3~fW8Q~abcdefghij", "Qk3~fW8Q~abCdefghij"];
    const text = Object.values(planted).map((plant) => plant("x", another, "y"));
    expect(findLeaks([placeOf("log", text.join("\n"))], new Map([["s", one]]))).toEqual([]);
    expect(findLeaks([placeOf("log", text.join("\n"))], new Map([["s", another]])).length).toBeGreaterThan(5);
  });

  it("never tells the secret, only its name", () => {
    const it = "Qk3~fW8Q~abcdefghij";
    const found = findLeaks([placeOf("log", it)], new Map([["the secret", it]]));
    expect(found).toEqual([{ place: "log", secret: "the secret", form: "plain" }]);
  });

  it("refuses secrets that are too short to be recognised", () => {
    expect(() => findLeaks([], new Map([["pin", "1234"]]))).toThrow("the secret pin is too short");
  });
});

describe("the places", () => {
  const folder = mkdtempSync(join(tmpdir(), "partner-access-leaks-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const it_ = "Qk3~fW8Q~abcdefghij";
  const secrets = new Map([["s", it_]]);

  it("are files at any depth, the names of files, and what is compressed, also when it was cut off", () => {
    mkdirSync(join(folder, "a", "b"), { recursive: true });
    writeFileSync(join(folder, "a", "b", "clean.txt"), "nothing here");
    writeFileSync(join(folder, "a", "b", "plain.txt"), `x ${it_} y`);
    writeFileSync(join(folder, "a", it_), "in the name only");
    const packed = gzipSync(`${"line\n".repeat(500)}${it_}${"\nline".repeat(500)}`);
    writeFileSync(join(folder, "packed.log"), packed);
    writeFileSync(join(folder, "cut.log"), packed.subarray(0, packed.length - 12));
    const places = findLeaks(placesIn(folder, "left"), secrets).map(({ place }) => place.replace(it_, "NAME"));
    expect(places.sort()).toEqual(["left/a/b/plain.txt", "left/cut.log", "left/packed.log", "name of left/a/NAME"]);
  });

  it("of compressed logs are more than one: as they lie there, and unpacked", () => {
    expect(contentsOf(gzipSync("text")).map(String)).toContain("text");
    expect(contentsOf(Buffer.from("text")).map(String)).toEqual(["text"]);
  });
});
