import { z } from "zod";
import type { JsonObject } from "../../world/directory";
import { invalidValue } from "./application-rules";
import { badRequest, type ErrorDetail } from "./errors";
import { complex, entity, flag, text } from "./fields";
import { isObject, objectsOf } from "./merge";
import { parseDuration } from "./password-policy";

const states = z.enum(["enabled", "disabled"]).nullable().optional();
/** Callers for whom a restriction is not enforced. No principal here has custom security attributes, so there are none. */
const actors = complex({
  customSecurityAttributes: z
    .array(complex({ id: z.string(), operator: z.literal("equals"), value: z.string() }))
    .max(5)
    .optional(),
})
  .nullable()
  .optional();
const password = complex({
  restrictionType: z.enum([
    "passwordAddition",
    "passwordLifetime",
    "symmetricKeyAddition",
    "symmetricKeyLifetime",
    "customPasswordAddition",
  ]),
  state: states,
  maxLifetime: text,
  restrictForAppsCreatedAfterDateTime: text,
  excludeActors: actors,
});
const key = complex({
  restrictionType: z.enum(["asymmetricKeyLifetime", "trustedCertificateAuthority"]),
  state: states,
  maxLifetime: text,
  restrictForAppsCreatedAfterDateTime: text,
  excludeActors: actors,
  certificateBasedApplicationConfigurationIds: z.array(z.string()).nullable().optional(),
});
const restrictions = complex({
  passwordCredentials: z.array(password).nullable().optional(),
  keyCredentials: z.array(key).nullable().optional(),
})
  .nullable()
  .optional();

/** Body of `PATCH policies/defaultAppManagementPolicy`. */
export const defaultPolicyBody = entity({
  displayName: text,
  description: text,
  isEnabled: flag,
  applicationRestrictions: restrictions,
  servicePrincipalRestrictions: restrictions,
});

/** Body of `PATCH policies/appManagementPolicies/{id}`. */
export const policyBody = entity({ displayName: text, description: text, isEnabled: flag, restrictions });
/** Body of `POST policies/appManagementPolicies`: name and description are required. */
export const newPolicyBody = entity({
  displayName: z.string(),
  description: z.string(),
  isEnabled: flag,
  restrictions,
});

/** Refuses restrictions that contradict themselves: a lifetime without a duration, an addition with one. */
export function checkRestrictions(properties: JsonObject): void {
  const problems = ["restrictions", "applicationRestrictions", "servicePrincipalRestrictions"].flatMap((name) => {
    const value = properties[name];
    if (!isObject(value)) return [];
    return [...objectsOf(value["passwordCredentials"]), ...objectsOf(value["keyCredentials"])].flatMap(
      restrictionProblems,
    );
  });
  if (problems.length > 0) throw badRequest("One or more properties contains invalid values.", problems);
}

function restrictionProblems(restriction: JsonObject): ErrorDetail[] {
  const lifetime = restriction["maxLifetime"] ?? null;
  const type = String(restriction["restrictionType"]);
  const since = restriction["restrictForAppsCreatedAfterDateTime"];
  const problems: ErrorDetail[] = [];
  if (type.endsWith("Lifetime") && (typeof lifetime !== "string" || parseDuration(lifetime) === undefined)) {
    problems.push(
      invalidValue(
        "maxLifetime",
        `Restriction '${type}' needs a duration such as 'P90D', received '${String(lifetime)}'.`,
      ),
    );
  }
  if (!type.endsWith("Lifetime") && lifetime !== null) {
    problems.push(
      invalidValue("maxLifetime", `Restriction '${type}' takes no 'maxLifetime', received '${String(lifetime)}'.`),
    );
  }
  if (typeof since === "string" && Number.isNaN(Date.parse(since))) {
    problems.push(invalidValue("restrictForAppsCreatedAfterDateTime", `'${since}' is not a date.`));
  }
  return problems;
}
