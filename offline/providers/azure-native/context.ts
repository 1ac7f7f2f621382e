import type { Waits } from "../waits";
import type { ArmClient } from "./arm-client";
import type { VaultClient } from "./vault-client";

/** What every azure-native resource works with: authorised clients for one provider configuration. */
export interface AzureNativeContext {
  readonly arm: ArmClient;
  readonly vaults: VaultClient;
  readonly waits: Waits;
  readonly subscriptionId: string;
  readonly tenantId: string;
  readonly clientId: string;
  /** The provider's own default location, if it has one. */
  readonly location: string | undefined;
  /** Object id of the service principal that signed in; asked for when first needed. */
  callerObjectId(): Promise<string>;
  /** Location of a resource group, remembered; undefined when it cannot be read. */
  groupLocation(resourceGroupName: string): Promise<string | undefined>;
}
