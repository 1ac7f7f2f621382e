import { anyStack, commandLine, counted } from "../model/command-line";
import { TokenError } from "./token-error";

/** One look at a vault entry, as the client hands it in. */
export type Reading =
  | {
      readonly kind: "found";
      readonly value: string;
      readonly tags: Readonly<Record<string, string>>;
      readonly version: string;
    }
  | { readonly kind: "missing" }
  | { readonly kind: "disabled" }
  | {
      readonly kind: "failed";
      readonly status: number | undefined;
      readonly code: string | undefined;
      /** What happened, with the host, where no answer of the vault says it. */
      readonly reason?: string | undefined;
      readonly isTemporary: boolean;
      /** How long the vault asks to be left alone. */
      readonly retryAfterSeconds?: number | undefined;
    };

/** What `client-secret` says: value and tags come from one read, so id and secret always belong together. */
export interface PublishedSecret {
  readonly tenantId: string;
  readonly clientId: string;
  readonly secret: string;
  /** First day on which a run rotates; undefined when the tags do not say. */
  readonly dueOn: string | undefined;
  readonly version: string;
}

/** What `refresh-token` says. */
export interface StoredSignIn {
  readonly refreshToken: string;
  readonly userName: string | undefined;
  /** When it was obtained; undefined when the tags do not say. */
  readonly obtainedAt: Date | undefined;
  readonly version: string;
}

/** The client secret behind a reading. Throws when there is none that can be used. */
export function publishedSecretOf(reading: Reading, name: string): PublishedSecret {
  if (reading.kind !== "found") throw unreadable(reading, name);
  const { value, tags, version } = reading;
  const { tenantId, clientId, dueOn } = tags;
  if (!tenantId || !clientId || value === "") {
    const missing = [!tenantId && "tag tenantId", !clientId && "tag clientId", value === "" && "a value"].filter(
      Boolean,
    );
    throw new TokenError({
      code: "unreadable-entry",
      cause: `The vault's entry ${name} lacks ${missing.join(", ")}.`,
      nextStep: `Compare the prefix, and check the stack: ${commandLine("status", "-s", anyStack)}`,
    });
  }
  return { tenantId, clientId, secret: value, dueOn, version };
}

/** The sign-in behind a reading; undefined when this vault has no place for one. Throws when nobody has signed in, or it may not be read. */
export function signInOf(reading: Reading, name: string): StoredSignIn | undefined {
  if (reading.kind === "missing") return undefined;
  if (reading.kind === "disabled") {
    throw new TokenError({
      code: "not-signed-in",
      cause: `No user has signed in yet: the vault's entry ${name} is a disabled placeholder.`,
      nextStep: `Sign in once with MFA as the reporting user: ${commandLine("sign-in", "-s", anyStack)}`,
    });
  }
  if (reading.kind !== "found") throw unreadable(reading, name);
  const obtained = new Date(reading.tags["obtainedAt"] ?? "");
  return {
    refreshToken: reading.value,
    userName: reading.tags["userPrincipalName"],
    obtainedAt: Number.isNaN(obtained.getTime()) ? undefined : obtained,
    version: reading.version,
  };
}

/** Whether the vault refused where the call came from, not who made it: no right helps then. */
export function isNetworkRefused({ code }: { readonly code: string | undefined }): boolean {
  return code === "ForbiddenByFirewall" || code === "ForbiddenByConnection";
}

/** What to say then. */
export function networkRefused(name: string): TokenError {
  return new TokenError({
    code: "vault-network",
    cause: `The vault's firewall refuses calls for ${name} from this network.`,
    nextStep: "Allow this network in the vault's settings, Networking, or call from one that is allowed.",
  });
}

function unreadable(reading: Exclude<Reading, { kind: "found" }>, name: string): TokenError {
  if (reading.kind === "missing") {
    return new TokenError({
      code: "no-entry",
      cause: `The vault has no entry ${name}.`,
      nextStep: `Compare the vault's address and the prefix. If the stack was never deployed: ${commandLine("up", "-s", anyStack)}`,
    });
  }
  if (reading.kind === "disabled") {
    return new TokenError({
      code: "entry-disabled",
      cause: `The latest version of the vault's entry ${name} is disabled.`,
      nextStep: `Enable that version in the vault, or publish a new secret: ${commandLine("rotate", "-s", anyStack, "--compromised", "REASON")}`,
    });
  }
  const { status, code, reason, isTemporary, retryAfterSeconds: wait } = reading;
  if (isNetworkRefused(reading)) return networkRefused(name);
  if (status === 401 || status === 403) {
    return new TokenError({
      code: "vault-forbidden",
      cause: `This identity may not read the vault's entry ${name} (status ${status}).`,
      nextStep:
        "Add it to vault.readers, or to vault.refreshTokenReaders for a refresh token, and run up; it takes minutes.",
    });
  }
  return new TokenError(
    {
      code: "vault-unreachable",
      cause: `The vault did not answer for ${name} (${[status && `status ${status}`, code].filter(Boolean).join(", ") || "no answer"}).${reason === undefined ? "" : ` ${reason}`}`,
      nextStep: isTemporary
        ? `Try again in ${wait === undefined ? "a few minutes" : `${counted(wait, "second")}, as it asks`}.`
        : "Check the vault's address and how this process signs in to Azure.",
    },
    isTemporary,
    wait,
  );
}
