import type { TokenFlow } from "./flow";
import { type Clocks, createPatience } from "./patience";
import { type PublishedSecret, publishedSecretOf, type Reading, type StoredSignIn, signInOf } from "./published";
import { TokenError } from "./token-error";
import { dateWarnings, type TokenWarning, type WarningLimits } from "./warnings";

export interface VaultMemoryParts extends Clocks {
  /** One look at an entry of the vault, by its full name. */
  readonly read: (name: string) => Promise<Reading>;
  /** What the names of the entries begin with. */
  readonly prefix: string;
  /** Left out: what the vault holds decides. */
  readonly flow?: TokenFlow | undefined;
  readonly limits: WarningLimits;
  readonly onWarning?: ((warning: TokenWarning) => void) | undefined;
}

/** What is known of the vault at one moment. */
interface VaultContents {
  readonly secret: PublishedSecret;
  readonly flow: TokenFlow;
  /** With the flow refresh-token only; its refresh token may be newer than the vault's. */
  readonly signIn: StoredSignIn | undefined;
}

/** What was read, kept for a while, with what came after it. */
export interface VaultMemory {
  /** What was read within the hour, else a new look. A vault that fails for a while does not end what is known. */
  current(): Promise<VaultContents>;
  /** Looks again now, because this was refused; true when there is something else to try. */
  lookAgain(refused: "secret" | "sign-in"): Promise<boolean>;
  /** Entra replaced the refresh token: the newer one is used from now on, until someone signs in anew. */
  keepRefreshToken(refreshToken: string): void;
}

/** Once an hour is often enough to see a rotation long before its overlap ends, and cheap for the vault. */
const LOOK_AGAIN_MS = 60 * 60_000;
const DAY_MS = 86_400_000;

export function createVaultMemory(parts: VaultMemoryParts): VaultMemory {
  const warn = oncePerDay(parts);
  const patience = createPatience(parts);
  let known: (VaultContents & { readonly readAt: number }) | undefined;

  const look = async (): Promise<VaultContents> => {
    const before = known?.signIn;
    const refusal = patience.refusal();
    if (refusal !== undefined) throw refusal;
    const found = await readVault(parts).catch((error: unknown) => {
      patience.keep(error);
      throw error;
    });
    const now = parts.now();
    for (const warning of dateWarnings(found.secret, found.signIn, now, parts.limits)) warn(warning);
    // The same version as before: Entra's newer refresh token, in memory, goes on. Another one: somebody signed in, or renewed it.
    const isSame = before !== undefined && before.version === found.signIn?.version;
    known = { ...found, signIn: isSame ? before : found.signIn, readAt: now };
    return found;
  };

  return {
    async current() {
      if (known !== undefined && parts.now() - known.readAt < LOOK_AGAIN_MS) return known;
      try {
        await look();
      } catch (error) {
        if (known === undefined || !(error instanceof TokenError) || !error.isTemporary) throw error;
        warn({ code: "vault-unread", sentence: `${error.cause} The values read before are still used.` });
      }
      // `look` sets it, or it was there before.
      return known as VaultContents;
    },
    async lookAgain(refused) {
      const before = known;
      const found = await look();
      // A refused refresh token may be one that only memory has: then the vault's own is worth a try.
      if (refused === "sign-in") known = { ...found, readAt: parts.now() };
      const hasNewSecret = before?.secret.version !== known?.secret.version;
      return hasNewSecret || before?.signIn?.refreshToken !== known?.signIn?.refreshToken;
    },
    keepRefreshToken(refreshToken) {
      if (known?.signIn !== undefined) known = { ...known, signIn: { ...known.signIn, refreshToken } };
    },
  };
}

/** Both entries at once; the second one only when the flow may need it. */
async function readVault({ read, prefix, flow }: VaultMemoryParts): Promise<VaultContents> {
  const [secretName, signInName] = [`${prefix}client-secret`, `${prefix}refresh-token`];
  const mayNeedSignIn = flow === undefined || flow === "refresh-token";
  const [secret, signIn] = await Promise.all([
    read(secretName).then((reading) => publishedSecretOf(reading, secretName)),
    mayNeedSignIn ? read(signInName).then((reading) => signInOf(reading, signInName)) : undefined,
  ]);
  if (signIn !== undefined) return { secret, flow: "refresh-token", signIn };
  if (flow === "refresh-token") {
    throw new TokenError({
      code: "no-sign-in",
      cause: `The vault has no entry ${signInName}: this deployment has no reporting user, or another prefix.`,
      nextStep: "Add reportingUser to the stack's file and run up, or use the flow app-only.",
    });
  }
  return { secret, flow: flow ?? "app-only", signIn: undefined };
}

/** A consumer that asks every minute must not be told a thousand times. */
function oncePerDay({ onWarning, now }: VaultMemoryParts): (warning: TokenWarning) => void {
  const told = new Map<string, number>();
  return (warning) => {
    const today = Math.floor(now() / DAY_MS);
    if (onWarning === undefined || told.get(warning.code) === today) return;
    told.set(warning.code, today);
    try {
      onWarning(warning);
    } catch {
      // A warning that cannot be told costs the warning, never the token.
    }
  };
}
