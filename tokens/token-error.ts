/** Why there is no token, in three parts: for machines, for understanding, for acting. */
export interface Explanation {
  /** Stable: Entra's code (`AADSTS50076`), or one of ours (`not-signed-in`). */
  readonly code: string;
  /** One sentence. */
  readonly cause: string;
  /** One sentence: what to do, and who can. */
  readonly nextStep: string;
}

/** What `getToken` throws. Holds no secret, and no text that Entra sent. */
export class TokenError extends Error implements Explanation {
  override readonly name = "TokenError";
  readonly code: string;
  override readonly cause: string;
  readonly nextStep: string;
  /** Whether asking again later may succeed without anybody doing anything. */
  readonly isTemporary: boolean;
  /** How long Entra or the vault asks to be left alone; undefined when it does not say. */
  readonly retryAfterSeconds: number | undefined;

  constructor({ code, cause, nextStep }: Explanation, isTemporary = false, retryAfterSeconds?: number) {
    super(`${code}: ${cause} ${nextStep}`);
    this.code = code;
    this.cause = cause;
    this.nextStep = nextStep;
    this.isTemporary = isTemporary;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}
