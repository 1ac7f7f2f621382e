import type { CloudEndpoints } from "../../../clients/entra/clouds";
import { proveSecret, requestAppOnlyToken } from "../../../clients/entra/proof";
import { readAppPolicies } from "../../../clients/graph/app-policies";
import type { Time } from "../../../clients/http/retry";
import { readDeletedSecret } from "../../../clients/key-vault/deleted-secret";
import type { ProgramDependencies } from "../../../components/partner-access/dependencies";
import type { ProgramInput } from "../../../components/stack-program/read-program";
import { programComponent } from "../../../model/program-component";
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
export function drivenDependencies(
  {
    configuration,
    ...facts
  }: Pick<ProgramInput, "configuration"> & Pick<ProgramDependencies, "today" | "rollback" | "repair">,
  { endpoints, fetch, time, deployerSecret, stateOutputs }: Reach,
): ProgramInput {
  const { authority, graph, keyVaultSuffix } = endpoints;
  const tokens =
    ({ id, deployer }: typeof partnerTenant | typeof homeTenant, resource: string) =>
    () => {
      const identity = { tenantId: id, clientId: deployer.clientId, secret: deployerSecret };
      return requestAppOnlyToken({ authority, ...identity, scope: `${resource}/.default`, fetch });
    };
  return {
    configuration,
    dependencies: {
      ...facts,
      readEndpoints: async () => endpoints,
      signInProblems: async () => [],
      async prove(secret, tenantId) {
        await proveSecret({ authority, tenantId, scope: `${graph}/.default`, fetch, time, ...secret });
      },
      readSecretPolicies: (clientId) =>
        readAppPolicies({ graph, clientId, accessToken: tokens(partnerTenant, graph), fetch, time }),
      readDeletedEntry(name) {
        const vaultUri = `https://${configuration.vault.name}.${keyVaultSuffix}`;
        return readDeletedSecret({
          vaultUri,
          name,
          accessToken: tokens(homeTenant, `https://${keyVaultSuffix}`),
          fetch,
        });
      },
      readState: async () => stateView(stateOutputs, programComponent),
    },
  };
}
