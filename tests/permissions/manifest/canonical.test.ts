import { buildManifest, manifestDigest } from "../../../permissions/manifest";
import { manifestJson } from "../../../permissions/manifest/canonical";
import { declared, recordsOf, underMocks } from "./declared-stack";

const manifest = buildManifest(recordsOf(declared, underMocks));

describe("the text of a manifest", () => {
  it("shows marks that nobody can see, and is still the same JSON", () => {
    const named = { ...manifest.applications[0]!, displayName: "a\u202Eb\u200B\u{E0041}" };
    const text = manifestJson({ ...manifest, applications: [named] });
    expect(text).toContain("a\\u202eb\\u200b\\udb40\\udc41");
    expect(JSON.parse(text).applications[0].displayName).toBe(named.displayName);
  });

  it("has another digest for another grant", () => {
    expect(manifestDigest(manifest)).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(manifestDigest({ ...manifest, granted: [] })).not.toBe(manifestDigest(manifest));
  });
});
