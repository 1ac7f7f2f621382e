import { counted } from "../model/command-line";
import type { PublishedSecret, StoredSignIn } from "./published";

/** Something that will break tokens later if nobody looks. */
export interface TokenWarning {
  readonly code: "rotation-overdue" | "refresh-token-old" | "refresh-token-undated" | "vault-unread";
  /** One sentence: what, since when, what to do. */
  readonly sentence: string;
}

/** From when on a date is worth a warning; handed in, so that `status` and a token say the same. */
export interface WarningLimits {
  readonly mostDaysOverdue: number;
  readonly oldestRefreshTokenDays: number;
}

const DAY_MS = 86_400_000;
const LIFE_OF_A_REFRESH_TOKEN_DAYS = 90;

/** What the dates of the entries say. */
export function dateWarnings(
  { dueOn }: Pick<PublishedSecret, "dueOn">,
  signIn: Pick<StoredSignIn, "obtainedAt"> | undefined,
  now: number,
  limits: WarningLimits,
): readonly TokenWarning[] {
  const warnings: TokenWarning[] = [];
  const late = dueOn === undefined ? Number.NaN : daysFrom(Date.parse(`${dueOn}T00:00:00Z`), now);
  if (late >= limits.mostDaysOverdue) {
    const sentence = `The client secret should have been rotated on ${dueOn}, ${counted(late, "day")} ago: look at the schedule.`;
    warnings.push({ code: "rotation-overdue", sentence });
  }
  return signIn === undefined ? warnings : [...warnings, ...signInWarnings(signIn.obtainedAt, now, limits)];
}

function signInWarnings(obtainedAt: Date | undefined, now: number, limits: WarningLimits): readonly TokenWarning[] {
  if (obtainedAt === undefined) {
    const sentence = "The refresh token's entry does not say when it was obtained: sign in again.";
    return [{ code: "refresh-token-undated", sentence }];
  }
  const age = daysFrom(obtainedAt.getTime(), now);
  if (age <= limits.oldestRefreshTokenDays) return [];
  const ends = new Date(obtainedAt.getTime() + LIFE_OF_A_REFRESH_TOKEN_DAYS * DAY_MS).toISOString().slice(0, 10);
  const sentence = `The refresh token is ${counted(age, "day")} old, and unused it ends on ${ends}: renew it with rotate, or sign in again.`;
  return [{ code: "refresh-token-old", sentence }];
}

/** Days of the UTC calendar, as every date of this project. */
function daysFrom(from: number, to: number): number {
  return Math.floor(to / DAY_MS) - Math.floor(from / DAY_MS);
}
