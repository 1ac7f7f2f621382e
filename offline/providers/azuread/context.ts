import type { Waits } from "../waits";
import type { GraphClient } from "./graph-client";
import type { Locks } from "./locks";

/** What every azuread resource works with: authorised clients for one provider configuration. */
export interface AzureadContext {
  readonly graph: GraphClient;
  readonly tenantId: string;
  readonly clientId: string;
  /** Object id of the service principal that signed in. */
  readonly callerObjectId: string;
  readonly waits: Waits;
  readonly locks: Locks;
}
