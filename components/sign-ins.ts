import { getClientConfig as getVaultClientConfig } from "@pulumi/azure-native/authorization";
import { Provider as AzureNativeProvider } from "@pulumi/azure-native/provider";
import * as azuread from "@pulumi/azuread";
import { askOrStop } from "./problems";
import type { Scope } from "./scope";

export interface SignInArgs {
  /** The tenant the application lives in. */
  readonly partnerTenantId: string;
  /** Microsoft's cloud; left out of the providers' settings when it is the public one. */
  readonly cloud: "public" | "usgovernment" | "china";
  /** The identity that writes the vault, and where; may be another tenant. */
  readonly vault: {
    readonly tenantId: string;
    readonly subscriptionId: string;
    /** Undefined: the person who is signed in to the Azure CLI, in both tenants. */
    readonly clientId: string | undefined;
  };
}

/** The two sign-ins of a stack. Every resource names one of them: a default provider would guess the tenant. */
export interface SignIns {
  readonly partner: azuread.Provider;
  readonly vault: AzureNativeProvider;
}

/**
 * Client id and proof of the partner sign-in come from `ARM_*`, so that deployer and rotator run the same program without
 * a difference. The vault's identity is configuration, its proof comes from the environment. Neither enters the state.
 * Without a vault's identity, of a solo stack, both providers take the Azure CLI's sign-in, because `soloSignInProblems` allows no other.
 */
export function createSignIns({ partnerTenantId, cloud, vault }: SignInArgs): SignIns {
  const environment = cloud === "public" ? {} : { environment: cloud };
  return {
    partner: new azuread.Provider("partner-tenant", { tenantId: partnerTenantId, ...environment }),
    vault: new AzureNativeProvider("vault-tenant", {
      tenantId: vault.tenantId,
      subscriptionId: vault.subscriptionId,
      ...(vault.clientId !== undefined && { clientId: vault.clientId }),
      ...environment,
    }),
  };
}

/** Who a provider signs in as. */
export interface Caller {
  readonly objectId: string;
  /** As the provider is set up. A recording has none. */
  readonly tenantId: string | undefined;
}

/** The identity that runs this program in the partner's tenant. */
export function partnerCaller({ component }: Scope): Promise<Caller> {
  // Options only: in TypeScript an arguments object here would start a second, default provider.
  return askOrStop("who signs in to the partner tenant", () => azuread.getClientConfig({ parent: component }));
}

/** The identity that writes the vault, in the vault's tenant. */
export function vaultCaller({ component }: Scope): Promise<Caller & { readonly subscriptionId: string | undefined }> {
  return askOrStop("who writes the vault", () => getVaultClientConfig({ parent: component }));
}
