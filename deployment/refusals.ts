import type { ApiPrincipal, PrincipalsSeen } from "../components/directory";
import type { StackConfiguration } from "../configuration/stack-configuration";

/** Whether the program must know who the reporting user is: to grant for that user only, or to assign. */
export function needsReportingUser({ consent, reportingUser }: StackConfiguration): boolean {
  return reportingUser !== undefined && (consent.kind === "user" || reportingUser.assignedBy === "deployer");
}

/** A stopped application stays stopped: an update would enable its principal again by the way. */
export function stoppedProblems(clientId: string | undefined, seen: PrincipalsSeen): readonly string[] {
  if (clientId === undefined || seen?.get(clientId)?.isEnabled !== false) return [];
  return [`the service principal of ${clientId} is disabled: this stack was stopped. Resume it first`];
}

/** APIs whose service principal can neither be declared nor referred to. */
export function apiProblems(
  { permissions }: StackConfiguration,
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
export function userProblems(configuration: StackConfiguration, objectId: string | undefined): readonly string[] {
  if (!needsReportingUser(configuration) || objectId !== undefined) return [];
  const name = configuration.reportingUser?.userPrincipalName ?? "";
  return [
    `reportingUser: this identity may not look up ${name}, and no earlier update did: run once as the deployer, ` +
      "who may read users",
  ];
}
