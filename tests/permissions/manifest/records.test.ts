import { buildManifest, type ResourceRecord, readPreviewRecords } from "../../../permissions/manifest";
import { hidden, isEmpty, readValue, unknown } from "../../../permissions/manifest/values";
import { declared, laterPreview, recordsOf } from "./declared-stack";

const secretSignature = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" };

describe("an input", () => {
  it.each([
    ["what preview --json writes for a secret", "[secret]", hidden],
    ["what mocks record for a secret", { ...secretSignature, value: "text" }, hidden],
    ["what the event log writes for a secret", { ...secretSignature, ciphertext: "[secret]" }, hidden],
    ["an unknown text", "04da6b54-80e4-46f7-96ec-b56ff0331ba9", unknown],
    ["an unknown flag", "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7", unknown],
    ["an unknown of Node", { __pulumiUnknown: true }, unknown],
    ["an output not known yet", { "4dabf18193072939515e22adb298388d": "d0e6a833031e9bbcd3f4e8bde6ca49a4" }, unknown],
    [
      "a known output",
      { "4dabf18193072939515e22adb298388d": "d0e6a833031e9bbcd3f4e8bde6ca49a4", value: ["x"], dependencies: [] },
      ["x"],
    ],
    [
      "a secret output",
      { "4dabf18193072939515e22adb298388d": "d0e6a833031e9bbcd3f4e8bde6ca49a4", value: "x", secret: true },
      hidden,
    ],
    ["the engine's own properties", { a: 1, __defaults: ["b"], b: undefined }, { a: 1, b: null }],
  ])("reads %s", (_, raw, expected) => {
    expect(readValue(raw)).toEqual(expected);
  });

  it("says nothing when it is off or empty, and something when it is hidden", () => {
    expect([null, false, "", 0, [], {}, { a: [] }].map((value) => isEmpty(value as never))).toEqual(
      Array(7).fill(true),
    );
    expect([hidden, unknown, true, "x", 1, ["x"], { a: hidden }].map((value) => isEmpty(value as never))).toEqual(
      Array(7).fill(false),
    );
  });
});

describe("a preview", () => {
  const records = recordsOf(declared, laterPreview);
  const stateOf = ({ type, urn, inputs, id, outputs, propertyDependencies, custom }: ResourceRecord) => ({
    ...{ type, urn, inputs, id, outputs, propertyDependencies, custom },
  });
  const urnOf = (record: ResourceRecord) => record.urn ?? `urn:pulumi:contoso::p::${record.type}::${record.name}`;
  const document = (steps: readonly unknown[], same: number) => JSON.stringify({ steps, changeSummary: { same } });
  const sameSteps = records.map((record) => ({ op: "same", urn: urnOf(record), newState: stateOf(record) }));

  it("gives the records of everything that will exist", () => {
    const gone = { op: "delete", urn: "urn:pulumi:s::p::t::gone", oldState: stateOf(records[0]!) };
    const read = readPreviewRecords(document([...sameSteps, gone], sameSteps.length));
    expect(read.map(({ name }) => name)).toEqual(records.map(({ name }) => name));
    expect(buildManifest(read)).toEqual(buildManifest(records));
  });

  it("tells what is taken over instead of made", () => {
    const steps = [
      { ...sameSteps[0], op: "import", newState: { ...sameSteps[0]?.newState, importID: "/applications/x" } },
    ];
    expect(readPreviewRecords(document(steps, 0))[0]?.importId).toBe("/applications/x");
  });

  it("is refused when it leaves unchanged resources out, which would look like removed permissions", () => {
    expect(() => readPreviewRecords(document(sameSteps.slice(1), sameSteps.length))).toThrow(/--show-sames/);
  });

  it("takes ids from the old state where an update does not know them yet", () => {
    const updates = records.map((record) => {
      const { id: _, outputs: __, ...without } = stateOf(record);
      return { op: "update", urn: urnOf(record), oldState: stateOf(record), newState: without };
    });
    expect(buildManifest(readPreviewRecords(document(updates, 0)))).toEqual(buildManifest(records));
  });

  it("takes no ids from an application that is replaced", () => {
    const steps = sameSteps.map((step) =>
      step.urn.endsWith("::partner-application")
        ? { op: "replace", urn: step.urn, oldState: step.newState, newState: { ...step.newState, id: "", outputs: {} } }
        : step,
    );
    expect(buildManifest(readPreviewRecords(document(steps, sameSteps.length - 1))).unrecognised).not.toEqual([]);
  });
});
