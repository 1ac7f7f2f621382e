import { programComponent } from "../../model/program-component";
/** One resource as a stack's state names it. Properties are left out: some are secret, and no command needs them. */
export interface StateResource {
  readonly urn: string;
  readonly type: string;
  /** The provider's own id; undefined for components. */
  readonly id: string | undefined;
  /** URNs of the resources that it needs. */
  readonly dependencies: readonly string[];
}

/** What the engine recorded before it called a provider and never completed: a run was interrupted there. */
export interface PendingOperation {
  readonly operation: string;
  readonly urn: string;
}

export interface StackState {
  readonly resources: readonly StateResource[];
  readonly pending: readonly PendingOperation[];
  /** The export as it came, secrets encrypted: what `pulumi stack import` takes back. */
  readonly exported: string;
}

/** Whether a message of the CLI says that the store has no such stack. Source of the words: `cmd/pulumi/stack` in pkg, 3.259.0. */
export function isMissingStack(message: string): boolean {
  return /no stack named '.*' found/.test(message);
}

/** A resource as a state holds it, in the shape of `apitype.ResourceV3`. Secret properties are encrypted. */
export interface HeldResource {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
  readonly dependencies?: readonly string[] | null;
  /** Replaced, and still to be deleted. */
  readonly delete?: boolean;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
  readonly parent?: string;
  /** URN and id of its provider, as `urn::id`. */
  readonly provider?: string;
  readonly propertyDependencies?: Readonly<Record<string, readonly string[] | null>> | null;
}

interface RawExport {
  readonly deployment?: {
    readonly resources?: readonly HeldResource[] | null;
    readonly pending_operations?: readonly { readonly type: string; readonly resource: HeldResource }[] | null;
  } | null;
}

/** Reads what `pulumi stack export` printed. Shapes: `apitype.DeploymentV3` of Pulumi's SDK. */
export function readStackState(exported: string): StackState {
  const { deployment } = JSON.parse(exported) as RawExport;
  return {
    resources: (deployment?.resources ?? []).map(({ urn, type, id, dependencies }) => ({
      ...{ urn, type, id },
      dependencies: dependencies ?? [],
    })),
    pending: (deployment?.pending_operations ?? []).map(({ type, resource }) => ({
      operation: type,
      urn: resource.urn,
    })),
    exported,
  };
}

/** The resources of a state with their properties; what waits for its deletion is passed over. */
export function heldResources({ exported }: StackState): readonly HeldResource[] {
  const { deployment } = JSON.parse(exported) as RawExport;
  return (deployment?.resources ?? []).filter((resource) => resource.delete !== true);
}

/** A client secret that a state knows. */
export interface StateClientSecret {
  readonly keyId: string;
  readonly resource: StateResource;
}

/** The client secrets of a state, those that wait for their removal included; the provider's id is `<application>/password/<key id>`. */
export function clientSecretsOf({ resources }: StackState): readonly StateClientSecret[] {
  return resources.flatMap((resource) => {
    const keyId = resource.id?.split("/password/")[1];
    const isSecret = resource.type === "azuread:index/applicationPassword:ApplicationPassword";
    return isSecret && keyId !== undefined ? [{ keyId, resource }] : [];
  });
}

export function clientSecretKeyIds(state: StackState): readonly string[] {
  return clientSecretsOf(state).map(({ keyId }) => keyId);
}

/** Finds the outputs of a resource in a state by type and logical name. Secret ones are encrypted in it; what waits for its deletion is passed over. */
export function outputsIn(
  state: StackState,
): (type: string, name: string) => Readonly<Record<string, unknown>> | undefined {
  const held = heldResources(state);
  return (type, name) => held.find((it) => it.type === type && it.urn.endsWith(`::${name}`))?.outputs;
}

/** The application's client id, whatever the vault says; undefined when the state holds no application. */
export function clientIdIn(state: StackState): string | undefined {
  const { clientId } =
    outputsIn(state)("azuread:index/application:Application", `${programComponent}-application`) ?? {};
  return typeof clientId === "string" ? clientId : undefined;
}
