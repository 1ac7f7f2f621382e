import type { Context, Middleware, MiddlewareOptions } from "@microsoft/microsoft-graph-client";
import { retryAfterSeconds, type TokenSource } from "../entra-token";
import type { Waits } from "../waits";

/** An error answer of Microsoft Graph, as far as retry rules read it. */
export interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

/** Which refusals of one request are worth repeating beyond the ones that always are. */
export class RetryRule implements MiddlewareOptions {
  constructor(
    /** Undefined: nothing is repeated, not even what is temporary. */
    readonly isWorthRepeating: ((refusal: Refusal) => boolean) | undefined,
    readonly minutes: number,
  ) {}
}

const alwaysTemporary = (status: number) =>
  status === 408 || status === 424 || status === 429 || (status >= 500 && status !== 501);

/** Repeats temporary refusals: after what the service asks for, else after 1, 2, 4 … 61 seconds, until the request's limit has passed. */
export function repeating(waits: Waits, next: Middleware): Middleware {
  return {
    async execute(context: Context) {
      const rule = context.middlewareControl?.getMiddlewareOptions(RetryRule) as RetryRule | undefined;
      const limit = waits.limit(rule?.minutes ?? 5);
      for (let attempt = 0; ; attempt++) {
        await next.execute(context);
        const response = context.response;
        if (response === undefined || response.status < 400 || rule?.isWorthRepeating === undefined) return;
        const repeat = alwaysTemporary(response.status) || rule.isWorthRepeating(await readRefusal(response));
        if (!repeat || limit.hasPassed()) return;
        await response.body?.cancel();
        const asked = retryAfterSeconds(response.headers);
        if (asked !== undefined) await waits.asked(asked);
        else await waits.pause(Math.min(2 ** attempt, 61));
      }
    },
  };
}

/** Sets the headers the real plugin sends on every call, the token included. */
export function identifying(tokens: TokenSource, audience: string, userAgent: string, next: Middleware): Middleware {
  return {
    async execute(context: Context) {
      const headers: Record<string, string> = {
        ...(context.options?.headers as Record<string, string> | undefined),
        accept: "application/json; charset=utf-8; IEEE754Compatible=false",
        "odata-version": "4.0",
        "odata-maxversion": "4.0",
        "user-agent": userAgent,
        authorization: `Bearer ${await tokens.token(audience)}`,
      };
      context.options = { ...context.options, headers };
      await next.execute(context);
    },
  };
}

/** Sends the request. Redirects are refused: they could lead away from this machine. */
export function sending(fetch: typeof globalThis.fetch): Middleware {
  return {
    async execute(context: Context) {
      context.response = await fetch(context.request, { ...context.options, redirect: "error" } as RequestInit);
    },
  };
}

async function readRefusal(response: Response): Promise<Refusal> {
  const body = (await response
    .clone()
    .json()
    .catch(() => undefined)) as { error?: { code?: unknown; message?: unknown } } | undefined;
  const { code, message } = body?.error ?? {};
  return {
    status: response.status,
    code: typeof code === "string" ? code : "",
    message: typeof message === "string" ? message : "",
  };
}
