import { ServiceError } from "../../clients/http/errors";
import { createInsights } from "../../clients/partner-center/insights";
import { createPartnerCenter } from "../../clients/partner-center/partner-center";
import { forStack } from "../../model/command-line";
import { readClaims } from "../../tokens/claims";
import { TokenError } from "../../tokens/token-error";
import type { AccessToken } from "../../tokens/token-source";
import {
  type CallFact,
  type CallFacts,
  type Check,
  callChecks,
  claimChecks,
  tokenCheck,
} from "../../tokens/verification";
import type { CommandContext } from "../shared/command";
import type { Problem } from "../shared/document";
import { partnerAudiences, partnerCenterAddress } from "../token/partner-center-address";
import {
  clockOf,
  type FlowOptions,
  openPlace,
  openTokenSource,
  type PlaceOptions,
  type TokenPlace,
} from "../token/place";

/** What verify found out about one stack. */
export interface Verification {
  readonly stack: string;
  readonly ok: boolean;
  readonly checks: readonly Omit<Check, "code">[];
  readonly problems: readonly Problem[];
}

/** Takes a token and follows it to the first Insights call. */
export async function verifyStack(options: PlaceOptions & FlowOptions, context: CommandContext): Promise<Verification> {
  const place = await openPlace(options, context);
  const { tenant, reportingUser } = place.configuration ?? {};
  const token = await openTokenSource(place, options, context)
    .getToken()
    .catch((error: unknown) => {
      if (error instanceof TokenError) return error;
      throw error;
    });
  if (token instanceof TokenError) return verificationOf(place, [tokenCheck(token)]);
  const expected = {
    audiences: partnerAudiences,
    tenantId: tenant?.id ?? "",
    userName: reportingUser?.userPrincipalName,
  };
  const { env, signal } = context;
  const calls = await gatherCalls(token, partnerCenterAddress(env, place.cloud), signal);
  return verificationOf(place, [
    tokenCheck(token),
    ...claimChecks(readClaims(token.token), expected, token.flow, clockOf(env)()),
    ...callChecks(calls, token.flow),
  ]);
}

/** The calls at once; each one's refusal is a fact of its own. Without a user only Insights is worth a question. */
async function gatherCalls({ token, flow }: AccessToken, endpoint: string, signal: AbortSignal): Promise<CallFacts> {
  const options = { endpoint, accessToken: async () => token };
  const partnerCenter = createPartnerCenter({ ...options, signal });
  const hasUser = flow !== "app-only";
  const [probe, enrolment, insights] = await Promise.all([
    hasUser ? factOf(() => partnerCenter.probeMfa()) : undefined,
    hasUser ? factOf(async () => ({ mpnId: (await partnerCenter.mpnProfile())?.mpnId })) : undefined,
    factOf(async () => {
      const { items, isRedacted } = await createInsights({ ...options, signal }).datasets();
      return { datasets: items.length, isRedacted };
    }),
  ]);
  return { probe, enrolment, insights };
}

async function factOf<T>(call: () => Promise<T>): Promise<CallFact<T>> {
  try {
    return { answer: await call() };
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    const { status, code, isTemporary } = error;
    return { refused: { status, code, isTemporary } };
  }
}

/** What is to be done names the stack; a vault and a prefix alone do not say which it is. */
function verificationOf({ name: stack, configuration }: TokenPlace, found: readonly Check[]): Verification {
  const checks = found.map((check) => ({
    ...check,
    fix: configuration === undefined ? check.fix : forStack(check.fix, stack),
  }));
  return {
    stack,
    ok: checks.every(({ result }) => result === "ok" || result === "warning"),
    checks: checks.map(({ name, result, detail, fix }) => ({ name, result, detail, fix })),
    problems: checks
      .filter(({ result }) => result !== "ok")
      .map(({ code = "unexpected", detail, fix }) => ({ code, message: detail, fix })),
  };
}
