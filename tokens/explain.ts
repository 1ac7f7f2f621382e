import { anyStack, commandLine, counted } from "../model/command-line";
import { entraCauses } from "../model/entra-codes";
import type { TokenFlow } from "./flow";
import { type Explanation, TokenError } from "./token-error";

/** A refusal of Entra's token endpoint, as numbers and OAuth's own words. */
export interface Refusal {
  readonly status: number | undefined;
  readonly oauthError: string | undefined;
  readonly numbers: readonly number[];
  readonly failure: string | undefined;
  readonly correlationId: string | undefined;
  readonly isTemporary: boolean;
  /** How long Entra asks to be left alone. */
  readonly retryAfterSeconds?: number | undefined;
  /** Who did not answer, and what may help. */
  readonly host?: string | undefined;
  readonly help?: string | undefined;
}

/** Numbers that say "not this secret": the vault may hold a newer one. */
const SECRET_REFUSED: ReadonlySet<number> = new Set([7000215, 7000222]);

/** Whether the secret was refused, so that reading the vault again can help. */
export function isSecretRefused({ oauthError, numbers }: Refusal): boolean {
  if (numbers.some((number) => SECRET_REFUSED.has(number))) return true;
  // A number nobody here knows, under OAuth's word for a client that did not prove itself.
  return oauthError === "invalid_client" && !numbers.some((number) => entraCauses[number] !== undefined);
}

/** Whether what stands for the user was refused; a newer sign-in in the vault can help. */
export function isSignInRefused({ oauthError }: Refusal): boolean {
  return oauthError === "invalid_grant" || oauthError === "interaction_required";
}

const byWord: Readonly<Record<string, Omit<Explanation, "code">>> = {
  invalid_grant: {
    cause: "Entra does not accept the sign-in behind this request.",
    nextStep: `Sign in again with MFA as the reporting user: ${commandLine("sign-in", "-s", anyStack)}`,
  },
  interaction_required: {
    cause: "Entra requires an interaction that only a browser can provide.",
    nextStep: `Sign in again with MFA as the reporting user: ${commandLine("sign-in", "-s", anyStack)}`,
  },
  invalid_client: {
    cause: "Entra does not accept the application's credential.",
    nextStep: `Compare the vault with Entra: ${commandLine("status", "-s", anyStack)}`,
  },
  unauthorized_client: {
    cause: "The application may not use this flow in this tenant.",
    nextStep: `Compare tenant.id in the stack's file, and run up: ${commandLine("up", "-s", anyStack)}`,
  },
  invalid_scope: {
    cause: "Entra does not accept the scope that was asked for.",
    nextStep: "Compare the permissions in the stack's file with the API's.",
  },
  invalid_resource: {
    cause: "Entra does not find the API in this tenant.",
    nextStep: "Ask an administrator of the partner tenant to open Partner Center once; then run up.",
  },
};

/** A refusal in words. A number that is not in the table is explained by OAuth's word; no number hides the code itself. */
export function explainRefusal(refusal: Refusal, flow: TokenFlow): TokenError {
  const { numbers, oauthError, failure, status, correlationId } = refusal;
  const number = numbers.find((it) => entraCauses[it] !== undefined) ?? numbers[0];
  const code = number === undefined ? (failure ?? oauthError ?? `status ${status}`) : `AADSTS${number}`;
  const known = number === undefined ? undefined : entraCauses[number];
  const said = known ?? (oauthError === undefined ? undefined : byWord[oauthError]);
  if (known === undefined && (refusal.isTemporary || failure !== undefined)) {
    return new TokenError({ code, ...unansweredWords(refusal) }, refusal.isTemporary, refusal.retryAfterSeconds);
  }
  const support = correlationId === undefined ? "" : `, correlation id ${correlationId}`;
  const { cause, nextStep } = said ?? {
    cause: `Entra refused the request (status ${status}${support}).`,
    nextStep: "Look the code up at https://login.microsoftonline.com/error.",
  };
  const step = flow === "password" ? (known?.withPassword ?? nextStep) : nextStep;
  return new TokenError({ code, cause, nextStep: step }, refusal.isTemporary);
}

/** Entra said nothing about the request itself: it was not reached, is out of order, or something else answered for it. */
function unansweredWords({ status, failure, host, help, isTemporary, retryAfterSeconds: wait }: Refusal) {
  const later = `Try again in ${wait === undefined ? "a few minutes" : `${counted(wait, "second")}, as Entra asks`}.`;
  if (failure === "interrupted") return { cause: "The request was interrupted.", nextStep: "Run it again." };
  if (status === undefined) {
    const cause = host === undefined ? "Entra could not be reached." : `Entra could not be reached at ${host}.`;
    return { cause, nextStep: help ?? later };
  }
  if (failure === undefined) return { cause: `Entra is unavailable (status ${status}).`, nextStep: later };
  const cause = `The service that answered instead of Entra gave no token (status ${status}).`;
  return { cause, nextStep: help ?? (isTemporary ? later : "Check the address, and any proxy in between.") };
}
