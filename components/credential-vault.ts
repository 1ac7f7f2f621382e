import { RoleAssignment } from "@pulumi/azure-native/authorization";
import { Secret, type SecretArgs, Vault } from "@pulumi/azure-native/keyvault";
import * as pulumi from "@pulumi/pulumi";
import { entryResourceId, type VaultPlace, vaultResourceId } from "../model/azure-ids";
import { type AzureRole, azureRoles } from "../model/azure-roles";
import { type Day, firstSecond } from "../model/day";
import { withForeign } from "../rotation/kept-tags";
import { type EntryKey, type EntryNames, entryNames, entrySuffixes } from "./entry-names";
import { failOn } from "./problems";
import { vaultProblems } from "./vault-problems";

/**
 * Someone who may read an entry. The name becomes part of a resource name: under another one the same right is asked for twice, which Azure
 * refuses. To rename a reader, take the right away first.
 */
export interface VaultReader {
  readonly name: string;
  readonly objectId: pulumi.Input<string>;
  readonly type: "ServicePrincipal" | "User" | "Group";
}

/** The vault the entries live in. Its resource group must exist. */
interface VaultAddress {
  /** Tenant that a created vault trusts. Needed unless the vault exists. */
  readonly tenantId?: pulumi.Input<string> | undefined;
  readonly subscriptionId: pulumi.Input<string>;
  readonly resourceGroupName: pulumi.Input<string>;
  readonly vaultName: pulumi.Input<string>;
}

export interface CredentialVaultArgs extends VaultAddress {
  /** Whether the vault exists, is created, or is brought back from soft deletion. */
  readonly mode: "existing" | "create" | "recover";
  /** Azure region of a vault that is created. Left out: that of the resource group. */
  readonly location?: string | undefined;
  /** Object id of the service principal that writes entries. Needed unless the vault exists. */
  readonly writerObjectId?: string | undefined;
  /** What entry names begin with. */
  readonly prefix: string;
  /** Partner tenant and application the entries belong to; tags of every entry. */
  readonly partnerTenantId: pulumi.Input<string>;
  readonly clientId: pulumi.Input<string>;
  readonly clientSecret: pulumi.Input<string>;
  /** Entra's end of the client secret; the entry expires with it. */
  readonly clientSecretEnd: Day;
  /** The record: what the tags of the client secret's entry say beside tenant, client and author. */
  readonly recordTags: pulumi.Input<Readonly<Record<string, string>>>;
  /** Tags that others put on the client secret's entry; as many as fit stay there. */
  readonly foreignTags?: Readonly<Record<string, string>> | undefined;
  /** Proves a client secret before it is written; a hook that throws stops the write. */
  readonly proof: pulumi.ResourceHook;
  /** What must exist before the proof can succeed: the service principal. */
  readonly proofNeeds: readonly pulumi.Resource[];
  /** Whether someone signs in: then a place for the refresh token is declared. */
  readonly hasRefreshToken: boolean;
  readonly readers: readonly VaultReader[];
  readonly refreshTokenReaders: readonly VaultReader[];
}

/** Who wrote an entry, for everyone who finds it. */
const MANAGED_BY = "partner-insights-access";

/** The credentials where consumers find them: the entries of the vault contract, and who may read each. */
export class CredentialVault extends pulumi.ComponentResource {
  /** Full names of the entries in the vault, by what they hold. */
  readonly secretNames: EntryNames;
  /** Tags of the client secret's entry as the engine knows them after its part of the update: what is published, not what was planned. */
  readonly publishedTags: pulumi.Output<Readonly<Record<string, string>>>;
  private readonly vaultName: pulumi.Input<string>;
  private readonly entriesNeed: readonly pulumi.Resource[];

  constructor(
    private readonly componentName: string,
    private readonly args: CredentialVaultArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("partner-access:index:CredentialVault", componentName, {}, opts);
    failOn(vaultProblems(args), this, `CredentialVault "${componentName}"`);

    const created = args.mode === "existing" ? undefined : this.createVault(args.mode);
    this.vaultName = created?.vault.name ?? args.vaultName;
    this.entriesNeed = created ? [created.writerAssignment] : [];
    this.secretNames = entryNames(args.prefix);

    const clientSecret = this.createClientSecret();
    // The others come after it: a move that fails at the proof has then moved nothing, and can be taken back.
    const afterSecret = { dependsOn: [clientSecret] };
    this.publishedTags = clientSecret.tags.apply((tags) => tags ?? {});
    this.grantRead("clientSecret", clientSecret, args.readers);
    this.grantRead("clientId", this.createClientId(afterSecret), args.readers);
    if (args.hasRefreshToken) {
      this.grantRead("refreshToken", this.createRefreshToken(afterSecret), args.refreshTokenReaders);
    }

    this.registerOutputs({ secretNames: this.secretNames });
  }

  private createVault(mode: "create" | "recover"): { vault: Vault; writerAssignment: RoleAssignment } {
    const { args } = this;
    const vault = new Vault(
      `${this.componentName}-vault`,
      {
        resourceGroupName: args.resourceGroupName,
        vaultName: args.vaultName,
        ...(args.location !== undefined && { location: args.location }),
        properties: {
          tenantId: args.tenantId ?? "",
          sku: { family: "A", name: "standard" },
          createMode: mode === "recover" ? "recover" : "default",
          // The provider's own default is access policies, which no role assignment reaches.
          enableRbacAuthorization: true,
          enableSoftDelete: true,
          softDeleteRetentionInDays: 90,
          enablePurgeProtection: true,
        },
        tags: { managedBy: MANAGED_BY },
      },
      // How a vault once came to be is no property of it: `recover` may go back to `create` without a change. And other
      // stacks may keep their entries in it: leaving the program, or destroying this stack, must not take it along.
      { parent: this, ignoreChanges: ["properties.createMode"], retainOnDelete: true },
    );
    const writerAssignment = new RoleAssignment(
      `${this.componentName}-vault-writer`,
      {
        scope: this.place().apply(vaultResourceId),
        principalId: args.writerObjectId ?? "",
        principalType: "ServicePrincipal",
        roleDefinitionId: this.roleDefinitionId(azureRoles.secretsOfficer),
      },
      { parent: this, dependsOn: [vault] },
    );
    return { vault, writerAssignment };
  }

  private createClientId(opts: pulumi.CustomResourceOptions): Secret {
    return this.createEntry(
      "clientId",
      {
        properties: {
          value: this.args.clientId,
          contentType: "Entra application (client) id",
          attributes: { enabled: true },
        },
        tags: this.commonTags(),
      },
      opts,
    );
  }

  private createClientSecret(): Secret {
    const { args } = this;
    return this.createEntry(
      "clientSecret",
      {
        properties: {
          value: pulumi.secret(args.clientSecret),
          contentType: "Entra client secret",
          attributes: { enabled: true, expires: firstSecond(args.clientSecretEnd) },
        },
        tags: pulumi
          .all([args.recordTags, this.commonTags()])
          .apply(([record, common]) => this.withForeignTags({ ...record, ...common })),
      },
      {
        dependsOn: [...this.entriesNeed, ...args.proofNeeds],
        hooks: { beforeCreate: [args.proof], beforeUpdate: [args.proof] },
      },
    );
  }

  /** A disabled place: sign-in writes the token, on the vault itself. Written by us again it would be lost. */
  private createRefreshToken(opts: pulumi.CustomResourceOptions): Secret {
    return this.createEntry(
      "refreshToken",
      {
        properties: {
          value: pulumi.secret("nobody has signed in yet"),
          contentType: "Entra refresh token",
          attributes: { enabled: false },
        },
        tags: this.commonTags(),
      },
      // All of them: any update writes the whole entry, the placeholder's value included.
      { ...opts, ignoreChanges: ["properties", "tags"] },
    );
  }

  private createEntry(
    entry: EntryKey,
    content: Pick<SecretArgs, "properties" | "tags">,
    opts: pulumi.CustomResourceOptions,
  ): Secret {
    return new Secret(
      `${this.componentName}-${entrySuffixes[entry]}`,
      {
        resourceGroupName: this.args.resourceGroupName,
        vaultName: this.vaultName,
        secretName: this.secretNames[entry],
        ...content,
      },
      // The provider deletes what has a fixed name before it makes the new one. On a move that would leave consumers with nothing until the
      // new secret is proven and written, and for good when that fails.
      { parent: this, deleteBeforeReplace: false, ...opts },
    );
  }

  private grantRead(entry: EntryKey, secret: Secret, readers: readonly VaultReader[]): void {
    for (const reader of readers) {
      new RoleAssignment(
        `${this.componentName}-${entrySuffixes[entry]}-reader-${reader.name}`,
        {
          // The entry, never the vault: other tenants' credentials may lie beside it.
          scope: this.place().apply((place) => entryResourceId(place, this.secretNames[entry])),
          principalId: reader.objectId,
          // Left out, the SDK would say "User" and Azure would refuse a service principal.
          principalType: reader.type,
          roleDefinitionId: this.roleDefinitionId(azureRoles.secretsUser),
        },
        { parent: this, dependsOn: [secret] },
      );
    }
  }

  private commonTags(): Record<string, pulumi.Input<string>> {
    return { tenantId: this.args.partnerTenantId, clientId: this.args.clientId, managedBy: MANAGED_BY };
  }

  /** Written out, not taken from the vault: a first preview would not know who reaches what, and neither would a policy. */
  private place(): pulumi.Output<VaultPlace> {
    const { subscriptionId, resourceGroupName, vaultName } = this.args;
    return pulumi.output({ subscriptionId, resourceGroup: resourceGroupName, name: vaultName });
  }

  private withForeignTags(own: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
    const { tags, dropped } = withForeign(own, this.args.foreignTags ?? {});
    if (dropped.length > 0) {
      void pulumi.log.warn(
        `No room for the tags ${dropped.join(", ")} on ${this.secretNames.clientSecret}: Azure allows 15`,
      );
    }
    return tags;
  }

  private roleDefinitionId(role: AzureRole): pulumi.Output<string> {
    const { subscriptionId } = this.args;
    return pulumi.interpolate`/subscriptions/${subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/${role.id}`;
  }
}
