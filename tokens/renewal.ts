import { anyStack, commandLine } from "../model/command-line";
import { explainRefusal } from "./explain";
import { scopeOf } from "./flow";
import { isNetworkRefused, networkRefused, type PublishedSecret, publishedSecretOf, type Reading } from "./published";
import { TokenError } from "./token-error";
import type { Redeem } from "./token-source";

/** What came of a look at a stored sign-in. */
export interface Renewal {
  readonly result:
    | "renewed"
    /** Young enough, or only asked what would happen. */
    | "not-due"
    | "due"
    /** Somebody signed in meanwhile: theirs is the newer one, and stays. */
    | "overtaken"
    /** Not possible now, and no harm yet. */
    | "skipped"
    | "failed";
  /** Days since the token in the vault was obtained; null when its tags do not say. */
  readonly ageDays: number | null;
  readonly sentence: string;
  /** Stable name of what is in the way; undefined when nothing is. */
  readonly code?: string | undefined;
  readonly fix?: string | undefined;
}

/** One version of the entry as it is written. */
export interface StoredVersion {
  readonly value: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly contentType: string | undefined;
  readonly expiresOn: Date | undefined;
}

type Found = Extract<Reading, { readonly kind: "found" }> & Pick<StoredVersion, "contentType" | "expiresOn">;
type StoredReading = Found | Exclude<Reading, { readonly kind: "found" }>;

/** The entry `refresh-token` of one vault, as the clients offer it. */
export interface SignInEntry {
  /** The latest version, or one by its id. */
  read(version?: string): Promise<StoredReading>;
  /** Ids of every version with what a list shows, oldest first. */
  versions(): Promise<readonly Listed[]>;
  /** Writes one more version and answers its id. */
  write(content: StoredVersion): Promise<string>;
}

export interface RenewalParts {
  readonly entry: SignInEntry;
  readonly readSecret: () => Promise<Reading>;
  readonly redeem: Redeem;
  readonly resource: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

const DAY_MS = 86_400_000;
/** Two writers settle in one round, three in two; more is not settling but fighting. */
const MOST_ROUNDS = 5;

/** Days since the tags' date; null when they have none. */
export function signInAge(tags: Readonly<Record<string, string>>, now: number): number | null {
  const obtained = Date.parse(tags["obtainedAt"] ?? "");
  return Number.isNaN(obtained) ? null : Math.floor(now / DAY_MS) - Math.floor(obtained / DAY_MS);
}

/**
 * Renews a stored refresh token: redeems it, redeems the newer one that Entra answers, and only then writes that one, unless somebody else
 * wrote meanwhile. Throws a `TokenError` for whatever is refused on the way; the vault then holds what it held.
 */
export async function renewSignIn(parts: RenewalParts): Promise<Renewal> {
  const { entry, now } = parts;
  const stored = found(await entry.read(), "refresh-token");
  const secret = publishedSecretOf(await parts.readSecret(), "client-secret");
  const known = new Set((await entry.versions()).map(({ version }) => version));
  // Between these two reads somebody may have written: what was read first would then be taken for known and old.
  if ((await latestVersion(entry)) !== stored.version) return overtaken();
  const newer = await redeemed(stored.value, secret, parts);
  if (newer === undefined) {
    const sentence = "Entra returned no newer refresh token: the stored one works and is kept.";
    return { result: "skipped", ageDays: signInAge(stored.tags, now()), sentence, code: "no-newer-token" };
  }
  const obtainedAt = new Date(now());
  // Proof: what replaces a working token must work itself.
  await redeemed(newer, secret, parts);
  if ((await latestVersion(entry)) !== stored.version) return overtaken();
  const ours = await entry.write(renewedContent(stored, newer, obtainedAt));
  const isOurs = await settle(entry, stored.version, known, ours);
  return isOurs ? { result: "renewed", ageDays: 0, sentence: "The refresh token was renewed." } : overtaken();
}

function overtaken(): Renewal {
  const sentence = "A user signed in at the same time: that sign-in is kept.";
  return { result: "overtaken", ageDays: 0, sentence };
}

async function latestVersion(entry: SignInEntry): Promise<string | undefined> {
  const latest = await entry.read();
  return latest.kind === "found" ? latest.version : undefined;
}

/** The same tags with the new date; an entry that ends with its token ends as much later. */
function renewedContent(stored: Found, value: string, obtainedAt: Date): StoredVersion {
  const { tags, contentType, expiresOn, version } = stored;
  const before = Date.parse(tags["obtainedAt"] ?? "");
  const life = expiresOn === undefined || Number.isNaN(before) ? undefined : expiresOn.getTime() - before;
  return {
    value,
    tags: { ...tags, obtainedAt: obtainedAt.toISOString(), renewedFrom: version },
    contentType,
    expiresOn: life === undefined ? undefined : new Date(obtainedAt.getTime() + life),
  };
}

/**
 * Key Vault writes without conditions, so a sign-in may have come between the last look and our write, and now lie below ours. Then it is
 * written again on top: it may be there because the session that ours comes from was revoked. True when nobody signed in meanwhile.
 */
async function settle(entry: SignInEntry, from: string, known: Set<string>, ours: string): Promise<boolean> {
  const mine = new Set([ours]);
  for (let round = 1; round <= MOST_ROUNDS; round += 1) {
    const others = (await entry.versions()).filter(({ version }) => !known.has(version) && !mine.has(version));
    const newest = others.filter((it) => isSignIn(it, from)).at(-1);
    if (newest === undefined) return round === 1;
    const latest = await latestVersion(entry);
    if (latest === undefined || !mine.has(latest)) return false;
    for (const { version } of others) known.add(version);
    mine.add(await writeAgain(entry, newest.version));
  }
  return false;
}

/** Another run's renewal of the same token is as good as ours: only a sign-in must come out on top. */
const isSignIn = ({ tags }: Listed, from: string) => tags["renewedFrom"] !== from;

interface Listed {
  readonly version: string;
  readonly tags: Readonly<Record<string, string>>;
}

/**
 * The sign-in that a renewal which was killed left below itself; undefined when there is none. `latest` is what the vault serves: versions
 * carry whole seconds, so their order alone cannot tell which of two is on top.
 */
export function buriedSignIn(versions: readonly Listed[], latest: Pick<Listed, "tags">): string | undefined {
  const from = latest.tags["renewedFrom"];
  const since = versions.findIndex(({ version }) => version === from);
  if (from === undefined || since < 0) return undefined;
  return versions.slice(since + 1).findLast((it) => isSignIn(it, from))?.version;
}

/** Puts one version on top again, as it was. */
export async function writeAgain(entry: SignInEntry, version: string): Promise<string> {
  const { value, tags, contentType, expiresOn } = found(await entry.read(version), "refresh-token");
  return entry.write({ value, tags, contentType, expiresOn });
}

async function redeemed(
  refreshToken: string,
  secret: PublishedSecret,
  parts: RenewalParts,
): Promise<string | undefined> {
  const { tenantId, clientId, secret: text } = secret;
  const scope = scopeOf("refresh-token", parts.resource);
  const client = { tenantId, clientId, secret: text };
  const { issued, refused } = await parts.redeem(client, { kind: "refresh-token", refreshToken, scope });
  if (refused !== undefined) throw explainRefusal(refused, "refresh-token");
  return issued.refreshToken;
}

function found(reading: StoredReading, name: string): Found {
  if (reading.kind === "found") return reading;
  if (reading.kind === "failed") {
    if (isNetworkRefused(reading)) throw networkRefused(name);
    const { status, code, isTemporary } = reading;
    const isForbidden = status === 401 || status === 403;
    throw new TokenError(
      {
        code: isForbidden ? "vault-forbidden" : "vault-unreachable",
        cause: `The vault's entry ${name} could not be read (${status === undefined ? code : `status ${status}`}).`,
        nextStep: isForbidden
          ? "Renewing needs a role that reads and writes this entry: Key Vault Secrets Officer."
          : "Try again in a few minutes.",
      },
      isTemporary,
    );
  }
  throw new TokenError({
    code: "not-signed-in",
    cause: "No user has signed in.",
    nextStep: `Sign in once with MFA as the reporting user: ${commandLine("sign-in", "-s", anyStack)}`,
  });
}
