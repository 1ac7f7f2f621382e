import { resolve } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { readRecords } from "../../../../cli/review/read-records";
import { reviewDay } from "../../../../components/partner-access/recording/recorded-stack";
import { recordProgram } from "../../../../components/partner-access/recording/recorder";
import { readStackFromFiles } from "../../../../configuration/read-stack";
import { usualProjectName } from "../../../../configuration/values";
import { buildManifest, manifestDigest, type ResourceRecord } from "../../../../permissions/manifest";
import { azureOutputs } from "../../../support/azure-answers";
import { PARTNER_CENTER, runProgram } from "../../../support/partner-program";

const root = resolve(__dirname, "../../../..");
const revision = { directory: root, signal: new AbortController().signal };

describe("the records of a review", () => {
  it("lead to the manifest that a journey has compared with the real engine's preview", async () => {
    const [recorded] = await readRecords(["dev"], revision);
    if (recorded === undefined || "problem" in recorded) throw new Error(recorded?.problem);
    const { records, identities } = recorded;
    const { resources } = await runProgram({
      configuration: readStackFromFiles(root, "dev"),
      present: [PARTNER_CENTER],
    });
    // tests/journeys/manifest.test.ts holds this one against the engine; secrets matter to it in inputs only.
    const compared = buildManifest(
      resources.map(({ type, name, inputs, secrets }): ResourceRecord => {
        const answer = azureOutputs({ type, name, inputs });
        const wrapped = secrets.reduce((object, path) => hide(object, path.split(".")), inputs);
        return { type, name, inputs: wrapped, ...(answer && { id: answer.id, outputs: answer.state }) };
      }),
    );
    const manifest = buildManifest(records, { identities, freshOn: reviewDay });
    expect(manifest).toEqual(compared);
    expect(manifestDigest(manifest)).toBe(manifestDigest(compared));
    expect(manifest.granted.length).toBeGreaterThan(0);
  });

  it("are none for a stack that does not exist, and a problem instead", async () => {
    const [nowhere, dev] = await readRecords(["nowhere", "dev"], revision);
    expect(nowhere).toEqual({
      stack: "nowhere",
      problem: expect.stringContaining("Pulumi.nowhere.yaml does not exist"),
    });
    expect(dev).toMatchObject({ stack: "dev", domain: "contoso.example" });
  });
});

describe("a recorded program", () => {
  it("tells which of its resources it takes over instead of making them", async () => {
    const { records } = await recordProgram({ stack: "dev", project: usualProjectName }, async () => {
      class Application extends pulumi.CustomResource {}
      new Application("azuread:index/application:Application", "a", {}, { import: "/applications/x" });
      new Application("azuread:index/application:Application", "b", {});
    });
    expect(records.map(({ name, importId }) => ({ name, importId }))).toEqual([
      { name: "a", importId: "/applications/x" },
      { name: "b", importId: undefined },
    ]);
  });
});

function hide(object: Record<string, unknown>, [first = "", ...rest]: readonly string[]): Record<string, unknown> {
  const value = object[first];
  const secret = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", value };
  return { ...object, [first]: rest.length === 0 ? secret : hide(value as Record<string, unknown>, rest) };
}
