/** The emulator's own time: it can be set or advanced, and runs on from there at real speed. */
export class Clock {
  private offsetMilliseconds = 0;

  now(): Date {
    return new Date(Date.now() + this.offsetMilliseconds);
  }

  set(to: Date): void {
    this.offsetMilliseconds = to.getTime() - Date.now();
  }

  /** Back to the machine's time. */
  reset(): void {
    this.offsetMilliseconds = 0;
  }
}

/** How far replicas and the token service run behind, in real seconds (not emulated ones, so that tests can wait them out). */
export interface Lag {
  /** How long a new client secret or a changed principal is refused by the token endpoint. */
  secretAcceptanceSeconds: number;
  /** How long a read may still show the state before a write. */
  readLagSeconds: number;
}
