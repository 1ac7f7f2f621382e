import type { Day } from "../../../model/day";
import type { AccessOverview } from "../../../permissions/overview";
import type { Problem } from "../../shared/document";
import type { StackStatus } from "../stack-status";

/** Everything the page shows, read before it is written. */
export interface PageContent {
  /** When the tenants were read. */
  readonly at: Date;
  /** The day that every "in 12 days" counts from. */
  readonly today: Day;
  readonly tenants: readonly TenantContent[];
  /** Undefined where only a vault was looked at: it knows no stack files. */
  readonly access?: AccessContent | undefined;
}

export interface TenantContent extends StackStatus {
  /** From the stack's file; null where that could not be read. */
  readonly domain: string | null;
  /** The newest receipt; null where there is none, undefined where no folder of receipts was named. */
  readonly receipt?: LastReceipt | null;
}

export interface LastReceipt {
  readonly command: string;
  readonly outcome: string;
  readonly ok: boolean;
  readonly at: Date;
  readonly actor: string | null;
}

/** What the stacks declare, and the stacks that could not be told. */
export interface AccessContent {
  readonly overview: AccessOverview;
  readonly unreadable: readonly { readonly stack: string; readonly problems: readonly Problem[] }[];
}
