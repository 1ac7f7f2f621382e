import type { Risk } from "../risk-levels";

/** A resource that an update might write, as Pulumi names it. */
export interface Touched {
  readonly type: string;
  /** The end of the resource's name; null stands for every resource of the type. */
  readonly nameEndsWith: string | null;
}

/** One thing that is not as declared. */
export interface DriftFinding {
  /** Undeclared: exists, but is not declared. Missing: declared, but does not exist. Changed: exists, but differs. */
  readonly kind: "undeclared" | "missing" | "changed";
  /** Stable, for machines. */
  readonly code: string;
  /** One line, safe for a terminal and a log. */
  readonly message: string;
  readonly risk: Risk;
  readonly reasons: readonly string[];
  /** What an update would overwrite if it wrote it; empty when no update can. */
  readonly touches: readonly Touched[];
}
