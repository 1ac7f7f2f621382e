import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { readProjectFiles } from "../../configuration/project-files";
import { entryWriters, readStackConfiguration } from "../../configuration/read-stack";
import { diffManifests } from "../../permissions/diff";
import {
  type AccessManifest,
  buildManifest,
  manifestDigest,
  type ResourceRecord,
  readPreviewRecords,
} from "../../permissions/manifest";
import { azureOutputs } from "../support/azure-answers";
import type { Registered } from "../support/deploy";
import { expectSuccess, type Journey, startJourney } from "../support/journey";
import { PARTNER_CENTER, runProgram } from "../support/partner-program";

const run = promisify(execFile);
let journey: Journey;
beforeAll(async () => {
  journey = await startJourney();
});
afterAll(() => journey?.stop());
jest.setTimeout(240_000);

/** The manifest of what the real engine would do now. */
async function previewed(): Promise<AccessManifest> {
  const { stdout } = await run(
    journey.pulumi,
    ["preview", "--json", "--show-sames", "--non-interactive", "-s", "dev"],
    {
      cwd: journey.directory,
      env: journey.env,
      maxBuffer: 64 * 1024 * 1024,
    },
  );
  return buildManifest(readPreviewRecords(stdout));
}

/** The manifest of the same program under mocks, with the stack's own file. */
async function mocked(): Promise<AccessManifest> {
  const files = readProjectFiles(journey.directory);
  const values = files.stackFiles.get("dev")?.read().values ?? {};
  const configuration = readStackConfiguration({
    values,
    namespace: files.project.name,
    stack: "dev",
    entryWriters: entryWriters(files),
    policyText: files.policyText,
  });
  const { resources } = await runProgram({ configuration, present: [PARTNER_CENTER] });
  return buildManifest(resources.map(recordOf));
}

/** The form in which mocks hand on secrets, which the test support has unwrapped. */
function recordOf({ type, name, inputs, secrets }: Registered): ResourceRecord {
  const answer = azureOutputs({ type, name, inputs });
  const wrapped = secrets.reduce((object, path) => wrap(object, path.split(".")), inputs);
  return { type, name, inputs: wrapped, ...(answer && { id: answer.id, outputs: answer.state }) };
}

function wrap(object: Record<string, unknown>, [first = "", ...rest]: readonly string[]): Record<string, unknown> {
  const value = object[first];
  const secret = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", value };
  return { ...object, [first]: rest.length === 0 ? secret : wrap(value as Record<string, unknown>, rest) };
}

describe("the access manifest of the real program", () => {
  let underMocks: AccessManifest;

  it("is the same under mocks and in the engine's first preview, with nothing unrecognised", async () => {
    underMocks = await mocked();
    const first = await previewed();
    expect(underMocks.unrecognised).toEqual([]);
    expect(underMocks.granted.length).toBeGreaterThan(0);
    expect(diffManifests(underMocks, first)).toEqual([]);
    expect(manifestDigest(first)).toBe(manifestDigest(underMocks));
  });

  it("is the same in a preview of what exists, and while two secrets do", async () => {
    expectSuccess(await journey.stacks.up("dev"));
    expect(manifestDigest(await previewed())).toBe(manifestDigest(underMocks));
    await journey.configure(["rotation", "request"], "a rehearsal");
    expect(manifestDigest(await previewed())).toBe(manifestDigest(underMocks));
  });

  it("shows what a change in code grants, with no configuration touched", async () => {
    await journey.edit("components/api-permission-grants.ts", (text) =>
      text.replace("claimValues: [...delegated].sort(),", 'claimValues: [...delegated, "Invented.Scope"].sort(),'),
    );
    const changes = diffManifests(underMocks, await previewed());
    expect(
      changes.map(({ code, direction, subject, risk }) => [
        code,
        direction,
        subject.permission?.permission,
        risk.level,
      ]),
    ).toEqual([0, 1].map(() => ["granted", "added", "Invented.Scope", "high"]));
  });
});
