import type { Service } from "./route";

/** One call to a service, as `GET /_emulator/journal` answers it. Bodies are never kept: they may hold secrets. */
export interface JournalEntry {
  readonly n: number;
  /** The emulator's time when the call arrived. */
  readonly at: string;
  /** Null when no service was recognised. */
  service: Service | null;
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** Client id of the caller: proven by its token, or claimed by a token request. */
  caller: string | null;
  /** Object id of the caller, of a user in a delegated call. */
  callerObjectId: string | null;
  tenant: string | null;
  /** Null until a response is sent, and forever after a hang or a reset. */
  status: number | null;
  /** What was refused and why, when the emulator does not know the call. */
  problem?: string;
  /** The fault that applied. */
  fault?: string;
}

/** Query options that hold secrets or sign-in codes: the journal shows that they were present, never their values. */
const hiddenOptions: readonly string[] = [
  "code",
  "client_secret",
  "client_assertion",
  "refresh_token",
  "password",
  "login_hint",
  "sig",
];

/** All calls since the start or the last reset, oldest first. */
export class Journal {
  private list: JournalEntry[] = [];
  private count = 0;

  entries(): readonly JournalEntry[] {
    return this.list;
  }

  /** Opens an entry, which the pipeline completes step by step. */
  open(
    call: Pick<JournalEntry, "at" | "service" | "method" | "path"> & { readonly query: URLSearchParams },
  ): JournalEntry {
    this.count += 1;
    const query: Record<string, string> = {};
    for (const [name, value] of call.query) query[name] = hiddenOptions.includes(name) ? "***" : value;
    const unknown = { caller: null, callerObjectId: null, tenant: null, status: null };
    const entry: JournalEntry = { n: this.count, ...call, query, ...unknown };
    this.list.push(entry);
    return entry;
  }

  clear(): void {
    this.list = [];
    this.count = 0;
  }
}
