import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { lock } from "proper-lockfile";

/** A holder that shows no life for this long was killed. */
const staleAfterMs = 20_000;

export interface LockOptions {
  /** Path that nobody else uses; a folder `<path>.lock` appears while it is held. */
  readonly path: string;
  /** What the others are doing, for a person who waits: "builds the engine". */
  readonly doing: string;
  readonly onProgress: (line: string) => void;
  readonly everySeconds: number;
  readonly signal?: AbortSignal;
}

/** Runs `work` while no other process on this machine runs it under the same path. Waits as long as the other one lives. */
export async function withLock<T>(options: LockOptions, work: () => Promise<T>): Promise<T> {
  await mkdir(dirname(options.path), { recursive: true, mode: 0o700 });
  const release = await acquire(options);
  try {
    return await work();
  } finally {
    // A lock that was lost meanwhile needs no release.
    await release().catch(() => undefined);
  }
}

async function acquire(options: LockOptions): Promise<() => Promise<void>> {
  const began = Date.now();
  let toldAt = 0;
  for (;;) {
    options.signal?.throwIfAborted();
    try {
      return await lock(options.path, {
        realpath: false,
        stale: staleAfterMs,
        // Losing the lock (a laptop that slept) is harmless: what is made under it is published by one rename.
        onCompromised: () => undefined,
      });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ELOCKED") throw error;
    }
    const seconds = Math.round((Date.now() - began) / 1000);
    if (toldAt === 0 || Date.now() - toldAt >= options.everySeconds * 1000) {
      options.onProgress(`another process ${options.doing}; waiting for it, ${seconds} s`);
      toldAt = Date.now();
    }
    await pause(500, undefined, options.signal === undefined ? {} : { signal: options.signal });
  }
}
