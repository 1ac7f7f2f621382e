import { type Answer, call, malformed } from "../http/call";
import type { HttpSettings } from "../http/exchange";
import { field } from "../http/refusal";

/** Where a partner API answers and how a call proves who it is. */
export interface PartnerApiOptions extends HttpSettings {
  /** Origin without a slash at the end, `https://api.partnercenter.microsoft.com`. */
  readonly endpoint: string;
  readonly accessToken: () => Promise<string>;
}

export interface PartnerCall {
  readonly method?: "GET" | "POST" | "PUT" | "DELETE";
  /** Begins with a slash; or the whole address of a next page. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Statuses that are answers here and no refusals. */
  readonly accepts?: readonly number[];
  /** What is asked, as a phrase for an error. */
  readonly operation: string;
}

/** What an answer belongs to, for errors. */
export interface Asked {
  readonly service: PartnerService;
  readonly operation: string;
}

type PartnerService = "Partner Center" | "Insights";

const LONGEST_ANSWER_MS = 120_000;
/** Short: a person waits for the answer, and a wait for a report reads again anyway. */
const BUDGET_MS = 20_000;

/**
 * One call of Partner Center or Insights. A write is never sent twice, because one that seemed to fail may have been done, and would be done
 * twice.
 */
export function callPartnerApi(
  service: PartnerService,
  { endpoint, accessToken, ...settings }: PartnerApiOptions,
  { path, query = {}, body, ...request }: PartnerCall,
): Promise<Answer> {
  const url = new URL(path, endpoint);
  for (const [name, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(name, value);
  const help = (code: string | undefined) => (code === undefined ? undefined : HELP[code]);
  const limits = { longestAnswerMs: LONGEST_ANSWER_MS, budgetMs: BUDGET_MS };
  return call({ ...request, ...limits, service, url, accessToken, json: body, help }, settings);
}

/** A text field whatever its case; undefined when it is missing, null or something else. */
export function textField(value: unknown, name: string): string | undefined {
  const found = field(value, name);
  return typeof found === "string" ? found : undefined;
}

/** The objects of a list field (`items`, `value`). An answer without the list is no empty one. */
export function listField(value: unknown, name: string, asked: Asked): readonly object[] {
  const found = field(value, name);
  if (!Array.isArray(found)) throw malformed(asked.service, asked.operation, name);
  return found.filter((item) => typeof item === "object" && item !== null);
}

/** A text that must be there: an id without which nothing can be done. */
export function demandText(value: unknown, name: string, asked: Asked): string {
  const found = textField(value, name);
  if (found === undefined || found === "") throw malformed(asked.service, asked.operation, name);
  return found;
}

const HELP: Readonly<Record<string, string>> = {
  "900420": "The token is for another audience: ask for one for https://api.partnercenter.microsoft.com.",
  "900421": "The token shows no MFA, which Partner Center demands of every call with a user: use sign-in.",
};
