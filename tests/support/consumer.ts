import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { addDays, dayOf } from "../../model/day";
import {
  builtInRoles,
  homeSubscription,
  homeTenant,
  keyVaultSuffix,
  partnerTenant,
} from "../../offline/emulator/seed/constants";
import { recordTags } from "../../rotation/record";
import { callCommand } from "./command-call";
import type { CommandResult } from "./command-process";
import type { TestEmulator } from "./emulator";
import { makePartnerApplication, type PartnerApplication } from "./partner-application";

export const vaultUri = `https://${homeSubscription.vault}.${keyVaultSuffix}`;
export const prefix = "partner-insights-contoso-";
const homeScope = `/subscriptions/${homeSubscription.id}`;
export const reports = partnerTenant.reportingUser.userPrincipalName;

export interface RunOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** What is piped in; left out: nothing, and the input ends at once. */
  readonly input?: string;
}

/** A tenant that was deployed and signed in to, made with calls: application, grants, secret, the vault's entries. */
export interface SignedInTenant {
  readonly application: PartnerApplication;
  /** Writes one version of an entry; tags are added to those every entry has. */
  put(
    name: "client-secret" | "refresh-token",
    value: string,
    tags?: Record<string, string>,
    enabled?: boolean,
  ): Promise<void>;
  /** What a finished sign-in leaves in the vault; answers the refresh token. */
  signIn(options?: { mfa?: boolean; obtainedAt?: string }): Promise<string>;
  user(changes: object): Promise<void>;
  settings(changes: { signIn?: object; partnerCenter?: object }): Promise<void>;
  run(argv: readonly string[], options?: RunOptions): Promise<CommandResult>;
  /** Lets `token-renewer` read both entries that a token takes, as `vault.readers` and `vault.refreshTokenReaders` do. */
  allowRenewer(): Promise<void>;
  /** The environment of a consumer that may read entries: `report-builder` and `token-renewer` of the example stack. */
  as(identity: "reader" | "renewer"): Record<string, string | undefined>;
}

/** What a publish of today writes beside the secret: the record, by which `rotate` knows that nothing is due. */
export function recordOf({ application }: SignedInTenant, now: Date): Record<string, string> {
  const start = dayOf(now);
  const end = dayOf(new Date(application.secretEnd));
  const slot = { generation: 1, keyId: application.keyId, start, end, displayName: "partner-access/dev/1" };
  return recordTags({
    ...{ deployment: "0dd0f1ce-0000-4000-8000-000000000001", tenantId: partnerTenant.id, current: "a" },
    ...{ publishedOn: start, overlapEnds: addDays(start, 7), dueOn: addDays(start, 85), handledRequests: [] },
    slots: { a: slot },
  });
}

/** A pulumi that only knows its version, for runs in which nothing is due that would need more. */
export async function writeIdlePulumi(folder: string): Promise<void> {
  await writeFile(join(folder, "pulumi"), '#!/bin/sh\n[ "$1" = version ] && echo v3.259.0 || exit 1\n');
  await chmod(join(folder, "pulumi"), 0o755);
}

export async function createSignedInTenant(emulator: TestEmulator): Promise<SignedInTenant> {
  const application = await makePartnerApplication(emulator);
  const { clientId } = application;
  const put: SignedInTenant["put"] = async (name, value, tags = {}, enabled = true) => {
    const common = { tenantId: partnerTenant.id, clientId, managedBy: "partner-insights-access" };
    const address = `${vaultUri}/secrets/${prefix}${name}?api-version=7.6`;
    const body = { value, attributes: { enabled }, tags: { ...common, ...tags } };
    const answer = await emulator.call("PUT", address, { as: "home-deployer", body });
    if (answer.status !== 200) throw new Error(`PUT ${name}: ${answer.status} ${answer.text}`);
  };
  const control = (name: string, changes: object) =>
    emulator.control("POST", name, { tenant: partnerTenant.id, ...changes });
  await put("client-secret", application.secret, { dueOn: "2099-01-01" });
  return {
    application,
    put,
    async signIn({ mfa = true, obtainedAt = emulator.world.clock.now().toISOString() } = {}) {
      const { refreshToken } = await control("refresh-tokens", { userPrincipalName: reports, clientId, mfa });
      await put("refresh-token", refreshToken, { userPrincipalName: reports, obtainedAt });
      return refreshToken;
    },
    user: async (changes) => control("users", { userPrincipalName: reports, ...changes }),
    settings: (changes) => control("settings", changes),
    run: (argv, { env = {}, input = "" } = {}) => callCommand(argv, { ...emulator.env, ...env }, { input }),
    allowRenewer: async () => {
      for (const [index, name] of ["client-secret", "refresh-token"].entries()) {
        const id = `c0ffee00-0000-4000-8000-00000000aaa${index + 1}`;
        const scope = `${homeScope}/resourceGroups/${homeSubscription.resourceGroup}/providers/Microsoft.KeyVault/vaults/${homeSubscription.vault}/secrets/${prefix}${name}`;
        const properties = {
          roleDefinitionId: `${homeScope}/providers/Microsoft.Authorization/roleDefinitions/${builtInRoles.keyVaultSecretsUser}`,
          principalId: homeTenant.renewer.objectId,
          principalType: "ServicePrincipal",
        };
        const path = `${scope}/providers/Microsoft.Authorization/roleAssignments/${id}?api-version=2022-04-01`;
        const answer = await emulator.call("PUT", path, { as: "home-administrator", body: { properties } });
        if (answer.status > 201) throw new Error(`PUT ${path}: ${answer.status} ${answer.text}`);
      }
    },
    as: (identity) => ({
      AZURE_CLIENT_ID: homeTenant[identity].clientId,
      AZURE_CLIENT_SECRET: emulator.secrets[identity],
    }),
  };
}
