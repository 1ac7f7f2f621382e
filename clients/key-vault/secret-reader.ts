import type { TokenCredential } from "@azure/identity";
import { signInThrough } from "../entra/sign-in-transport";
import { waitStatedIn } from "../http/azure-failure";
import { isTemporaryStatus, ServiceError } from "../http/errors";
import type { HttpSettings } from "../http/exchange";
import { vaultClientOptions } from "./client-options";

/** The result of reading a vault entry. Missing, disabled and failed are separate: "not found" must never be confused with "denied". */
type SecretReading =
  | {
      readonly kind: "found";
      readonly value: string;
      readonly tags: Readonly<Record<string, string>>;
      readonly version: string;
      readonly contentType: string | undefined;
      readonly expiresOn: Date | undefined;
    }
  | { readonly kind: "missing" }
  /** There, and its latest version is switched off. */
  | { readonly kind: "disabled" }
  | {
      readonly kind: "failed";
      readonly status: number | undefined;
      readonly code: string | undefined;
      /** What happened in one sentence, where no answer of the vault says it; names the host. */
      readonly reason?: string | undefined;
      readonly isTemporary: boolean;
      /** How long the vault asks to be left alone. */
      readonly retryAfterSeconds?: number | undefined;
    };

/** Reads entries of one vault, with the right to get secrets and nothing else. */
export type SecretReader = (name: string, version?: string) => Promise<SecretReading>;

/**
 * Reads through Microsoft's own client, which is loaded with the first read, not on import. Without a credential: `DefaultAzureCredential`
 * (environment, workload, managed identity, developer tools, in Microsoft's order), which signs in at this authority.
 */
export function createSecretReader(
  vaultUri: string,
  identity: { readonly credential: TokenCredential } | { readonly authorityHost: string },
  settings: HttpSettings = {},
): SecretReader {
  let opened: Promise<{ getSecret(name: string, options: { version?: string }): Promise<Secret> }> | undefined;
  const open = async () => {
    const { SecretClient } = await import("@azure/keyvault-secrets");
    const options = vaultClientOptions(vaultUri, settings);
    if ("credential" in identity) return new SecretClient(vaultUri, identity.credential, options);
    const { DefaultAzureCredential } = await import("@azure/identity");
    const credential = signInThrough(
      settings,
      (transport) => new DefaultAzureCredential({ ...transport, ...identity }),
    );
    return new SecretClient(vaultUri, credential, options);
  };
  return async (name, version) => {
    opened ??= open();
    const client = await opened;
    try {
      const { value = "", properties } = await client.getSecret(name, version === undefined ? {} : { version });
      const { tags = {}, version: found = "", contentType, expiresOn } = properties;
      return { kind: "found", value, tags, version: found, contentType, expiresOn };
    } catch (error) {
      return failureOf(error);
    }
  };
}

interface Secret {
  readonly value?: string;
  readonly properties: {
    readonly tags?: Record<string, string>;
    readonly version?: string;
    readonly contentType?: string;
    readonly expiresOn?: Date;
  };
}

/** Status and codes only: the client's error object holds the request with its token. */
function failureOf(error: unknown): SecretReading {
  if (error instanceof ServiceError) {
    const { status, code, isTemporary, message: reason, retryAfterSeconds } = error;
    return { kind: "failed", status, code, reason, isTemporary, retryAfterSeconds };
  }
  const { statusCode, code, name, details } = error as Partial<Record<string, unknown>>;
  if (statusCode === 404) return { kind: "missing" };
  const inner = innerCodeOf(details);
  if (statusCode === 403 && inner === "SecretDisabled") return { kind: "disabled" };
  const status = typeof statusCode === "number" ? statusCode : undefined;
  const word = [inner, code, name].find((it) => typeof it === "string" && it !== "" && it !== "Error");
  return {
    kind: "failed",
    status,
    code: typeof word === "string" ? word.slice(0, 64) : undefined,
    // Without a status nothing was answered: the network, or the sign-in before the read.
    isTemporary: status === undefined ? word !== "CredentialUnavailableError" : isTemporaryStatus(status),
    retryAfterSeconds: waitStatedIn(error),
  };
}

/**
 * Key Vault refuses a disabled version, a missing right and a closed network with the same 403; the inner code tells them apart. The
 * service writes `innererror`, Microsoft's client hands it on as `innerError`.
 */
function innerCodeOf(details: unknown): unknown {
  const { error } = (details ?? {}) as { error?: { innererror?: Inner; innerError?: Inner } };
  return (error?.innerError ?? error?.innererror)?.code;
}

interface Inner {
  readonly code?: unknown;
}
