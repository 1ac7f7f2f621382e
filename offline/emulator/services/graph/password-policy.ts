import { ServiceError } from "../../http/route";
import type { Application, JsonObject, ServicePrincipal } from "../../world/directory";
import type { Tenant } from "../../world/world";
import { effectivePolicy } from "./effective-policy";
import { objectsOf } from "./merge";

/** Refuses a new secret that the policy in force for this application or principal forbids or limits. */
export function checkPasswordPolicy(
  tenant: Tenant,
  owned: Application | ServicePrincipal,
  start: Date,
  end: Date,
): void {
  const policy = effectivePolicy(tenant, owned.id);
  if (policy === undefined) return;
  for (const restriction of objectsOf(policy.restrictions["passwordCredentials"])) {
    if (!appliesTo(restriction, owned)) continue;
    if (restriction["restrictionType"] === "passwordAddition") throw notAllowed(policy.id);
    const longest = restriction["restrictionType"] === "passwordLifetime" ? restriction["maxLifetime"] : null;
    if (typeof longest === "string" && end.getTime() - start.getTime() > readDuration(longest))
      throw tooLong(policy.id);
  }
}

function appliesTo(restriction: JsonObject, { createdDateTime }: Application | ServicePrincipal): boolean {
  // `state` came later than the restriction itself: without it a restriction is in force.
  if (restriction["state"] === "disabled") return false;
  const since = restriction["restrictForAppsCreatedAfterDateTime"];
  return typeof since !== "string" || new Date(createdDateTime) >= new Date(since);
}

function notAllowed(policyId: string): ServiceError {
  // The code is known from public reports. UNVERIFIED: the wording.
  const message = `Credential type not allowed as per assigned policy '${policyId}'.`;
  return new ServiceError(400, "CredentialTypeNotAllowedAsPerAppPolicy", message, {
    fields: { details: [{ code: "CredentialTypeNotAllowed", message, target: "passwordCredentials" }] },
  });
}

function tooLong(policyId: string): ServiceError {
  const message = `Credential lifetime exceeds the max value allowed as per assigned policy '${policyId}'.`;
  return new ServiceError(400, "CredentialInvalidLifetimeAsPerAppPolicy", message, {
    fields: { details: [{ code: "InvalidKeyEndDate", message, target: "EndDate" }] },
  });
}

const duration = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/;
const [second, minute, hour, day] = [1_000, 60_000, 3_600_000, 86_400_000];

/** Milliseconds of a duration as Graph writes `maxLifetime`, for example `P90D` or `P4DT12H30M5S`; undefined when it is none. */
export function parseDuration(value: string): number | undefined {
  const match = duration.exec(value);
  if (match === null || value === "P" || value.endsWith("T")) return undefined;
  const [, days = "0", hours = "0", minutes = "0", seconds = "0"] = match;
  return Number(days) * day + Number(hours) * hour + Number(minutes) * minute + Number(seconds) * second;
}

function readDuration(value: string): number {
  // Policies are checked when they are written, so this one was seeded incorrectly.
  const milliseconds = parseDuration(value);
  if (milliseconds === undefined) throw new Error(`"${value}" is not a duration`);
  return milliseconds;
}
