import { readFileSync } from "node:fs";
import type { Identity, Proof } from "./entra-token";
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

/**
 * Tenant, client id and proof. Only a client secret and a federated token are supported here, in that order; everything that is missing is
 * told at once.
 * @param options.readsTokenFile azuread 6.9.1 overlooks a token file that is given alone, azure-native reads it
 */
export function readIdentity(settings: Settings, options: { readonly readsTokenFile: boolean }): Identity {
  const tenantId = settings.text("tenantId", "ARM_TENANT_ID");
  const clientId = settings.text("clientId", "ARM_CLIENT_ID");
  const proof = readProof(settings, options);
  const problems = [
    tenantId === undefined ? "tenantId (or ARM_TENANT_ID) is missing" : undefined,
    clientId === undefined ? "clientId (or ARM_CLIENT_ID) is missing" : undefined,
    proof === undefined
      ? "a proof of identity is missing: set clientSecret (or ARM_CLIENT_SECRET), or useOidc with oidcToken (or ARM_USE_OIDC with ARM_OIDC_TOKEN)"
      : undefined,
  ].filter((problem) => problem !== undefined);
  if (tenantId === undefined || clientId === undefined || proof === undefined) {
    throw new Error(`the stand-in provider cannot sign in:\n${problems.map((problem) => ` - ${problem}`).join("\n")}`);
  }
  return { tenantId, clientId, proof };
}

function readProof(settings: Settings, options: { readonly readsTokenFile: boolean }): Proof | undefined {
  const clientSecret = settings.text("clientSecret", "ARM_CLIENT_SECRET");
  if (clientSecret !== undefined) return { clientSecret };
  if (!settings.flag("useOidc", "ARM_USE_OIDC")) return undefined;
  const assertion = settings.text("oidcToken", "ARM_OIDC_TOKEN");
  if (assertion !== undefined) return { assertion };
  const file = settings.text("oidcTokenFilePath", "ARM_OIDC_TOKEN_FILE_PATH");
  return options.readsTokenFile && file !== undefined ? { assertion: readFileSync(file, "utf8").trim() } : undefined;
}
