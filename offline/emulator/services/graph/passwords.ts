import { randomBytes, randomInt, randomUUID } from "node:crypto";
import { z } from "zod";
import { type Route, type RouteRequest, type RouteResponse, routeWithBody } from "../../http/route";
import type { Application, PasswordCredential, ServicePrincipal } from "../../world/directory";
import { hashSecret } from "../../world/secret-hash";
import { findApplication } from "./application-lookup";
import { admitsPersonalAccounts } from "./application-rules";
import { authorize } from "./authorize";
import { badRequest } from "./errors";
import { complex, guid, text } from "./fields";
import { contextOf } from "./odata";
import { renderPassword } from "./password-credential";
import { checkPasswordPolicy } from "./password-policy";
import { findPrincipal } from "./principal-lookup";

const longestDisplayName = 256;
/** @see https://learn.microsoft.com/entra/identity-platform/supported-accounts-validation */
const mostSecretsWithPersonalAccounts = 2;
const defaultLifetimeYears = 2;

// keyId, secretText and hint are known fields, so that sending them is refused with a reason and not with "unknown field".
const credential = complex({
  displayName: text,
  startDateTime: text,
  endDateTime: text,
  keyId: text,
  secretText: text,
  hint: text,
  customKeyIdentifier: text,
});
const addBody = z.strictObject({ passwordCredential: credential.nullable().optional() }).optional();
const removeBody = z.strictObject({ keyId: guid });
type AddBody = z.infer<typeof addBody>;
type Wanted = z.infer<typeof credential>;

/** The holder of passwords: an application, or its principal in one tenant. */
interface Holder {
  readonly collection: "applications" | "servicePrincipals";
  readonly find: (request: RouteRequest) => Application | ServicePrincipal;
  readonly put: (request: RouteRequest, passwordCredentials: readonly PasswordCredential[]) => void;
}

const holders: readonly Holder[] = [
  {
    collection: "applications",
    find: findApplication,
    put: (request, passwordCredentials) =>
      request.caller.tenant.applications.put({ ...findApplication(request), passwordCredentials }),
  },
  {
    collection: "servicePrincipals",
    find: findPrincipal,
    put: (request, passwordCredentials) =>
      request.caller.tenant.servicePrincipals.put({ ...findPrincipal(request), passwordCredentials }),
  },
];

/** `addPassword` and `removePassword`. */
export const passwordRoutes: readonly Route[] = holders.flatMap((holder) =>
  [`/v1.0/${holder.collection}/:id`, `/v1.0/${holder.collection}(appId=':clientId')`].flatMap((path): Route[] => [
    routeWithBody({
      method: "POST",
      path: `${path}/addPassword`,
      body: addBody,
      handle: (request) => addPassword(request, holder),
    }),
    routeWithBody({
      method: "POST",
      path: `${path}/removePassword`,
      body: removeBody,
      handle: (request) => removePassword(request, holder),
    }),
  ]),
);

function addPassword(request: RouteRequest<AddBody>, { find, put }: Holder): RouteResponse {
  const owned = find(request);
  authorize(request, "writeApplications", owned.owners);
  const wanted = request.body?.passwordCredential ?? {};
  const secretText = newSecretText();
  const added = mint(request, owned, wanted, secretText);
  put(request, [...(owned.passwordCredentials ?? []), added]);
  return {
    status: 200,
    body: {
      "@odata.context": contextOf(request, { version: "v1.0", path: "microsoft.graph.passwordCredential" }),
      ...renderPassword(added),
      secretText,
    },
  };
}

function mint(
  request: RouteRequest,
  owned: Application | ServicePrincipal,
  wanted: Wanted,
  secretText: string,
): PasswordCredential {
  refuseChosen(wanted);
  const now = request.world.clock.now();
  const startDateTime = wanted.startDateTime ?? now.toISOString();
  const start = readDate("startDateTime", startDateTime);
  const endDateTime = wanted.endDateTime ?? yearsAfter(start, defaultLifetimeYears).toISOString();
  const end = readDate("endDateTime", endDateTime);
  if (end <= start || end <= now) {
    throw badRequest("Credential end date is invalid.", [
      {
        code: "InvalidKeyEndDate",
        message: "Credential end date must lie after its start date and after now.",
        target: "EndDate",
      },
    ]);
  }
  if ((wanted.displayName?.length ?? 0) > longestDisplayName) {
    throw badRequest(
      `Property 'displayName' has ${wanted.displayName?.length} characters; at most ${longestDisplayName} are allowed.`,
    );
  }
  checkCount(owned);
  checkPasswordPolicy(request.caller.tenant, owned, start, end);
  return {
    keyId: randomUUID(),
    displayName: wanted.displayName ?? null,
    // The caller's own text: azuread compares it with its inputs and replaces the credential when it reads back differently.
    startDateTime,
    endDateTime,
    hint: secretText.slice(0, 3),
    secretHash: hashSecret(secretText),
    addedAt: performance.now(),
  };
}

/** UNVERIFIED: the wording. Documented is only that key id and text are the directory's to choose. */
function refuseChosen(wanted: Wanted): void {
  const chosen = (["keyId", "secretText", "hint", "customKeyIdentifier"] as const).filter(
    (name) => (wanted[name] ?? null) !== null,
  );
  if (chosen.length === 0) return;
  throw badRequest(
    "One or more properties contains invalid values.",
    chosen.map((name) => ({
      code: "InvalidValue",
      message: `Property '${name}' is generated by the directory and cannot be set.`,
      target: name,
    })),
  );
}

function checkCount({ properties, passwordCredentials = [] }: Application | ServicePrincipal): void {
  if (!admitsPersonalAccounts(properties) || passwordCredentials.length < mostSecretsWithPersonalAccounts) return;
  // UNVERIFIED: the wording.
  const message = `Applications that admit personal accounts can have at most ${mostSecretsWithPersonalAccounts} password credentials.`;
  throw badRequest(message, [{ code: "CredentialLimitExceeded", message, target: "passwordCredentials" }]);
}

function readDate(name: string, value: string): Date {
  const isDate = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,7})?(Z|[+-]\d{2}:\d{2})$/.test(value);
  const date = new Date(value);
  if (isDate && !Number.isNaN(date.getTime())) return date;
  throw badRequest(`Cannot convert the literal '${value}' to the expected type 'Edm.DateTimeOffset' (${name}).`);
}

function yearsAfter(date: Date, years: number): Date {
  const later = new Date(date);
  later.setUTCFullYear(later.getUTCFullYear() + years);
  return later;
}

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789~_-.";

/** 40 characters in Entra's format, which secret scanners recognise: three, a digit, `Q~`, 34. */
function newSecretText(): string {
  const take = (count: number) => Array.from(randomBytes(count), (byte) => alphabet[byte % alphabet.length]).join("");
  const word = () => Array.from({ length: 3 }, () => alphabet[randomInt(62)]).join("");
  return `${word()}8Q~${take(34)}`;
}

function removePassword(request: RouteRequest<z.infer<typeof removeBody>>, { find, put }: Holder): RouteResponse {
  const owned = find(request);
  authorize(request, "writeApplications", owned.owners);
  const { keyId } = request.body;
  const before = owned.passwordCredentials ?? [];
  const kept = before.filter((entry) => entry.keyId !== keyId.toLowerCase());
  // Recorded for removeKey of a live tenant. UNVERIFIED: that removePassword says the same.
  if (kept.length === before.length) throw badRequest("No credentials found to be removed.");
  put(request, kept);
  return { status: 204 };
}
