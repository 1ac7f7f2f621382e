import { createHmac, randomBytes } from "node:crypto";
import type { User } from "../../world/directory";

const stepMilliseconds = 30_000;

/** The secret of every user's authenticator app; new in every process, so that no code is worth keeping. */
const key = randomBytes(32);

/** The six digits that the user's authenticator app shows now (RFC 6238, with one key per user). */
export function oneTimeCode(user: User, now: Date): string {
  return codeOf(user, Math.floor(now.getTime() / stepMilliseconds));
}

/** Whether a code is the user's, of this time step or a neighbouring one. Codes may be reused: waiting for the next one would slow tests down. */
export function isOneTimeCode(user: User, now: Date, code: string): boolean {
  const step = Math.floor(now.getTime() / stepMilliseconds);
  return [step - 1, step, step + 1].some((each) => codeOf(user, each) === code.replaceAll(" ", ""));
}

function codeOf(user: User, step: number): string {
  const digest = createHmac("sha256", key).update(`${user.id} ${step}`).digest();
  const number = digest.readUInt32BE((digest.at(-1) ?? 0) & 0xf) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, "0");
}
