import { randomUUID } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import type { OutputsOf } from "../rotation/state-view";
import { askOrStop } from "./problems";
import { waitFor } from "./waiting";

/** What a stack remembers under one name. */
export interface Memory<T> {
  /** What the first update wrote; never changes. */
  readonly first: T;
  /** What the last update that was allowed to write wrote. */
  readonly latest: T;
}

/**
 * Keeps a value in the state and reads it back at once. The first update decides; later values are ignored unless
 * `overwrite` is set. Stack outputs are no memory: one failing resource holds all of them back, while this survives a
 * failed update and is known in previews.
 */
export async function remember<T>(name: string, value: T, options: { overwrite?: boolean } = {}): Promise<Memory<T>> {
  const stash = new pulumi.Stash(
    name,
    { input: value },
    // An update of a stash changes `input` only: `output` stays what the first update wrote.
    options.overwrite ? {} : { ignoreChanges: ["input"] },
  );
  return askOrStop(`what this stack remembers as ${name}`, async () => {
    const [first, latest] = await Promise.all([
      known<T>(stash.output as pulumi.Output<T>),
      known<T>(stash.input as pulumi.Output<T>),
    ]);
    return { first, latest };
  });
}

/** The value of an output that is known in previews too. A function applied to an unknown one would never be called. */
export async function known<T>(output: pulumi.Output<T>): Promise<T> {
  const plain: unknown = await pulumi.runtime.serializeProperty("value", output);
  if (JSON.stringify(plain ?? null).includes(pulumi.runtime.unknownValue)) {
    throw new Error("it is unknown in this run. A run with --target or --exclude leaves it out: run without them");
  }
  // Plain values only: unwrapping changes nothing in them but their type.
  return new Promise((resolve) => output.apply((value) => resolve(value as T)));
}

/**
 * Whether the engine leaves out what it was not told to touch (`--target`): something new that nobody named is unknown then. Under a name
 * of its own each time, because a run without limits keeps it until the next update.
 */
export async function isLimitedRun(): Promise<boolean> {
  const probe = new pulumi.Stash(`probe-${randomUUID()}`, { input: "not limited" });
  const plain: unknown = await waitFor("whether this run is limited", () =>
    pulumi.runtime.serializeProperty("probe", probe.output),
  );
  return plain === pulumi.runtime.unknownValue;
}

/** What this stack's state held before this run. */
export async function readStateOutputs(): Promise<OutputsOf> {
  const stack = pulumi.getStack();
  const organization = pulumi.getOrganization();
  // In full: Pulumi Cloud would complete a bare name with the caller's default organization.
  const full = `${organization}/${pulumi.getProject()}/${stack}`;
  const resources = await readState(full).catch((error: unknown) => {
    // A self-managed store of the old layout knows bare names only, and has no other organization.
    if (organization !== "organization") throw error;
    return readState(stack);
  });
  return (type, name) => {
    // The last of the types in a URN is the resource's own; those before it are its parents'.
    const urn = Object.keys(resources).find((it) => new RegExp(`[:$]${type}::${name}$`).test(it));
    return urn === undefined ? undefined : (resources[urn]?.outputs ?? {});
  };
}

type StateResources = Readonly<Record<string, { readonly outputs?: Readonly<Record<string, unknown>> }>>;

/** The engine's own function; `pulumi.StackReference` is built on its neighbour, which knows stack outputs only. */
async function readState(stackName: string): Promise<StateResources> {
  const { outputs } = await pulumi.runtime.invoke("pulumi:pulumi:readStackResourceOutputs", { stackName });
  return outputs as StateResources;
}
