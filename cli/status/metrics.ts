import { Gauge, openMetricsContentType, Registry } from "prom-client";
import { type Day, firstSecond } from "../../model/day";
import { visibleText } from "../../permissions/report/escape";
import type { StackStatus } from "./stack-status";

/**
 * The status as OpenMetrics text, for Prometheus or whatever reads its format. Names, units and labels are a contract
 * (docs/metrics.md). A stack that could not be read has no times, and is not well.
 */
export async function renderMetrics(statuses: readonly StackStatus[], at: Date): Promise<string> {
  const registry = new Registry<typeof openMetricsContentType>();
  registry.setContentType(openMetricsContentType);
  const gauge = <Label extends string>(name: string, help: string, labelNames: readonly Label[]) =>
    new Gauge({ name: `partner_access_${name}`, help, labelNames, registers: [registry] });
  const now = at.getTime() / 1000;
  const until = (day: Day) => Math.round(firstSecond(day) - now);

  const isWell = gauge("stack_well", "1 where the stack was read and has no problem, else 0.", ["stack"]);
  const expiry = gauge(
    "secret_expiry_remaining_seconds",
    "Seconds until the published client secret expires; negative after that.",
    ["stack"],
  );
  const rotation = gauge(
    "rotation_due_remaining_seconds",
    "Seconds until the next rotation is due; negative where it is overdue.",
    ["stack"],
  );
  const signIn = gauge("sign_in_age_seconds", "Age of the refresh token that a user's sign-in left.", ["stack"]);
  const problems = gauge("problems", "Number of problems of a stack, by their code.", ["stack", "code"]);
  const lastCheck = gauge("last_check_timestamp_seconds", "When the stacks were read, in seconds since 1970.", []);

  lastCheck.set(now);
  for (const { stack: name, ok, published, nextRotation, refreshToken, problems: found } of statuses) {
    const stack = visibleText(name, 120);
    isWell.set({ stack }, ok ? 1 : 0);
    if (published !== null) expiry.set({ stack }, until(published.expires));
    if (nextRotation !== null) rotation.set({ stack }, until(nextRotation));
    if (refreshToken !== null) signIn.set({ stack }, refreshToken.ageDays * 86_400);
    for (const { code } of found) problems.inc({ stack, code: codeLabel(code) });
  }
  return registry.metrics();
}

/** Codes of services are theirs: what is no word becomes one. */
function codeLabel(code: string): string {
  return code.replace(/[^\w.-]/g, "_").slice(0, 60) || "unknown";
}
