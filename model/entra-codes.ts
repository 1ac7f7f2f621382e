import { anyStack, commandLine } from "./command-line";
/** What a number of Entra means here: one sentence why, one sentence what to do. */
export interface EntraCause {
  readonly cause: string;
  readonly nextStep: string;
  /** What to do instead when a password was sent: nobody can answer a second factor then. */
  readonly withPassword?: string;
}

const signIn = `Sign in again with MFA as the reporting user: ${commandLine("sign-in", "-s", anyStack)}`;
const instead = `Use the refresh-token flow, which carries MFA, after one sign-in: ${commandLine("sign-in", "-s", anyStack)}`;
const administrator = "Ask an administrator of the partner tenant";
const again = "Try again in a few minutes.";
const grants = `Run up, which grants what the stack's file asks for: ${commandLine("up", "-s", anyStack)}`;
const apply = `${grants}.`;
// A grant that somebody deleted by hand is still in the state: up alone finds nothing to do.
const applyOrLook = `Run up, which grants what the stack's file asks for: \`${commandLine("up", "-s", anyStack)}\`. If it has nothing to do, see what was removed: ${commandLine("drift", "-s", anyStack)}`;
const ours = "This is a mistake in the request, not in the tenant: report it with the code and the correlation id.";

const secondFactor = (cause: string): EntraCause => ({ cause, nextStep: signIn, withPassword: instead });
const renewed = (cause: string): EntraCause => ({ cause, nextStep: signIn });
const blocked = (cause: string, nextStep: string): EntraCause => ({ cause, nextStep, withPassword: instead });

/**
 * The numbers with a likely cause here. Microsoft may change them at any time and asks clients to decide by OAuth's own word, so this
 * table only explains; what is not in it is explained by that word (`explain.ts`).
 * Source: https://learn.microsoft.com/entra/identity-platform/reference-error-codes
 */
export const entraCauses: Readonly<Record<number, EntraCause>> = {
  // The user.
  50034: {
    cause: "Entra knows no such user in this tenant.",
    nextStep: "Compare reportingUser.userPrincipalName and tenant.id in the stack's file with the Entra admin center.",
  },
  500341: {
    cause: "The user was deleted from this tenant.",
    nextStep: `${administrator} to restore the user, or name another reporting user and sign in.`,
  },
  50020: {
    cause: "The user belongs to another tenant.",
    nextStep: `Sign in as the reporting user of this tenant: ${commandLine("sign-in", "-s", anyStack)}`,
  },
  50053: {
    cause: "The user is locked after wrong passwords, or the call comes from an address that Entra distrusts.",
    nextStep: "Wait until the lock ends, and look for the reason at code 50053 in the tenant's sign-in logs.",
  },
  50055: { cause: "The user's password has expired.", nextStep: "Change it in a browser, then sign in again." },
  50056: { cause: "The user has no password in this tenant.", nextStep: instead },
  50057: {
    cause: "The user's account is disabled.",
    nextStep: `${administrator} to enable it, or name another reporting user.`,
  },
  50126: {
    cause: "User name or password is wrong.",
    nextStep: "Try the same pair in a browser before the account is locked.",
  },
  50144: {
    cause: "The user's password in the local Active Directory has expired.",
    nextStep: "Change it there, then sign in again.",
  },
  50105: {
    cause: "The user is not assigned to the application, which demands assignment.",
    nextStep: `${administrator} to assign the user on the page of the enterprise application, Users and groups.`,
  },
  501051: {
    cause: "The application is not assigned to a role of the API, which demands assignment.",
    nextStep: `${administrator} to assign it, or use a flow with a user.`,
  },
  // The second factor.
  50072: secondFactor("The user must first register for MFA."),
  50074: secondFactor("Entra asks for MFA, and the user did not pass it."),
  50076: secondFactor("Entra asks for MFA: a policy demands it, or the sign-in comes from a new place."),
  50078: secondFactor("The MFA of the last sign-in has expired by the tenant's policy."),
  50079: secondFactor("Entra asks for MFA, and the user has not registered for it."),
  50158: secondFactor("The tenant's own MFA provider was not satisfied."),
  // Conditional Access and security defaults.
  53000: blocked(
    "Conditional Access demands a compliant device.",
    `${administrator} to exclude this application, or sign in from such a device.`,
  ),
  53001: blocked(
    "Conditional Access demands a device that is joined to the domain.",
    `${administrator} to exclude this application, or sign in from such a device.`,
  ),
  53002: blocked(
    "Conditional Access demands an approved client application.",
    `${administrator} to exclude this application from that policy.`,
  ),
  53003: blocked(
    "Conditional Access blocks this sign-in.",
    `${administrator} which policy it was (sign-in logs, Conditional Access), and to allow this application and place.`,
  ),
  530032: blocked(
    "A security policy of the tenant blocks this sign-in.",
    `${administrator} which policy it was, and to allow this application and place.`,
  ),
  530035: blocked("Security defaults block this sign-in: they treat it as legacy authentication.", signIn),
  // The refresh token.
  50173: renewed("The refresh token was revoked, by the user, an administrator or a reset of the password."),
  70000: renewed("Entra does not accept the refresh token or code."),
  70008: renewed("The refresh token or code has expired."),
  700082: renewed("The refresh token expired because nobody used it for 90 days."),
  70043: renewed("The refresh token was ended by the tenant's sign-in frequency (Conditional Access)."),
  65004: renewed("The sign-in was cancelled, or the user declined."),
  54005: renewed("The sign-in's code has already been used."),
  50196: {
    cause: "Entra detected the same request in a loop.",
    nextStep: "Keep one token source per process, and let it keep its token.",
  },
  // Consent.
  65001: {
    cause: "There is no consent to the permission for this user, or it was revoked.",
    nextStep: applyOrLook,
  },
  90094: { cause: "The permission needs an administrator's consent.", nextStep: apply },
  90095: { cause: "An administrator's consent was requested but not yet given.", nextStep: apply },
  90099: {
    cause: "The application is not authorized in this customer tenant.",
    nextStep: "This project acts in the partner's own tenant only: compare tenant.id in the stack's file.",
  },
  650052: {
    cause: "The tenant has not enabled the API.",
    nextStep: `${administrator} to open Partner Center once, or to create the API's service principal; then run up.`,
  },
  650056: {
    cause: "The application requests no permission of the API, or the tenant has not consented.",
    nextStep: apply,
  },
  650057: { cause: "The API is not among the permissions that the application asks for.", nextStep: apply },
  500011: {
    cause: "The API has no service principal in this tenant.",
    nextStep: `${administrator} to open Partner Center once, or to create the API's service principal; then run up.`,
  },
  // The application and its secret.
  700016: {
    cause: "Entra knows no such application in this tenant; a new one takes minutes.",
    nextStep: "Compare tenant.id in the stack's file, and try again in a few minutes.",
  },
  700011: {
    cause: "Entra knows no such application in this tenant's directory; a new one takes minutes.",
    nextStep: "Compare tenant.id in the stack's file, and try again in a few minutes.",
  },
  7000229: {
    cause: "The application has no service principal in this tenant.",
    nextStep: `Restore the principal in Entra, or let up create it again: ${commandLine("up", "-s", anyStack)}`,
  },
  7000112: {
    cause: "The application is disabled: it was stopped.",
    nextStep: `When the cause is resolved: ${commandLine("resume", "-s", anyStack)}`,
  },
  7000215: {
    cause: "Entra does not accept the client secret: it was removed, it is not the secret's value, or it is too new.",
    nextStep: `Read the vault again; if that is what the vault holds: ${commandLine("status", "-s", anyStack)}`,
  },
  7000222: {
    cause: "The client secret has expired.",
    nextStep: `Rotate now, then look at why the schedule did not: ${commandLine("rotate", "-s", anyStack)}`,
  },
  7000218: { cause: "The request carried no client secret.", nextStep: ours },
  700025: {
    cause: "The application is a public client, which must not send a secret.",
    nextStep: `Run up, which switches public client flows off: ${commandLine("up", "-s", anyStack)}`,
  },
  50011: {
    cause: "The redirect address is not one of the application's; the texts must be equal.",
    nextStep: "Compare application.redirectUri with the application's page in Entra, then run up.",
  },
  // The tenant and the request.
  90002: { cause: "There is no such tenant in this cloud.", nextStep: "Check tenant.id and tenant.cloud." },
  90038: { cause: "The tenant is in another national cloud.", nextStep: "Check tenant.cloud in the stack's file." },
  900382: { cause: "A client with a secret cannot be used across clouds.", nextStep: "Check tenant.cloud." },
  900432: { cause: "A client with a secret cannot be used across clouds.", nextStep: "Check tenant.cloud." },
  9001023: {
    cause: "The grant is not offered on Entra's shared addresses.",
    nextStep: "Use the tenant's id in the address: compare tenant.id in the stack's file.",
  },
  901002: { cause: "The request used a parameter of the older endpoint.", nextStep: ours },
  9002313: { cause: "Entra could not read the request.", nextStep: ours },
  90033: { cause: "Entra is temporarily unavailable.", nextStep: again },
};
