import * as pulumi from "@pulumi/pulumi";
import * as state from "@pulumi/pulumi/runtime/state";
import type { KnownIdentity, ResourceRecord } from "../../../permissions/manifest";
import { resourceAnswer } from "./answers";
import { createLookUps } from "./look-ups";

/** What a program declared, and who the ids stand for that its look-ups answered. */
export interface Recording {
  readonly records: readonly ResourceRecord[];
  readonly identities: readonly KnownIdentity[];
}

/** Runs a program under Pulumi's mocks and records every resource it asks for. One at a time: the mocks are global. */
export async function recordProgram(
  { stack, project }: { readonly stack: string; readonly project: string },
  program: () => Promise<unknown>,
): Promise<Recording> {
  const records: ResourceRecord[] = [];
  const lookUps = createLookUps();
  await pulumi.runtime.setMocks(
    {
      newResource({ type, name, inputs, custom }) {
        const { id, state } = resourceAnswer(type, name, inputs);
        return { id: custom === false ? undefined : id, state: { ...state, ...inputs } };
      },
      call: ({ token, inputs }) => answerCall(() => lookUps.answer(token, inputs)),
    },
    project,
    stack,
    false,
  );
  recordRegistrations(records);
  takeHooks();
  try {
    await settled(await program());
  } finally {
    // Also after a failure: what registers late would be counted with the next program.
    await pulumi.runtime.disconnect();
  }
  return { records, identities: lookUps.identities() };
}

/** Waits for the outputs: components declare their parts on their own, after the program's last line. */
async function settled(outputs: unknown): Promise<void> {
  const values = Object.values(outputs ?? {}).filter((value) => pulumi.Output.isInstance(value));
  await Promise.all(values.map((value) => (value as unknown as { promise(): Promise<unknown> }).promise()));
}

function answerCall(answer: () => Readonly<Record<string, unknown>>): Record<string, unknown> {
  try {
    return answer();
  } catch (error) {
    // In life a failed call is a gRPC error; the SDK shows nothing but its details.
    throw Object.assign(error as Error, { details: (error as Error).message });
  }
}

type Callback = (error: unknown, answer: unknown) => void;

/** A registration or a read, as the program sends it to the engine. */
interface Request {
  getType(): string;
  getName(): string;
  getCustom?(): boolean;
  getImportid?(): string;
  getObject?(): Struct | undefined;
  getProperties?(): Struct | undefined;
}
interface Struct {
  toJavaScript(): Readonly<Record<string, unknown>>;
}
interface Response {
  getId?(): string;
  getObject?(): Struct | undefined;
  getProperties?(): Struct | undefined;
}

/** The parts of the mock monitor that see what the mocks themselves are not shown: secrets still wrapped. */
interface Monitor {
  registerResource(request: Request, callback: Callback): void;
  readResource(request: Request, callback: Callback): void;
}

function recordRegistrations(records: ResourceRecord[]): void {
  const monitor = pulumi.runtime.getMonitor() as unknown as Monitor;
  for (const method of ["registerResource", "readResource"] as const) {
    const original = monitor[method].bind(monitor);
    monitor[method] = (request, callback) => {
      const inputs = (request.getObject ?? request.getProperties)?.call(request)?.toJavaScript() ?? {};
      const asked = {
        type: request.getType(),
        name: request.getName(),
        inputs,
        custom: request.getCustom?.() ?? true,
        importId: request.getImportid?.() || undefined,
        isRead: method === "readResource",
      };
      original(request, (error, answer) => {
        if (error === null || error === undefined) records.push({ ...asked, ...answered(answer as Response, inputs) });
        callback(error, answer);
      });
    };
  }
}

/**
 * Takes a program's hooks, which no review runs. Left to itself the SDK (3.259) starts a gRPC server for each program, so that an engine
 * could call them, calls it once over the network, and then waits for ever: the mock monitor says it knows hooks and lacks the method.
 */
function takeHooks(): void {
  const callbacks = { registerResourceHook: async () => undefined, awaitStackRegistrations: async () => undefined };
  const { getStore } = state as unknown as { readonly getStore: () => object };
  Object.assign(getStore(), { callbacks: { ...callbacks, shutdown: () => undefined } });
}

/** What is computed: the inputs that come back with it would only double a record. */
function answered(response: Response, inputs: ResourceRecord["inputs"]): Pick<ResourceRecord, "id" | "outputs"> {
  const all = (response.getObject ?? response.getProperties)?.call(response)?.toJavaScript() ?? {};
  const outputs = Object.fromEntries(Object.entries(all).filter(([name]) => !Object.hasOwn(inputs, name)));
  const id = response.getId?.();
  return id ? { id, outputs } : { outputs };
}
