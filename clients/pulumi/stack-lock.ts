/** Who holds a stack's lock, as the engine's self-managed backends write it. */
export interface StackLock {
  /** `user@host:pid`, which names one process. */
  readonly holder: string;
  readonly host: string;
  readonly pid: number;
  readonly since: Date;
}

const LOCKED = /currently locked by \d+ lock\(s\)/;
/** Pulumi Cloud's refusal (status 409) does not name the holder. */
const LOCKED_IN_CLOUD = /Another update is currently in progress/;
const HOLDER = /: created by (.+)@([^@\s]+) \(pid (\d+)\) at (\S+)/g;

/** Whether a message of the CLI says that another run has the stack. */
export function isLockRefusal(message: string): boolean {
  return LOCKED.test(message) || LOCKED_IN_CLOUD.test(message);
}

/**
 * The locks that a refusal names; none where the backend does not say. Times are the holder's own clock.
 * Source of the words: `checkForLock` in pkg/backend/diy/lock.go, 3.259.0.
 */
export function readLocks(message: string): readonly StackLock[] {
  if (!LOCKED.test(message)) return [];
  return [...message.matchAll(HOLDER)].map(([, user = "", host = "", pid = "", since = ""]) => ({
    holder: `${user}@${host}:${pid}`,
    host,
    pid: Number(pid),
    since: new Date(since),
  }));
}
