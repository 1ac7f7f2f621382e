import {
  buildManifest,
  emptyManifest,
  ManifestError,
  manifestDigest,
  manifestJson,
  readManifest,
} from "../../../permissions/manifest";
import { declared, recordsOf, underMocks } from "./declared-stack";

const manifest = buildManifest(recordsOf(declared, underMocks));
const json = manifestJson(manifest);
const problemsOf = (text: string): readonly string[] => {
  try {
    readManifest(text);
    return [];
  } catch (error) {
    if (error instanceof ManifestError) return error.problems;
    throw error;
  }
};
const changed = (change: (document: Record<string, unknown>) => void) => {
  const document = JSON.parse(json) as Record<string, unknown>;
  change(document);
  return `${JSON.stringify(document, undefined, 2)}\n`;
};
const grant = (document: Record<string, unknown>) => (document["granted"] as Record<string, unknown>[])[0]!;

describe("a manifest from outside", () => {
  it("is accepted in the bytes it is written in", () => {
    expect(readManifest(json)).toEqual(manifest);
    expect(readManifest(manifestJson(emptyManifest))).toEqual(emptyManifest);
  });

  it.each([
    ["something that is no JSON", "{", "must be JSON"],
    ["a list", "[]\n", "manifest must be an object, got a list"],
    [
      "another layout",
      json.replace("manifest/2", "manifest/1"),
      'manifest.schema must be partner-access/manifest/2, got "partner-access/manifest/1"',
    ],
    [
      "an unknown property",
      changed((it) => Object.assign(it, { extra: 1 })),
      'manifest has a property that is not known: "extra"',
    ],
    ["a missing list", changed((it) => delete it["granted"]), "manifest must have the property granted"],
    [
      "an unknown kind",
      changed((it) => Object.assign(grant(it), { kind: "both" })),
      'manifest.granted[0].kind must be delegated or application, got "both"',
    ],
    [
      "a number as a name",
      changed((it) => Object.assign(grant(it), { permission: 1 })),
      "manifest.granted[0].permission must be a text, got 1",
    ],
    [
      "a consent for nobody",
      changed((it) => Object.assign(grant(it), { consent: { for: "user" } })),
      "manifest.granted[0].consent must have the property user",
    ],
    [
      "a delegated grant without consent",
      changed((it) => Object.assign(grant(it), { consent: null })),
      "manifest.granted has 1 item whose consent does not fit their kind",
    ],
    [
      "an endless text",
      changed((it) => Object.assign(grant(it), { permission: "x".repeat(20_001) })),
      "manifest.granted[0].permission must have at most 20000 characters, got 20001",
    ],
    [
      "days before zero",
      json.replace('"everyDays": 90', '"everyDays": -1'),
      "manifest.credentials[0].everyDays must be a whole number from 0, got -1",
    ],
    [
      "another order",
      changed((it) => (it["entries"] as unknown[]).reverse()),
      "must be written in canonical form (sorted, indented by two, each property once)",
    ],
    [
      "a property twice",
      json.replace(
        '"permission": "user_impersonation"',
        '"permission": "harmless",\n      "permission": "user_impersonation"',
      ),
      "must be written in canonical form (sorted, indented by two, each property once)",
    ],
    [
      "blanks between the lines",
      json.replace("{\n", "{\n\n"),
      "must be written in canonical form (sorted, indented by two, each property once)",
    ],
  ])("is refused with %s", (_, text, problem) => {
    expect(text).not.toBe(json);
    expect(problemsOf(text)).toEqual([problem]);
  });

  it("is refused with a property that would change every object", () => {
    expect(problemsOf(json.replace('"granted"', '"__proto__": {"polluted": true},\n  "granted"'))).toEqual([
      'manifest has a property that is not known: "__proto__"',
    ]);
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  });

  it("is refused with all reasons at once, and with twenty when there are thousands", () => {
    const granted = Array.from({ length: 5_000 }, () => ({}));
    expect(problemsOf(changed((it) => Object.assign(it, { granted })))).toHaveLength(20);
  });

  it("never quotes more than a short value", () => {
    const text = changed((it) => Object.assign(it, { schema: "secret".repeat(100) }));
    expect(problemsOf(text).join()).not.toContain("secretsecret");
  });
});

describe("the text of a manifest", () => {
  it("shows marks that nobody can see", () => {
    const named = { ...manifest.applications[0]!, displayName: "a\u202Eb\u200B\u{E0041}" };
    const text = manifestJson({ ...manifest, applications: [named] });
    expect(text).toContain("a\\u202eb\\u200b\\udb40\\udc41");
    expect(readManifest(text).applications[0]?.displayName).toBe(named.displayName);
  });

  it("has another digest for another grant", () => {
    expect(manifestDigest(manifest)).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(manifestDigest({ ...manifest, granted: [] })).not.toBe(manifestDigest(manifest));
  });
});
