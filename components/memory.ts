import { randomUUID } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import { type OutputsOf, type StateView, stateView } from "../rotation/state-view";
import { hasUnknown } from "./later";
import { askOrStop } from "./problems";
import type { Scope } from "./scope";
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
export async function remember<T>(
  scope: Scope,
  name: string,
  value: T,
  options: { overwrite?: boolean } = {},
): Promise<Memory<T>> {
  const stash = declareMemory(scope, name, value, options);
  return askOrStop(`what this stack remembers as ${scope.name}-${name}`, async () => {
    const [first, latest] = await Promise.all([
      known<T>(stash.output as pulumi.Output<T>),
      known<T>(stash.input as pulumi.Output<T>),
    ]);
    return { first, latest };
  });
}

/** The same without reading it back: for a value that a preview does not know. Left out, a preview would show that it goes. */
export function declareMemory(
  { component, name: prefix }: Scope,
  name: string,
  value: pulumi.Input<unknown>,
  { overwrite = false }: { overwrite?: boolean } = {},
): pulumi.Stash {
  return new pulumi.Stash(
    `${prefix}-${name}`,
    { input: value },
    // An update of a stash changes `input` only: `output` stays what the first update wrote.
    { parent: component, ...(overwrite ? {} : { ignoreChanges: ["input"] }) },
  );
}

/** The value of an output that is known in previews too. A function applied to an unknown one would never be called. */
export async function known<T>(output: pulumi.Output<T>): Promise<T> {
  if (await hasUnknown(output)) {
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

/** What this stack's state held before this run, for resources that stand in no component. */
export async function readStateOutputs(): Promise<OutputsOf> {
  const resources = await readOwnState();
  return (type, name) => resources[`${rootPrefix()}${type}::${name}`]?.outputs;
}

/** The components that hold a PartnerAccess's resources, by the type of the resource. */
const parts: Readonly<Record<string, string>> = {
  "azuread:index/application:Application": "$partner-access:index:PartnerApplication",
  "azuread:index/applicationPassword:ApplicationPassword": "$partner-access:index:RotatingClientSecret",
  "azure-native:keyvault:Secret": "$partner-access:index:CredentialVault",
  "azure-native:keyvault:Vault": "$partner-access:index:CredentialVault",
};

/** What this stack's state held before this run of one PartnerAccess, found by its own URN: others may have parts of the same names. */
export async function readComponentState(component: pulumi.ComponentResource): Promise<StateView> {
  const [resources, urns] = await Promise.all([readOwnState(), urnsOf(component)]);
  const [own = ""] = urns.filter((urn) => resources[urn] !== undefined);
  const [place, name] = [own.slice(0, own.lastIndexOf("::")), own.slice(own.lastIndexOf("::") + 2)];
  return stateView((type, child) => resources[`${place}${parts[type] ?? ""}$${type}::${child}`]?.outputs, name);
}

/** Where a component stands, and under which names an older program declared it. */
async function urnsOf(component: pulumi.ComponentResource): Promise<readonly string[]> {
  // The SDK keeps what `aliases` names, its own and those of wrapping components, in a field that its types leave out.
  const { __aliases: aliases = [] } = component as unknown as { readonly __aliases?: pulumi.Input<string>[] };
  return waitFor("where the component stands", () => known(pulumi.all([component.urn, ...aliases])));
}

function rootPrefix(): string {
  return `urn:pulumi:${pulumi.getStack()}::${pulumi.getProject()}::`;
}

async function readOwnState(): Promise<StateResources> {
  const stack = pulumi.getStack();
  const organization = pulumi.getOrganization();
  // In full: Pulumi Cloud would complete a bare name with the caller's default organization.
  const full = `${organization}/${pulumi.getProject()}/${stack}`;
  return readState(full).catch((error: unknown) => {
    // A self-managed store of the old layout knows bare names only, and has no other organization.
    if (organization !== "organization") throw error;
    return readState(stack);
  });
}

type StateResources = Readonly<Record<string, { readonly outputs?: Readonly<Record<string, unknown>> }>>;

/** The engine's own function; `pulumi.StackReference` is built on its neighbour, which knows stack outputs only. */
async function readState(stackName: string): Promise<StateResources> {
  const { outputs } = await pulumi.runtime.invoke("pulumi:pulumi:readStackResourceOutputs", { stackName });
  return outputs as StateResources;
}
