import { readFileSync } from "node:fs";
import { azureCliClientId } from "./cli-token";
import type { Identity, Proof } from "./entra-token";
import { readTokenRequest, type TokenRequestSupport } from "./pipeline-token";
import type { Properties } from "./plugin/value";

type Environment = Readonly<Record<string, string | undefined>>;

/** Provider configuration with the environment behind it, as both real plugins read it. */
export interface Settings {
  text(name: string, variable: string): string | undefined;
  flag(name: string, variable: string): boolean;
}

export function createSettings(configuration: Properties, environment: Environment): Settings {
  const text = (name: string, variable: string) => {
    const given = configuration[name];
    const value = typeof given === "boolean" || typeof given === "number" ? String(given) : given;
    return typeof value === "string" && value !== "" ? value : environment[variable] || undefined;
  };
  // The SDKs send booleans as texts.
  return { text, flag: (name, variable) => /^(1|t|true)$/i.test(text(name, variable) ?? "") };
}

/** In what the two plugins differ. */
export interface ProofSupport extends TokenRequestSupport {
  /** azuread 6.9.1 overlooks a token file that is given alone, azure-native reads it. */
  readonly readsTokenFile: boolean;
  /** For the Azure CLI, which is asked where neither client id nor proof is given. */
  readonly environment?: Environment;
}

/**
 * Tenant, client id and proof. Supported here are a client secret, a federated token, a pipeline's token service and the Azure CLI, in that
 * order; everything that is missing is reported at once.
 */
export function readIdentity(settings: Settings, options: ProofSupport): Identity {
  const tenantId = settings.text("tenantId", "ARM_TENANT_ID");
  const clientId = settings.text("clientId", "ARM_CLIENT_ID");
  const proof = readProof(settings, options);
  const { environment: cli } = options;
  if (tenantId !== undefined && clientId === undefined && proof === undefined && cli !== undefined) {
    return { tenantId, clientId: azureCliClientId, proof: { cli } };
  }
  const problems = [
    tenantId === undefined ? "tenantId (or ARM_TENANT_ID) is missing" : undefined,
    clientId === undefined ? "clientId (or ARM_CLIENT_ID) is missing" : undefined,
    proof === undefined
      ? "a proof of identity is missing: set clientSecret (or ARM_CLIENT_SECRET), or useOidc with oidcToken or with oidcRequestUrl and oidcRequestToken (or ARM_USE_OIDC with ARM_OIDC_TOKEN or GitHub's ACTIONS_ID_TOKEN_REQUEST_*)"
      : undefined,
  ].filter((problem) => problem !== undefined);
  if (tenantId === undefined || clientId === undefined || proof === undefined) {
    throw new Error(`the stand-in provider cannot sign in:\n${problems.map((problem) => ` - ${problem}`).join("\n")}`);
  }
  return { tenantId, clientId, proof };
}

function readProof(settings: Settings, options: ProofSupport): Proof | undefined {
  const clientSecret = settings.text("clientSecret", "ARM_CLIENT_SECRET");
  if (clientSecret !== undefined) return { clientSecret };
  if (!settings.flag("useOidc", "ARM_USE_OIDC")) return undefined;
  const assertion = settings.text("oidcToken", "ARM_OIDC_TOKEN");
  if (assertion !== undefined) return { assertion };
  const file = settings.text("oidcTokenFilePath", "ARM_OIDC_TOKEN_FILE_PATH");
  if (options.readsTokenFile && file !== undefined) return { assertion: readFileSync(file, "utf8").trim() };
  const request = readTokenRequest(settings, options);
  return request && { request };
}
