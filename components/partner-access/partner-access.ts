import * as pulumi from "@pulumi/pulumi";
import { ApiPermissionGrants } from "../api-permission-grants";
import { CredentialVault } from "../credential-vault";
import { PartnerApplication } from "../partner-application";
import { named, quiet } from "../problems";
import { RotatingClientSecret } from "../rotating-client-secret";
import { runToTheEnd } from "../waiting";
import { type ProgramDependencies, usualDependencies } from "./dependencies";
import { type AccessOutputs, type AccessRotation, type AccessSecretNames, outputsOf } from "./outputs";
import { applicationArgs, clientSecretArgs, grantsArgs, vaultArgs } from "./part-args";
import type { PartnerAccessArgs } from "./partner-access-args";
import { prepare } from "./prepare";
import { proofHook } from "./proof";
import { missingProviders } from "./providers";
import { readSettings } from "./read-settings";
import type { Run } from "./run";
import { silenceDebugLog } from "./sdk-log";
import { refuseUnknownInUpdate } from "./unknown-arguments";

/**
 * Access to Microsoft's Partner APIs for one partner tenant: the application, what it may do, a client secret that rotates, and the vault
 * entries that keep it. Needs an `azuread` provider for the partner's tenant and an `azure-native` one for the vault's subscription.
 */
export class PartnerAccess extends pulumi.ComponentResource<AccessOutputs> {
  /** Client id of the application. */
  readonly clientId: pulumi.Output<string>;
  /** Tenant id of the partner. */
  readonly tenantId: pulumi.Output<string>;
  /** Address of the vault. Example: `https://fabrikam.vault.azure.net/`. */
  readonly vaultUri: pulumi.Output<string>;
  /** Full names of the entries in the vault. */
  readonly secretNames: pulumi.Output<AccessSecretNames>;
  /** First day on which an update rotates the client secret, like `2026-04-02`; undefined while nothing is published. */
  readonly nextRotationOn: pulumi.Output<string | undefined>;
  /** Object id of the application's service principal, for further role assignments. */
  readonly principalObjectId: pulumi.Output<string>;
  /** What is published, and when it changes. */
  readonly rotation: pulumi.Output<AccessRotation>;

  // `super` begins to use both before they are set: see `initialize`.
  private readonly access: { readonly args: PartnerAccessArgs; readonly dependencies: ProgramDependencies };

  /** `dependencies` are for tests, reviews and our own program; leave them out. */
  constructor(
    name: string,
    args: PartnerAccessArgs,
    opts?: pulumi.ComponentResourceOptions,
    dependencies: ProgramDependencies = usualDependencies(),
  ) {
    silenceDebugLog();
    // Plain values only: an output here would be waited for before anything could be looked up.
    super("partner-access:index:PartnerAccess", name, {}, opts);
    this.access = { args, dependencies };
    const part = <Key extends keyof AccessOutputs>(key: Key) =>
      quiet(pulumi.output(this.getData().then((outputs) => outputs[key])));
    this.clientId = part("clientId");
    this.tenantId = part("tenantId");
    this.vaultUri = part("vaultUri");
    this.secretNames = part("secretNames");
    this.rotation = part("rotation");
    this.nextRotationOn = quiet(this.rotation.apply(({ nextRotationOn }) => nextRotationOn));
    this.principalObjectId = part("principalObjectId");
  }

  protected override async initialize(
    _inputs: pulumi.Inputs,
    _opts: pulumi.ComponentResourceOptions,
    name: string,
  ): Promise<AccessOutputs> {
    const who = `PartnerAccess "${name}"`;
    return runToTheEnd(who, () =>
      named(who, async () => {
        // Until the constructor has returned no field is set.
        await Promise.resolve();
        return this.lookAndDeclare(name);
      }),
    );
  }

  /** Looks up, decides, refuses; then declares everything, in an order in which nothing is created inside an output. */
  private async lookAndDeclare(name: string): Promise<AccessOutputs> {
    const { args, dependencies } = this.access;
    missingProviders(this);
    const settings = await readSettings(name, args, dependencies);
    refuseUnknownInUpdate(settings);
    const endpoints = await dependencies.readEndpoints(settings.tenant.cloud);
    const scope = { component: this, name };
    const run: Run = { scope, stack: pulumi.getStack(), settings, dependencies, endpoints };
    const prepared = await prepare(run);

    const parent = { parent: this };
    const application = new PartnerApplication(name, applicationArgs(settings, prepared), parent);
    new ApiPermissionGrants(name, grantsArgs(settings, prepared, application), parent);
    const clientSecret = new RotatingClientSecret(
      name,
      { ...clientSecretArgs(settings, prepared), applicationId: application.applicationId },
      parent,
    );
    const vault = new CredentialVault(
      name,
      {
        ...vaultArgs(settings, prepared),
        clientId: application.clientId,
        clientSecret: clientSecret.value,
        recordTags: clientSecret.recordTags,
        proof: proofHook(run, { isNewApplication: prepared.plan.record === undefined }),
        proofNeeds: [application.principal],
      },
      parent,
    );

    const outputs = outputsOf(run, application, vault);
    // Without the dates: a rotation that is limited to slots and entry must leave everything else in the state as it is.
    const { rotation: _, ...lasting } = outputs;
    this.registerOutputs(lasting);
    return outputs;
  }
}
