import { anyStack, commandLine, counted } from "../model/command-line";
import type { TokenClaims } from "./claims";
import type { TokenFlow } from "./flow";
import type { Explanation } from "./token-error";

/** One thing that was looked at. */
export interface Check {
  readonly name: string;
  readonly result: "ok" | "warning" | "failed" | "cannot-tell";
  /** One sentence: what was seen. */
  readonly detail: string;
  /** One sentence: what to do; empty when nothing is to be done. */
  readonly fix: string;
  /** Stable name of the cause; undefined when all is well. */
  readonly code?: string | undefined;
}

/** What a call answered, or how it was refused. */
export type CallFact<T> =
  | { readonly answer: T; readonly refused?: undefined }
  | { readonly answer?: undefined; readonly refused: CallRefusal };

interface CallRefusal {
  readonly status: number | undefined;
  /** The service's own number, or Node's code. */
  readonly code: string | undefined;
  readonly isTemporary: boolean;
}

/** What the token should say. */
export interface Expectations {
  readonly audiences: readonly string[];
  readonly tenantId: string;
  readonly userName: string | undefined;
}

/** What Partner Center and Insights said. */
export interface CallFacts {
  /** Undefined where it was not asked: both need a user. */
  readonly probe: CallFact<{ readonly isMfaCompliant: boolean | undefined }> | undefined;
  readonly enrolment: CallFact<{ readonly mpnId: string | undefined }> | undefined;
  readonly insights: CallFact<{ readonly datasets: number; readonly isRedacted: boolean }>;
}

const signIn = `Sign in again with MFA as the reporting user: ${commandLine("sign-in", "-s", anyStack)}`;
const ok = (name: string, detail: string): Check => ({ name, result: "ok", detail, fix: "" });

/** The check of the token itself: there, or why not. */
export function tokenCheck(token: { readonly flow: TokenFlow } | Explanation): Check {
  if ("flow" in token) return ok("token", `Entra issued a token (${token.flow}).`);
  const { code, cause, nextStep } = token;
  return { name: "token", result: "failed", detail: `${cause} (${code})`, fix: nextStep, code };
}

/** What the claims say against what they should. An app-only token has neither user nor MFA: those checks are left out. */
export function claimChecks(
  claims: TokenClaims | undefined,
  expected: Expectations,
  flow: TokenFlow,
  now: number,
): readonly Check[] {
  if (claims === undefined) {
    const detail =
      "The token is not a readable JSON web token (Entra does not guarantee one): only the calls show whether it works.";
    return [{ name: "claims", result: "cannot-tell", detail, fix: "Look at the checks below.", code: "opaque-token" }];
  }
  const checks = [audienceCheck(claims, expected), tenantCheck(claims, expected)];
  if (flow !== "app-only") checks.push(scopeCheck(claims), userCheck(claims, expected), mfaCheck(claims, flow));
  return [...checks, lifetimeCheck(claims, now)];
}

/** Whether a token's audience is one of these names of a service. */
export function isAudience(audience: string, audiences: readonly string[]): boolean {
  return audiences.some((it) => it.toLowerCase() === audience.replace(/\/$/, "").toLowerCase());
}

function audienceCheck({ audience }: TokenClaims, { audiences }: Expectations): Check {
  if (isAudience(audience, audiences)) return ok("audience", `For ${audience}.`);
  const detail = `The token is for ${audience || "no audience"}, not for ${audiences[0]}.`;
  const fix = "Ask for a token of the Partner Center API.";
  return { name: "audience", result: "failed", detail, fix, code: "wrong-audience" };
}

function tenantCheck({ tenantId }: TokenClaims, expected: Expectations): Check {
  if (tenantId?.toLowerCase() === expected.tenantId.toLowerCase()) return ok("tenant", `Of tenant ${tenantId}.`);
  const detail = `The token is of tenant ${tenantId ?? "none"}, the stack's is ${expected.tenantId}.`;
  const fix = "Compare tenant.id in the stack's file with the vault's entries.";
  return { name: "tenant", result: "failed", detail, fix, code: "wrong-tenant" };
}

function scopeCheck({ scopes }: TokenClaims): Check {
  if (scopes.includes("user_impersonation")) return ok("scope", "With user_impersonation.");
  const detail = `The token has ${scopes.length === 0 ? "no permission" : `only ${scopes.join(", ")}`}, not user_impersonation.`;
  const fix = `Run up, which grants it, then sign in again: ${commandLine("up", "-s", anyStack)}`;
  return { name: "scope", result: "failed", detail, fix, code: "no-consent" };
}

function userCheck({ userName }: TokenClaims, expected: Expectations): Check {
  if (expected.userName === undefined || userName === undefined) {
    const detail = `Acts as ${userName ?? "a user whom the token does not name"}.`;
    return ok("user", detail);
  }
  if (userName.toLowerCase() === expected.userName.toLowerCase()) return ok("user", `Acts as ${userName}.`);
  const detail = `The token acts as ${userName}, the stack's reporting user is ${expected.userName}.`;
  return { name: "user", result: "failed", detail, fix: signIn, code: "wrong-user" };
}

function mfaCheck({ methods }: TokenClaims, flow: TokenFlow): Check {
  if (methods.includes("mfa")) return ok("mfa", `The user passed MFA (${methods.join(", ")}).`);
  const detail = `The token shows no MFA (${methods.join(", ") || "it names no method"}).`;
  return { name: "mfa", result: "failed", detail, fix: mfaFix(flow), code: "mfa-missing" };
}

const mfaFix = (flow: TokenFlow) =>
  flow === "password"
    ? `A password alone never shows MFA. Use the refresh-token flow, after one sign-in: ${commandLine("sign-in", "-s", anyStack)}`
    : signIn;

function lifetimeCheck({ expiresAt }: TokenClaims, now: number): Check {
  if (expiresAt === undefined) {
    const detail = "The token does not show when it expires.";
    return { name: "lifetime", result: "cannot-tell", detail, fix: "Look at the checks below.", code: "no-expiry" };
  }
  const minutes = Math.floor((expiresAt.getTime() - now) / 60_000);
  if (minutes >= 0) return ok("lifetime", `Valid for ${counted(minutes, "minute")} more.`);
  const detail = `The token ended ${counted(-minutes, "minute")} ago, by this machine's clock.`;
  return { name: "lifetime", result: "failed", detail, fix: "Set this machine's clock.", code: "clock" };
}

/** What Partner Center and Insights think of the token. */
export function callChecks(facts: CallFacts, flow: TokenFlow): readonly Check[] {
  const insights = insightsCheck(facts, flow);
  const { probe, enrolment } = facts;
  // The probe asks for the same profile: where there is none, its silence has that reason.
  const isSilent = probe?.answer?.isMfaCompliant === undefined && probe?.refused === undefined;
  const isExplained = enrolment?.answer !== undefined && enrolment.answer.mpnId === undefined;
  return [
    ...(probe === undefined || (isSilent && isExplained) ? [] : [probeCheck(probe, flow)]),
    ...(enrolment === undefined ? [] : [enrolmentCheck(enrolment, flow)]),
    insights,
  ];
}

function probeCheck({ answer, refused }: NonNullable<CallFacts["probe"]>, flow: TokenFlow): Check {
  const name = "partner-center";
  if (refused !== undefined) return refusedCheck(name, "Partner Center", refused, flow);
  if (answer.isMfaCompliant === true) return ok(name, "Partner Center counts the token as MFA.");
  if (answer.isMfaCompliant === false) {
    const detail = "Partner Center does not count the token as MFA, and refuses it wherever it enforces that.";
    return { name, result: "failed", detail, fix: mfaFix(flow), code: "mfa-missing" };
  }
  const detail = "Partner Center answered, but did not show whether the token counts as MFA.";
  return { name, result: "warning", detail, fix: "Look at the check mfa.", code: "mfa-unsaid" };
}

function enrolmentCheck({ answer, refused }: NonNullable<CallFacts["enrolment"]>, flow: TokenFlow): Check {
  const name = "enrolment";
  if (refused !== undefined) return refusedCheck(name, "Partner Center", refused, flow);
  if (answer.mpnId !== undefined) return ok(name, `Enrolled as partner ${answer.mpnId}.`);
  const detail = "This account is not enrolled in the partner program.";
  return { name, result: "failed", detail, fix: enrol, code: "not-enrolled" };
}

const enrol =
  "Ask the owner of the partner account to enrol it in Partner Center, or sign in with the tenant that is enrolled.";
const giveRole = `Give the user Executive Report Viewer, in User management of Partner Center or here: ${commandLine("roles", "-s", anyStack, "--with-token", "--assign")}`;

function insightsCheck({ insights, enrolment }: CallFacts, flow: TokenFlow): Check {
  const name = "insights";
  const { answer, refused } = insights;
  if (answer !== undefined) {
    if (!answer.isRedacted) return ok(name, `Insights answered with ${counted(answer.datasets, "dataset")}.`);
    // Microsoft does not describe the field; that a lesser role is the reason is UNVERIFIED.
    const detail = `Insights answered with ${counted(answer.datasets, "dataset")} but left data out, most likely because a role is missing.`;
    const fix = `${giveRole} Report Viewer can override it: remove that role if the user has both.`;
    return { name, result: "warning", detail, fix, code: "data-redacted" };
  }
  // UNVERIFIED what a missing role and a missing enrolment really answer: 403 is listed for every call and described for none.
  const isDenied = refused.status === 403 || refused.status === 404;
  if (flow === "app-only" && (isDenied || refused.status === 401) && refused.code !== "900420") {
    const detail = `Insights refuses the app-only token (status ${refused.status}); it is documented for tokens with a user only.`;
    return { name, result: "failed", detail, fix: `Use the refresh-token flow. ${signIn}`, code: "needs-user" };
  }
  if (!isDenied || isKnown(refused)) return refusedCheck(name, "Insights", refused, flow);
  if (enrolment?.answer !== undefined && enrolment.answer.mpnId === undefined) {
    const detail = `Insights refuses (status ${refused.status}), because the account is not enrolled.`;
    return { name, result: "failed", detail, fix: enrol, code: "not-enrolled" };
  }
  const detail = `Insights refuses this user (status ${refused.status}), most likely because the role Executive Report Viewer is missing.`;
  return { name, result: "failed", detail, fix: giveRole, code: "role-missing" };
}

const isKnown = ({ code }: CallRefusal) => code === "900420" || code === "900421";

function refusedCheck(name: string, service: string, refused: CallRefusal, flow: TokenFlow): Check {
  const { status, code, isTemporary } = refused;
  const said = [status === undefined ? "no answer" : `status ${status}`, code].filter(Boolean).join(", ");
  if (code === "900421") {
    const detail = `${service} refuses the token because it shows no MFA (${said}).`;
    return { name, result: "failed", detail, fix: mfaFix(flow), code: "mfa-missing" };
  }
  if (code === "900420") {
    const detail = `${service} refuses the token because it is for another audience (${said}).`;
    return {
      name,
      result: "failed",
      detail,
      fix: "Ask for a token of the Partner Center API.",
      code: "wrong-audience",
    };
  }
  // Insights calls its own outage a plain 500.
  if (isTemporary) {
    const detail = `${service} is unavailable (${said}).`;
    return { name, result: "cannot-tell", detail, fix: "Nothing to do here: try again later.", code: "service-down" };
  }
  if (status === 401) {
    const detail = `${service} does not accept the token (${said}).`;
    return { name, result: "failed", detail, fix: signIn, code: "token-refused" };
  }
  const detail = `${service} refuses (${said}).`;
  const fix = "Look the code up in Partner Center's list of error codes, or ask its support.";
  return { name, result: "failed", detail, fix, code: code ?? `status-${status}` };
}
