import type { CheckFailure } from "./check";
import type { Diff } from "./differences";
import type { ResourceSchema } from "./schema";
import type { Properties } from "./value";

/** What state holds of a resource. */
export interface State {
  readonly inputs: Properties;
  readonly outputs: Properties;
}

/** How a resource gets a name when the program gave none. */
export interface Naming {
  /** The name in the program. */
  readonly logicalName: string;
  /** From the engine; equal in the preview and the update. Left out: real randomness. */
  readonly randomSeed?: Uint8Array;
  /** The name the project's autonaming configuration asks for; `disabled` when it forbids made-up names. */
  readonly autonaming?: { readonly mode: "propose" | "enforce" | "disabled"; readonly name: string };
}

export interface Checked {
  readonly inputs: Properties;
  readonly failures: readonly CheckFailure[];
}

export interface Created {
  readonly id: string;
  readonly outputs: Properties;
}

export interface Found {
  readonly id: string;
  readonly inputs: Properties;
  readonly outputs: Properties;
}

/**
 * One resource type, usable without an engine: plain values in, calls to the service through the context, plain values out.
 * The context holds authorised clients for one provider configuration.
 */
export interface ResourceType<Context> extends ResourceSchema {
  readonly token: string;
  /** Accepts or refuses a program's inputs and fills in what was left out. */
  check(news: Properties, olds: Properties | undefined, context: Context, naming: Naming): Promise<Checked>;
  /** Where checked inputs differ from the state, and whether that needs a replacement. */
  diff(state: State, news: Properties): Diff;
  /** The outputs a preview may promise for a creation; what only the service knows is unknown. */
  planCreate(inputs: Properties, context: Context): Promise<Properties>;
  /** The outputs a preview may promise for an update. */
  planUpdate(state: State, news: Properties): Properties;
  create(inputs: Properties, context: Context): Promise<Created>;
  /** Undefined: it is gone. Without a state it is an import. */
  read(id: string, state: State | undefined, context: Context): Promise<Found | undefined>;
  update(id: string, state: State, news: Properties, context: Context): Promise<Properties>;
  delete(id: string, state: State, context: Context): Promise<void>;
}

/** A function a program may call, also without an engine. */
export interface FunctionType<Context> extends ResourceSchema {
  readonly token: string;
  call(args: Properties, context: Context): Promise<Properties>;
}

/** Thrown by a creation or update that failed after the object existed: state must keep what is known of it. */
export class PartlyDone extends Error {
  override readonly name = "PartlyDone";

  constructor(
    readonly id: string,
    readonly outputs: Properties,
    cause: unknown,
  ) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

/** Runs what follows an object's creation; a failure there is told together with what exists by then. */
export async function finishing(id: string, known: Properties, work: () => Promise<Properties>): Promise<Created> {
  try {
    return { id, outputs: await work() };
  } catch (error) {
    throw new PartlyDone(id, known, error);
  }
}
