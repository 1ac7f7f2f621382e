import type * as pulumi from "@pulumi/pulumi";
import {
  type ApiPrincipal,
  decideApiPrincipals,
  findReportingUser,
  type PrincipalsSeen,
  seePrincipals,
} from "../directory";
import { declareMemory } from "../memory";
import { apiProblems, stoppedProblems, userProblems } from "./refusals";
import type { Run } from "./run";
import { needsReportingUser } from "./settings";

/** What the partner's directory says about everybody that is granted something. */
export interface Access {
  readonly clientId: string | undefined;
  readonly seen: PrincipalsSeen;
  readonly apiPrincipals: ReadonlyMap<string, ApiPrincipal>;
  /** Undefined where nobody needs to know, and where the look-up found nothing. */
  readonly reportingUserObjectId: pulumi.Input<string> | undefined;
}

/** Looks up and remembers; `clientId` is the published application's. */
export async function gatherAccess(run: Run, clientId: string | undefined): Promise<Access> {
  const { scope, settings } = run;
  const apis = settings.permissions.map(({ api }) => api.clientId);
  const seen = await seePrincipals([...apis, ...(clientId ? [clientId] : [])], scope);
  return {
    clientId,
    seen,
    apiPrincipals: await decideApiPrincipals(apis, seen, scope),
    reportingUserObjectId: await reportingUser(run),
  };
}

/** Why nothing may be granted; empty when everybody is there and nobody stopped the application. */
export function accessProblems(
  { settings }: Run,
  { clientId, seen, apiPrincipals, reportingUserObjectId }: Access,
): readonly string[] {
  const isUserMissing = needsReportingUser(settings) && reportingUserObjectId === undefined;
  return [
    ...stoppedProblems(clientId, seen),
    ...apiProblems(settings, apiPrincipals),
    ...(isUserMissing ? userProblems(settings.reportingUser?.userPrincipalName.known ?? "") : []),
  ];
}

async function reportingUser({ scope, settings }: Run): Promise<pulumi.Input<string> | undefined> {
  const { reportingUser: user } = settings;
  if (!user || !needsReportingUser(settings)) return undefined;
  const { known, value } = user.userPrincipalName;
  if (known !== undefined) return findReportingUser(known, scope);
  const objectId = value.apply(() => "");
  declareMemory(scope, "reporting-user-id", { userPrincipalName: value, objectId });
  return objectId;
}
