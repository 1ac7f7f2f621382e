import * as keyvault from "@pulumi/azure-native/keyvault";
import * as pulumi from "@pulumi/pulumi";
import * as sdkDebugging from "@pulumi/pulumi/runtime/debuggable";
import { recordProgram } from "../../../../components/partner-access/recording/recorder";
import { takeShortcuts } from "../../../../components/partner-access/recording/sdk-shortcuts";
import { usualProjectName } from "../../../../configuration/values";

// Parts of the SDK that its typings keep to themselves.
const debugging = sdkDebugging as unknown as {
  debuggablePromise: (promise: Promise<void>, context: string) => unknown;
};
const { prototype } = pulumi.Output as unknown as { prototype: { apply: () => unknown } };

const entry = async () => {
  const args = { resourceGroupName: "group", vaultName: "vault", properties: { value: pulumi.secret("text") } };
  new keyvault.Secret("entry", args);
};

/** How often the SDK makes an output of another while a program runs. */
async function appliesIn(program: () => Promise<unknown>): Promise<number> {
  const apply = jest.spyOn(prototype, "apply");
  await recordProgram({ stack: "dev", project: usualProjectName }, program);
  const { length } = apply.mock.calls;
  apply.mockRestore();
  return length;
}

describe("the shortcuts of a recording", () => {
  // In this order: what is taken is never given back.
  it("leave out what the SDK does for an engine, each of them still, and change no record", async () => {
    const before = {
      applies: await appliesIn(entry),
      records: await recordProgram({ stack: "dev", project: usualProjectName }, entry),
    };
    expect(before.records.records).toHaveLength(1);
    expect(before.applies).toBeGreaterThan(0);
    const promise = Promise.resolve();
    expect(debugging.debuggablePromise(promise, "")).not.toBe(promise);

    takeShortcuts();

    expect(await recordProgram({ stack: "dev", project: usualProjectName }, entry)).toEqual(before.records);
    expect(debugging.debuggablePromise(promise, "")).toBe(promise);
    expect(await appliesIn(entry)).toBeLessThan(before.applies / 2);
    Error.stackTraceLimit = 10;
    expect(new Error("no trace").stack).toBeUndefined();
  });
});
