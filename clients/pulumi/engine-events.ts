/**
 * What a run of the real Pulumi engine did, read from its event log.
 * Source of the shapes: `apitype/events.go` of Pulumi's SDK. Only what is needed is read; property values never are, they may be secret.
 */

/** One step that is not "same", as the engine names it: create, update, delete, replace, create-replacement, … */
export interface ResourceChange {
  readonly operation: string;
  readonly urn: string;
  readonly type: string;
  readonly name: string;
}

export interface Diagnostic {
  readonly severity: "info" | "warning" | "error";
  /** Begins with the resource's name when it is about one. */
  readonly message: string;
}

/** One readable line of the log; unknown kinds are left out. */
export type EngineEvent =
  | { readonly kind: "step"; readonly change: ResourceChange; readonly isDone: boolean }
  | { readonly kind: "diagnostic"; readonly diagnostic: Diagnostic }
  | { readonly kind: "summary"; readonly counts: Readonly<Record<string, number>>; readonly seconds: number };

/** Steps that read or leave a resource as it is. */
const quiet = new Set(["same", "read", "refresh", "read-discard"]);

/** Pulumi marks colours inside messages as `<{%name%}>`. */
const colourMark = /<\{%[^%]*%\}>/g;

interface RawEvent {
  readonly resourcePreEvent?: { readonly metadata: RawStep };
  readonly resOutputsEvent?: { readonly metadata: RawStep };
  readonly diagnosticEvent?: {
    /** Left out, or the stack's own, when no single resource is meant. */
    readonly urn?: string;
    readonly severity: string;
    readonly prefix?: string;
    readonly message: string;
    readonly ephemeral?: boolean;
  };
  readonly summaryEvent?: {
    readonly resourceChanges?: Readonly<Record<string, number>>;
    readonly durationSeconds?: number;
  };
}

interface RawStep {
  readonly op: string;
  readonly urn: string;
  readonly type: string;
}

/** Reads one line of an event log; undefined when it holds nothing a report needs. */
export function readEngineEvent(line: string): EngineEvent | undefined {
  const raw = JSON.parse(line) as RawEvent;
  if (raw.resourcePreEvent) return stepEvent(raw.resourcePreEvent.metadata, false);
  if (raw.resOutputsEvent) return stepEvent(raw.resOutputsEvent.metadata, true);
  if (raw.summaryEvent) {
    return {
      kind: "summary",
      counts: raw.summaryEvent.resourceChanges ?? {},
      seconds: raw.summaryEvent.durationSeconds ?? 0,
    };
  }
  const diagnostic = raw.diagnosticEvent;
  if (diagnostic === undefined || diagnostic.ephemeral === true || diagnostic.severity === "debug") return undefined;
  return {
    kind: "diagnostic",
    diagnostic: {
      severity: severityOf(diagnostic.severity),
      message: `${resourceIn(diagnostic.urn)}${plain(diagnostic.message)}`,
    },
  };
}

/** "name: ", because a provider's message alone ("Status=403 …") never says which resource it is about. */
function resourceIn(urn = ""): string {
  const isResource = urn !== "" && !urn.includes("::pulumi:pulumi:Stack::");
  return isResource ? `${nameIn(urn)}: ` : "";
}

function nameIn(urn: string): string {
  return urn.slice(urn.lastIndexOf("::") + 2);
}

function stepEvent(step: RawStep, isDone: boolean): EngineEvent | undefined {
  if (quiet.has(step.op)) return undefined;
  return {
    kind: "step",
    isDone,
    change: {
      operation: step.op,
      urn: step.urn,
      type: step.type,
      name: nameIn(step.urn),
    },
  };
}

function severityOf(text: string): Diagnostic["severity"] {
  if (text === "error" || text === "warning") return text;
  // "info#err" is what a program or plugin printed.
  return "info";
}

function plain(message: string): string {
  return message.replace(colourMark, "").trimEnd();
}
