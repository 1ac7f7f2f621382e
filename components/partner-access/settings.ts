import type * as pulumi from "@pulumi/pulumi";
import type { CloudName } from "../../clients/entra/clouds";
import type { ApiPermissions, StackConfiguration } from "../../configuration/stack-configuration";
import type { VaultPlace } from "../../model/azure-ids";
import type { VaultReader } from "../credential-vault";
import type { Later } from "../later";

/** The arguments of a PartnerAccess, checked and complete: every default applied, every permission resolved. */
export interface AccessSettings {
  readonly tenant: { readonly id: Later; readonly domain: Later; readonly cloud: CloudName };
  readonly application: {
    readonly displayName: pulumi.Input<string>;
    /** Undefined: the identity of the first update, which the state remembers. */
    readonly owners: readonly pulumi.Input<string>[] | undefined;
    readonly redirectUri: pulumi.Input<string> | undefined;
  };
  readonly permissions: readonly Omit<ApiPermissions, "reason">[];
  readonly consent: "user" | "tenant";
  readonly reportingUser: { readonly userPrincipalName: Later; readonly assignedBy: "admin" | "deployer" } | undefined;
  readonly vault: VaultSettings;
  readonly rotation: StackConfiguration["rotation"];
  readonly migrate: string | undefined;
}

/** Where the entries go. */
export interface VaultSettings {
  /** Undefined in a preview in which the vault is still to be created. */
  readonly place: VaultPlace | undefined;
  /** The same for the resources in it, which depend on the vault. */
  readonly output: pulumi.Output<VaultPlace>;
  readonly mode: "existing" | "create" | "recover";
  readonly location: string | undefined;
  readonly tenantId: pulumi.Input<string> | undefined;
  readonly prefix: string;
  readonly readers: readonly VaultReader[];
  readonly refreshTokenReaders: readonly VaultReader[];
}

/** Whether the program must know who the reporting user is: to grant for that user only, or to assign. */
export function needsReportingUser({
  consent,
  reportingUser,
}: Pick<AccessSettings, "consent" | "reportingUser">): boolean {
  return reportingUser !== undefined && (consent === "user" || reportingUser.assignedBy === "deployer");
}
