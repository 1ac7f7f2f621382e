import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { refuseUnwritable, requestRotation } from "../../../cli/rotate/request-rotation";
import { readStackFromFiles } from "../../../configuration/read-stack";
import { inventedSecrets } from "../../configuration/valid-stack";

const root = resolve(__dirname, "../../..");
const devText = readFileSync(join(root, "Pulumi.dev.yaml"), "utf8");
const withoutRotation = devText.replace(/\n {2}partner-insights-access:rotation:[\s\S]*$/, "\n");

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "partner-access-request-"));
  writeFileSync(join(directory, "access-policy.yaml"), readFileSync(join(root, "access-policy.yaml"), "utf8"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** The rotation that the file says after the request. */
function rotationAfter(text: string, reason = "laptop stolen") {
  writeFileSync(join(directory, "Pulumi.dev.yaml"), text);
  requestRotation(directory, "dev", reason);
  return readStackFromFiles(directory, "dev").rotation;
}

describe("an emergency request", () => {
  const written = { request: "laptop stolen", compromised: true };

  it.each([
    ["stands there", devText, 90],
    ["is left out", withoutRotation, 90],
    ["is empty", `${withoutRotation}  partner-insights-access:rotation:\n`, 90],
    ["is an empty mapping", `${withoutRotation}  partner-insights-access:rotation: {}\n`, 90],
    [
      "points to another mapping",
      `x: &calm\n  everyDays: 60\n${withoutRotation}  partner-insights-access:rotation: *calm\n`,
      60,
    ],
  ])("is written where the rotation %s", (_, text, everyDays) => {
    expect(rotationAfter(text)).toMatchObject({ ...written, everyDays });
  });

  it("keeps comments, and the reason as it is", () => {
    expect(rotationAfter(devText, "2026-03-01").request).toBe("2026-03-01");
    expect(readFileSync(join(directory, "Pulumi.dev.yaml"), "utf8")).toContain("# Both identities that run this stack");
  });

  it.each([
    ["in braces", "rotation: {everyDays: 60,overlapDays: 7}  # calm\n"],
    ["in braces over lines", "rotation: {\n    everyDays: 60, # calm\n    request: 'old',\n  }\n"],
    ["with a request in quotes", "rotation:\n    request: 'old' # why\n    everyDays: 60\n"],
    ["with a folded request", "rotation:\n    request: >-\n      an old\n      one\n\n    everyDays: 60\n"],
    ["with an empty request", "rotation:\n    request:   # why\n    everyDays: 60\n"],
    ["with Windows line ends", "rotation:\r\n    everyDays: 60\r\n    # calm\r\n"],
    ["without a line end", "rotation:\n    everyDays: 60"],
  ])("changes no other line, %s", (_, rotation) => {
    const listed = withoutRotation
      .replace("delegated: [", "delegated:   [  ")
      .replace("# Both", "#   Both")
      .replaceAll("\n", rotation.includes("\r") ? "\r\n" : "\n");
    const text = `${listed}\n\n  partner-insights-access:${rotation}`;
    expect(rotationAfter(text)).toMatchObject({ ...written, everyDays: 60 });
    const after = readFileSync(join(directory, "Pulumi.dev.yaml"), "utf8");
    const others = (file: string) =>
      file.split("\n").filter((line) => !/request|compromised|everyDays|an old|one$/.test(line));
    expect(others(after).join("\n").trimEnd()).toBe(others(text).join("\n").trimEnd());
    expect(after.split("\n").filter((line) => /everyDays: 60/.test(line))).toHaveLength(1);
  });

  it("is refused in words where the file holds something else, which stays", () => {
    const text = `${withoutRotation}  partner-insights-access:rotation: soon\n`;
    expect(() => rotationAfter(text)).toThrow(/the request cannot be written into partner-insights-access:rotation/);
    expect(readFileSync(join(directory, "Pulumi.dev.yaml"), "utf8")).toBe(text);
  });
});

describe("a reason", () => {
  it.each(["laptop stolen", "INC-4711: found in a chat", "x".repeat(200)])("may be %j", (reason) => {
    expect(() => refuseUnwritable(reason)).not.toThrow();
    expect(rotationAfter(devText, reason).request).toBe(reason);
  });

  it.each([
    ["two lines", "one\ntwo", "got 7 characters in 2 lines"],
    ["too long", "x ".repeat(150), "got 300 characters in 1 line"],
  ])("is refused before it is written: %s", (_, reason, said) => {
    expect(() => refuseUnwritable(reason)).toThrow(said);
    // The stack's file would refuse it too, and then nothing could run.
    expect(() => rotationAfter(devText, reason)).toThrow("rotation.request is not a usable text");
  });

  it("that quotes the secret is refused without repeating it", () => {
    const secret = inventedSecrets["an Entra client secret"];
    expect(() => refuseUnwritable(`leaked: ${secret}`)).toThrow("looks like an Entra client secret");
    expect(() => refuseUnwritable(`leaked: ${secret}`)).not.toThrow(secret.slice(4, 20));
  });
});
