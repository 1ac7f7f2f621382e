import type { CloudEndpoints } from "../../../clients/entra/clouds";
import { proveSecret, requestAppOnlyToken } from "../../../clients/entra/proof";
import { readAppPolicies } from "../../../clients/graph/app-policies";
import type { Time } from "../../../clients/http/retry";
import { readDeletedSecret } from "../../../clients/key-vault/deleted-secret";
import type { Outside } from "../../../components/partner-access/outside";
import { homeTenant, partnerTenant } from "../../../offline/emulator/seed/constants";
import { type OutputsOf, stateView } from "../../../rotation/state-view";

/** What the outside of a driven run is reached with. */
export interface Reach {
  readonly endpoints: CloudEndpoints;
  readonly fetch: typeof fetch;
  readonly time: Time;
  /** The one text that proves both deployers. */
  readonly deployerSecret: string;
  /** Outputs of a resource in the driver's state, by type and name. */
  readonly stateOutputs: OutputsOf;
}

export const credentialType = "azuread:index/applicationPassword:ApplicationPassword";

/** The program's outside with the real clients, which reach the emulator and let virtual time pass. */
export function drivenOutside(
  facts: Pick<Outside, "configuration" | "today" | "rollback" | "repair">,
  { endpoints, fetch, time, deployerSecret, stateOutputs }: Reach,
): Outside {
  const { authority, graph, keyVaultSuffix } = endpoints;
  const tokens =
    ({ id, deployer }: typeof partnerTenant | typeof homeTenant, resource: string) =>
    () => {
      const identity = { tenantId: id, clientId: deployer.clientId, secret: deployerSecret };
      return requestAppOnlyToken({ authority, ...identity, scope: `${resource}/.default`, fetch });
    };
  return {
    ...facts,
    endpoints,
    signInProblems: async () => [],
    async prove(secret) {
      const { id: tenantId } = facts.configuration.tenant;
      await proveSecret({ authority, tenantId, scope: `${graph}/.default`, fetch, time, ...secret });
    },
    readSecretPolicies: (clientId) =>
      readAppPolicies({ graph, clientId, accessToken: tokens(partnerTenant, graph), fetch, time }),
    readDeletedEntry(name) {
      const vaultUri = `https://${facts.configuration.vault.name}.${keyVaultSuffix}`;
      return readDeletedSecret({ vaultUri, name, accessToken: tokens(homeTenant, `https://${keyVaultSuffix}`), fetch });
    },
    readState: async () => stateView(stateOutputs),
  };
}
