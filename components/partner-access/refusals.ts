import type { SlotPlan } from "../../rotation/plan";
import type { ApiPrincipal, PrincipalsSeen } from "../directory";
import type { LiveEntry } from "../live-entry";
import type { Callers } from "./gather";
import type { AccessSettings } from "./settings";

/** A stopped application stays stopped: an update would enable its principal again by the way. */
export function stoppedProblems(clientId: string | undefined, seen: PrincipalsSeen): readonly string[] {
  if (clientId === undefined || seen?.get(clientId)?.isEnabled !== false) return [];
  return [`the service principal of ${clientId} is disabled: this stack was stopped. Resume it first`];
}

/**
 * Nobody can read what is published: its latest version was disabled by hand. A publish would bring a version that is enabled; any other
 * update changes nothing about it, because the provider compares with the state.
 */
export function disabledWarnings(
  entry: Pick<LiveEntry, "isEnabled"> | undefined,
  { isPublish }: Pick<SlotPlan, "isPublish">,
): readonly string[] {
  if (isPublish || entry?.isEnabled !== false) return [];
  return [
    "the latest version of the client secret's entry is disabled: every read of it is refused, and this update does not enable it. " +
      "Enable it in the vault, or set rotation.request to the reason for a new secret",
  ];
}

/** APIs whose service principal can neither be declared nor referred to. */
export function apiProblems(
  { permissions }: Pick<AccessSettings, "permissions">,
  principals: ReadonlyMap<string, ApiPrincipal>,
): readonly string[] {
  return permissions
    .filter(({ api }) => !principals.has(api.clientId))
    .map(
      ({ api }) =>
        `permissions: the service principal of ${api.name} (${api.clientId}) was there at the first update and is not seen ` +
        "now. Restore it (Entra keeps a deleted one for 30 days), or run once as the deployer, who may read it",
    );
}

/** A reporting user who is needed and cannot be found. */
export function userProblems(userPrincipalName: string): readonly string[] {
  return [
    `reportingUser: this identity may not look up ${userPrincipalName}, and no earlier update did: run once as the deployer, ` +
      "who may read users",
  ];
}

/** Providers that are set up for another tenant or subscription than the arguments say: the look-ups would go elsewhere. */
export function callerProblems(
  { tenant, vault }: Pick<AccessSettings, "tenant" | "vault">,
  callers: Callers,
): readonly string[] {
  const [partner, subscription] = [
    callers.partner.tenantId?.toLowerCase(),
    callers.vault.subscriptionId?.toLowerCase(),
  ];
  const problems: string[] = [];
  if (partner && tenant.id.known !== undefined && partner !== tenant.id.known) {
    problems.push(`the azuread provider signs in to tenant ${partner}, tenant.id is ${tenant.id.known}: correct one`);
  }
  if (subscription && vault.place !== undefined && subscription !== vault.place.subscriptionId) {
    problems.push(
      `the azure-native provider works in subscription ${subscription}, vault.id is in ${vault.place.subscriptionId}: correct one`,
    );
  }
  return problems;
}
