import * as pulumi from "@pulumi/pulumi";
import { NO_LIMIT, waitFor } from "./waiting";

/** An argument that a preview may not know yet, because it comes from a resource that is to be created. */
export interface Later {
  /** Undefined where it is not known in this run. */
  readonly known: string | undefined;
  /** The same for the resources that need it; carries what it depends on. */
  readonly value: pulumi.Output<string>;
}

/** Waits for an argument. An update waits until what it comes from exists, so there is no time limit. */
export async function settle(path: string, input: pulumi.Input<string>): Promise<Later> {
  const value = pulumi.output(input);
  if (typeof input === "string") return { known: input, value };
  const isUnknown = await waitFor(`what ${path} is`, () => hasUnknown(value), NO_LIMIT);
  if (isUnknown) return { known: undefined, value };
  const known = await waitFor(`what ${path} is`, () => new Promise<string>((resolve) => value.apply(resolve)));
  return { known, value };
}

/** Whether a value holds anything that this run does not know. A function applied to such an output is never called. */
export async function hasUnknown(value: pulumi.Input<unknown>): Promise<boolean> {
  const plain: unknown = await pulumi.runtime.serializeProperty("value", value);
  return JSON.stringify(plain ?? null).includes(pulumi.runtime.unknownValue);
}
