import { readFileSync } from "node:fs";
import {
  ClientAssertionCredential,
  ClientCertificateCredential,
  ClientSecretCredential,
  DefaultAzureCredential,
  ManagedIdentityCredential,
  type TokenCredential,
} from "@azure/identity";
import type { HttpSettings } from "../http/exchange";
import { type ArmSignIn, readArmSignIn, SignInSettingsError } from "./arm-environment";
import { cliCredential } from "./cli-credential";
import { isLoopback } from "./clouds";
import { refuseOtherTenant, tellOtherTenant } from "./other-tenant";
import { requestPipelineToken } from "./pipeline-token";
import { type SignInOptions, signInThrough } from "./sign-in-transport";

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The identity that acts in a partner tenant, from the same `ARM_*` variables that the azuread provider reads, so that a command and
 * `pulumi up` are the same caller. A sign-in that they ask for and that cannot be had is an error at the first token: the next in line,
 * the Azure CLI, is signed in as the vault's identity.
 */
export function partnerCredential(
  env: Environment,
  tenantId: string,
  authorityHost: string,
  settings: HttpSettings = {},
): TokenCredential {
  try {
    refuseOtherTenant(env, tenantId);
    const signIn = readArmSignIn(env, (path) => readFileSync(path, "utf8"));
    const credential = signInThrough(settings, (options) =>
      credentialOf(signIn, tenantId, { ...options, ...authorityOptions(authorityHost) }, settings),
    );
    return {
      getToken: (scopes, options) =>
        credential.getToken(scopes, options).catch((error: unknown) => {
          throw tellOtherTenant(error, tenantId);
        }),
    };
  } catch (error) {
    if (!(error instanceof SignInSettingsError)) throw error;
    return { getToken: () => Promise.reject(error) };
  }
}

function credentialOf(
  signIn: ArmSignIn,
  tenantId: string,
  options: SignInOptions & ReturnType<typeof authorityOptions>,
  settings: HttpSettings,
): TokenCredential {
  switch (signIn.kind) {
    case "certificate": {
      const { clientId, path: certificatePath, password: certificatePassword } = signIn;
      const certificate = { certificatePath, ...(certificatePassword !== undefined && { certificatePassword }) };
      return new ClientCertificateCredential(tenantId, clientId, certificate, options);
    }
    case "secret":
      return new ClientSecretCredential(tenantId, signIn.clientId, signIn.secret, options);
    case "assertion":
      return new ClientAssertionCredential(tenantId, signIn.clientId, async () => signIn.assertion(), options);
    case "pipeline": {
      const assertion = () => requestPipelineToken(signIn.request, settings);
      return new ClientAssertionCredential(tenantId, signIn.clientId, assertion, options);
    }
    case "managed-identity":
      return new ManagedIdentityCredential({ ...options, ...(signIn.clientId && { clientId: signIn.clientId }) });
    case "azure-cli":
      return cliCredential(tenantId);
  }
}

/**
 * The identity that reads and writes vaults in the commands: `AZURE_*`, a managed identity, or the Azure CLI, in that order. It signs in
 * where `AZURE_AUTHORITY_HOST` says, else at the vault's own cloud: Microsoft's library would ask the public one, and lets an option win
 * over the variable, so the choice is made here.
 */
export function vaultCredential(env: Environment, authority: string, settings: HttpSettings = {}): TokenCredential {
  const authorityHost = env["AZURE_AUTHORITY_HOST"] || authority;
  const { AZURE_CLIENT_ID: clientId, AZURE_CLIENT_SECRET: secret, AZURE_TENANT_ID: tenantId } = env;
  return signInThrough(settings, (options) =>
    isLoopback(authorityHost) && clientId && secret && tenantId
      ? new ClientSecretCredential(tenantId, clientId, secret, { ...options, ...authorityOptions(authorityHost) })
      : new DefaultAzureCredential({ ...options, authorityHost }),
  );
}

/** The person who is signed in to the Azure CLI, in one tenant, for everything that a solo stack does. */
export function personCredential(tenantId: string, settings: HttpSettings = {}): TokenCredential {
  return signInThrough(settings, () => cliCredential(tenantId));
}

/** Loopback authorities are never Microsoft's, so asking Microsoft about them (instance discovery) is left out. */
function authorityOptions(authorityHost: string) {
  return { authorityHost, disableInstanceDiscovery: isLoopback(authorityHost) };
}
