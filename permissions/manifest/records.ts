/**
 * One resource a program declared, as mocks or the engine recorded it. Inputs may hold secrets and unknowns in any of
 * Pulumi's forms. The rest serves to follow links between resources: ids are compared, and never written into a manifest.
 */
export interface ResourceRecord {
  /** For example `azuread:index/application:Application`. */
  readonly type: string;
  /** The name in the program, not in the cloud. */
  readonly name: string;
  readonly urn?: string | undefined;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly id?: string | undefined;
  /** What the mock answered, or the state knew before. */
  readonly outputs?: Readonly<Record<string, unknown>> | undefined;
  /** URNs each input was computed from: the only link there is while a value is unknown. */
  readonly propertyDependencies?: Readonly<Record<string, readonly string[]>> | undefined;
  /** False for components: they declare others and grant nothing themselves. */
  readonly custom?: boolean | undefined;
  /** Id of what exists already and is taken over (the option `import`); undefined or empty where something new is made. */
  readonly importId?: string | undefined;
  /** Looked up by the program, not declared. */
  readonly isRead?: boolean | undefined;
}

interface PreviewState {
  readonly type?: string;
  readonly id?: string;
  readonly custom?: boolean;
  readonly external?: boolean;
  readonly importID?: string;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
  readonly propertyDependencies?: Readonly<Record<string, readonly string[] | null>> | null;
}

interface StateResource extends PreviewState {
  readonly urn: string;
  /** Replaced, and still to be deleted. */
  readonly delete?: boolean;
}

interface PreviewStep {
  readonly op: string;
  readonly urn: string;
  readonly oldState?: PreviewState;
  readonly newState?: PreviewState;
}

interface Preview {
  readonly steps?: readonly PreviewStep[];
  readonly changeSummary?: Readonly<Record<string, number>>;
}

/** Operations that leave the resource's own outputs as they were. */
const keeps = new Set(["same", "update", "read", "refresh", "import"]);

/**
 * The records of `pulumi preview --json --show-sames`. Throws when the document leaves resources out: what is missing here
 * would look like a removed permission.
 */
export function readPreviewRecords(json: string): readonly ResourceRecord[] {
  const preview = JSON.parse(json) as Preview;
  const steps = preview.steps ?? [];
  const same = preview.changeSummary?.["same"] ?? 0;
  const shown = steps.filter(({ op }) => op === "same").length;
  if (shown < same) {
    throw new Error(
      `the preview names ${shown} of ${same} unchanged resources; a manifest needs all: run it with --show-sames`,
    );
  }
  const records = steps.flatMap((step) => {
    const { newState } = step;
    return newState === undefined || step.op.startsWith("delete") ? [] : [recordOf(step, newState)];
  });
  // What is replaced is shown in several steps, under one URN: it is one resource, where all of them say the same of it.
  return [...new Map(records.map((record) => [JSON.stringify([record.urn, record.inputs]), record])).values()];
}

function recordOf({ op, urn, oldState }: PreviewStep, newState: PreviewState): ResourceRecord {
  // A preview may show an update before its outputs are known; those of the state then still hold.
  const kept = keeps.has(op) ? oldState : undefined;
  const dependencies = Object.entries(newState.propertyDependencies ?? {});
  return {
    urn,
    type: newState.type ?? "",
    name: urn.slice(urn.lastIndexOf("::") + 2),
    inputs: newState.inputs ?? {},
    id: newState.id ?? kept?.id,
    outputs: { ...newState.outputs, ...kept?.outputs },
    propertyDependencies: Object.fromEntries(dependencies.map(([property, urns]) => [property, urns ?? []])),
    custom: newState.custom,
    importId: newState.importID,
    isRead: op === "read" || newState.external === true,
  };
}

/**
 * The records of a stack's state (`pulumi stack export`): what the last successful update declared. Resources that wait for
 * their deletion are left out, they are no longer declared.
 */
export function readStateRecords(exported: string): readonly ResourceRecord[] {
  const { deployment } = JSON.parse(exported) as {
    readonly deployment?: { readonly resources?: readonly StateResource[] };
  };
  return (deployment?.resources ?? []).flatMap((resource) =>
    resource.delete === true
      ? []
      : [recordOf({ op: resource.external === true ? "read" : "same", urn: resource.urn }, resource)],
  );
}
