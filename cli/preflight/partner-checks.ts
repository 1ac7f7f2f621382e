import type { StackConfiguration } from "../../configuration/stack-configuration";
import { anyStack, commandLine, counted } from "../../model/command-line";
import type { SecretLimit } from "../../rotation/lifetime-policy";
import { type Check, cannotTell, failed, ok, type Subject, warning, yours } from "./check";

/** The answer to one call of Partner Center, or why there is none. */
export type Said<T> =
  | { readonly answer: T }
  | { readonly refused: { readonly status: number | undefined; readonly code: string | undefined } };

/** What Partner Center said to the reporting user's own token. */
export interface PartnerFacts {
  readonly mfa: Said<boolean | undefined>;
  /** The id in the program; undefined when the account is not enrolled. */
  readonly mpnId: Said<string | undefined>;
  /** Which of the two viewer roles the user holds, by name. */
  readonly viewerRoles: Said<readonly string[]>;
}

export const EXECUTIVE = "Executive Report Viewer";
export const PLAIN_VIEWER = "Report Viewer";

const partner = "partner-account-owner" as const;
const enrolment: Subject = { name: "enrolment", who: partner };
const viewer: Subject = { name: "report-viewer", who: partner };
const mfa: Subject = { name: "mfa", who: "reporting-user" };

/** The checks that need a signed-in user; `reason` says why there is none. */
export function partnerChecks(
  { stack, reportingUser }: StackConfiguration,
  facts: PartnerFacts | { readonly reason: string; readonly fix: string },
): readonly Check[] {
  if (reportingUser === undefined) return [];
  if ("reason" in facts) {
    return [mfa, enrolment, viewer].map(({ name }) =>
      cannotTell({ name, who: "reporting-user" }, facts.reason, facts.fix),
    );
  }
  return [mfaCheck(stack, facts.mfa), enrolmentCheck(facts.mpnId), viewerCheck(stack, facts.viewerRoles)];
}

function mfaCheck(stack: string, said: Said<boolean | undefined>): Check {
  if ("refused" in said) return refused(mfa, said.refused);
  if (said.answer === undefined)
    return cannotTell(mfa, "Partner Center did not show whether the sign-in counts as MFA");
  return said.answer
    ? ok(mfa, "Partner Center accepts the sign-in as MFA")
    : failed(mfa, "the sign-in was made without MFA", `Sign in again with MFA: ${commandLine("sign-in", "-s", stack)}`);
}

function enrolmentCheck(said: Said<string | undefined>): Check {
  if ("refused" in said) return refused(enrolment, said.refused);
  return said.answer === undefined
    ? failed(
        enrolment,
        "the account is not enrolled in Microsoft's partner program",
        "Enrol in Partner Center (https://partner.microsoft.com). This cannot be automated, and the review takes days.",
      )
    : ok(enrolment, `enrolled, MPN id ${said.answer}`);
}

function viewerCheck(stack: string, said: Said<readonly string[]>): Check {
  if ("refused" in said) {
    const { status } = said.refused;
    // Reading roles is an administrator's right (UNVERIFIED for whom exactly); the first Insights call tells as well.
    return status === 401 || status === 403
      ? cannotTell(
          viewer,
          "the user may not read roles",
          `An administrator can: ${commandLine("roles", "-s", stack, "--with-token")}`,
        )
      : refused(viewer, said.refused);
  }
  const roles = said.answer;
  if (!roles.includes(EXECUTIVE)) {
    const fix = `This shows how to give it: ${commandLine("roles", "-s", stack)}`;
    return roles.includes(PLAIN_VIEWER)
      ? failed(viewer, `the user has ${PLAIN_VIEWER} only, which sees less`, fix)
      : failed(viewer, `the user has neither ${EXECUTIVE} nor ${PLAIN_VIEWER}`, fix);
  }
  return roles.includes(PLAIN_VIEWER)
    ? warning(
        viewer,
        `the user has both viewer roles, and the weaker one may take precedence`,
        `Remove ${PLAIN_VIEWER} in the portal.`,
      )
    : ok(viewer, `the user has ${EXECUTIVE}`);
}

function refused(subject: Subject, { status, code }: { status: number | undefined; code: string | undefined }): Check {
  const facts = [status && `status ${status}`, code].filter(Boolean).join(", ");
  return cannotTell(
    yours(subject),
    `Partner Center refused the call (${facts || "no answer"})`,
    `For details: ${commandLine("verify", "-s", anyStack)}`,
  );
}

export interface AssignmentFacts {
  /** Undefined where the directory could not be read. */
  readonly isAssigned: boolean | undefined;
  /** A sign-in of the user works. */
  readonly hasSignIn: boolean;
  readonly isDeployed: boolean;
}

/** Whether the user may use the application: seen in the directory, or shown by a sign-in that works. */
export function assignmentCheck(
  { stack, reportingUser, solo }: StackConfiguration,
  { isAssigned, hasSignIn, isDeployed }: AssignmentFacts,
): readonly Check[] {
  if (reportingUser === undefined) return [];
  const subject: Subject = { name: "assignment", who: "tenant-administrator" };
  const name = reportingUser.userPrincipalName;
  if (isAssigned === true || hasSignIn) return [ok(subject, `${name} is assigned to the application`)];
  if (!isDeployed) return [cannotTell(subject, "the first update creates the application")];
  if (isAssigned === undefined) {
    return [
      cannotTell(
        subject,
        "this identity may not read it: it lacks Application.Read.All",
        `A successful sign-in proves it: ${commandLine("sign-in", "-s", stack)}`,
      ),
    ];
  }
  const fix = "Write reportingUser.assignedBy: deployer, so that the next update assigns the user.";
  if (solo && reportingUser.assignedBy === "admin") return [failed(yours(subject), `${name} is not assigned`, fix)];
  return reportingUser.assignedBy === "deployer"
    ? [failed(yours(subject), `${name} is not assigned`, commandLine("up", "-s", stack))]
    : [
        failed(
          subject,
          `${name} is not assigned to the application`,
          `Run the administrator's script once more, which assigns the user: ${commandLine("deployer", "-s", stack, "--github", "OWNER/REPO", "--for", "administrator")}`,
        ),
      ];
}

/** What the tenant's policies allow: with every rule, and without those from which some callers are exempt. */
export interface PolicyLimits {
  readonly limit: SecretLimit | undefined;
  readonly forEverybody: SecretLimit | undefined;
}

/** Whether the tenant's policies allow the secret's life. Undefined: they could not be read. */
export function policyCheck(configuration: StackConfiguration, policies: PolicyLimits | undefined): Check {
  const subject: Subject = { name: "secret-policy", who: "tenant-administrator" };
  if (policies === undefined) return cannotTell(subject, "this identity may not read it: it lacks Policy.Read.All");
  const strict = limitCheck(subject, configuration, policies.limit);
  if (strict.result === "ok" || limitCheck(subject, configuration, policies.forEverybody).result !== "ok")
    return strict;
  return cannotTell(
    subject,
    `${strict.detail}; it is not visible whether it exempts this identity`,
    `Ask whether the rule exempts deployer and rotator (excludeActors). If it does not: ${strict.fix}`,
  );
}

function limitCheck(subject: Subject, { rotation }: StackConfiguration, limit: SecretLimit | undefined): Check {
  if (limit === undefined) return ok(subject, "no policy limits client secrets");
  const says = `the policy "${limit.policy.name}" (${limit.policy.id})`;
  if (limit.days === undefined) {
    return failed(subject, `${says} forbids new client secrets`, "Give this application its own policy.");
  }
  // The first day of a secret may lie before the day it is minted, never after it.
  return limit.days >= rotation.lifetimeDays
    ? ok(subject, `${says} allows ${counted(limit.days, "day")}`)
    : failed(
        yours(subject),
        `${says} allows ${counted(limit.days, "day")}, rotation.lifetimeDays is ${rotation.lifetimeDays}`,
        `Write rotation.lifetimeDays: ${limit.days} or less, and everyDays at most half of it.`,
      );
}
