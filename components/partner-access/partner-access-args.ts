import type * as pulumi from "@pulumi/pulumi";

/** The partner tenant that the application is registered in. */
export interface PartnerTenantArgs {
  /** Tenant id, a GUID. Example: `"0d9e…"`, from the Entra admin center, Overview. */
  id: pulumi.Input<string>;
  /** Primary domain. Entra must say that it belongs to `id`, or the run is refused. Example: `"contoso.com"`. */
  domain: pulumi.Input<string>;
  /** Microsoft's cloud. Default: `"public"`. The other two also need `experimental: true`. */
  cloud?: "public" | "usgovernment" | "china";
  /** Accepts that nobody has tried Insights in a national cloud. Default: `false`. */
  experimental?: boolean;
}

/** The Key Vault that keeps the credentials. It must decide access by Azure roles. */
export interface AccessVaultArgs {
  /**
   * Azure resource id of the vault: `vault.id` of a vault in the same program, or a text.
   * Example: `"/subscriptions/…/resourceGroups/partner/providers/Microsoft.KeyVault/vaults/fabrikam"`.
   */
  id: pulumi.Input<string>;
  /** Whether the vault exists, is created here, or is recovered from soft deletion. Default: `"existing"`. */
  mode?: "existing" | "create" | "recover";
  /** Azure region of a vault that is created. Default: that of its resource group. Example: `"westeurope"`. */
  location?: string;
  /** Tenant that a created vault trusts, a GUID. Default: the tenant of the `azure-native` provider. */
  tenantId?: pulumi.Input<string>;
}

/** Someone who may read a vault entry. */
export interface AccessReaderArgs {
  /** For people, and part of a resource's name: do not change it. Example: `"report-builder"`. */
  name: string;
  /** Object id, a GUID, in the vault's tenant; not a client id. Example: `identity.principalId`. */
  objectId: pulumi.Input<string>;
  /** What the object id belongs to. Default: `"ServicePrincipal"`. */
  type?: "ServicePrincipal" | "User" | "Group";
}

/** What is requested of one API, and granted. */
export interface ApiPermissionArgs {
  /** Name in the catalog, or client id. Example: `"Microsoft Partner Center"`. */
  api: string;
  /** Names of delegated permissions: what the application may do as the signed-in user. Default: none. */
  delegated?: string[];
  /** Names of application permissions: what it may do as itself. Default: none. Example: `["Application.Read.All"]`. */
  application?: string[];
  /** Ids of the delegated permissions, by name, for an API that the catalog lacks. Default: the catalog's. */
  delegatedIds?: { [name: string]: string };
  /** Ids of the application permissions, by name, for an API that the catalog lacks. Default: the catalog's. */
  applicationIds?: { [name: string]: string };
}

/** When the client secret changes. */
export interface RotationArgs {
  /** Days until the next secret takes over, 1 to 365. Default: `90`. */
  everyDays?: number;
  /** Days for which the previous secret stays valid, 2 to `everyDays`. Default: `7`. */
  overlapDays?: number;
  /** Days a secret lives, from twice `everyDays` to 730. Default: `180`. */
  lifetimeDays?: number;
  /** Any new text causes one rotation, once. Default: none. Example: `"leaked in ticket 4711"`. */
  request?: string;
  /** Whether the request ends the previous secret in the same update, without overlap. Default: `false`. */
  compromised?: boolean;
}

/** The arguments of a `PartnerAccess`. */
export interface PartnerAccessArgs {
  /** The partner tenant. Example: `{ id: "0d9e…", domain: "contoso.com" }`. */
  tenant: PartnerTenantArgs;
  /** The vault that keeps the credentials. Example: `{ id: vault.id }`. */
  vault: AccessVaultArgs;
  /**
   * User principal name of the user who signs in once, and whose data the application reads.
   * Needed with delegated permissions, which the default ones are. Example: `"reports@contoso.com"`.
   */
  reportingUser?: pulumi.Input<string>;
  /**
   * Who assigns the application to the reporting user. Default: `"admin"`, once, by hand. `"deployer"` needs a right that leads
   * to full control of the tenant.
   */
  assignedBy?: "admin" | "deployer";
  /** Who may read client id and client secret. Default: nobody. Example: `[{ name: "report-builder", objectId }]`. */
  readers?: AccessReaderArgs[];
  /** Who may read the refresh token: the reporting user's power, for 90 days. Default: nobody. */
  refreshTokenReaders?: AccessReaderArgs[];
  /** What is requested and granted. Default: Partner Center as the reporting user, and what its sign-in needs. */
  permissions?: ApiPermissionArgs[];
  /** For whom delegated permissions are granted: the reporting user, or everyone in the tenant. Default: `"user"`. */
  consent?: "user" | "tenant";
  /** Why everyone in the tenant may use the application. Needed with `consent: "tenant"`. Example: `"All analysts sign in."`. */
  consentReason?: string;
  /** When the client secret changes. Default: every 90 days, 7 days of overlap, a life of 180 days. */
  rotation?: RotationArgs;
  /** What the names of the vault's entries begin with. Default: `partner-insights-NAME-`, with the component's name. */
  prefix?: string;
  /** Name of the application, 1 to 120 characters. Default: `Partner Insights access (NAME)`. */
  displayName?: pulumi.Input<string>;
  /** Object ids of the application's owners. Default: the identity of the first update, which the state remembers. */
  owners?: pulumi.Input<string>[];
  /** Where the sign-in returns to. Default: `http://localhost:8400/` with a reporting user, else none. */
  redirectUri?: pulumi.Input<string>;
  /** Why tenant, vault or prefix may change, for one update: readers of the old entries break. Default: they may not. */
  migrate?: string;
}
