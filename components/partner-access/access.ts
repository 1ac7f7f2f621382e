import type { StackConfiguration } from "../../configuration/stack-configuration";
import {
  type ApiPrincipal,
  decideApiPrincipals,
  findReportingUser,
  type PrincipalsSeen,
  seePrincipals,
} from "../directory";
import type { SignIns } from "../sign-ins";
import type { Outside } from "./outside";
import { apiProblems, needsReportingUser, stoppedProblems, userProblems } from "./refusals";

/** What the partner's directory says about everybody that is granted something. */
export interface Access {
  readonly clientId: string | undefined;
  readonly seen: PrincipalsSeen;
  readonly apiPrincipals: ReadonlyMap<string, ApiPrincipal>;
  readonly reportingUserObjectId: string | undefined;
}

/** Looks up and remembers; `clientId` is the published application's. */
export async function gatherAccess(
  { configuration }: Outside,
  signIns: SignIns,
  clientId: string | undefined,
): Promise<Access> {
  const apis = configuration.permissions.map(({ api }) => api.clientId);
  const seen = await seePrincipals([...apis, ...(clientId ? [clientId] : [])], signIns.partner);
  return {
    clientId,
    seen,
    apiPrincipals: await decideApiPrincipals(apis, seen),
    reportingUserObjectId: await reportingUser(configuration, signIns),
  };
}

/** Why nothing may be granted; empty when everybody is there and nobody stopped the application. */
export function accessProblems(
  configuration: StackConfiguration,
  { clientId, seen, apiPrincipals, reportingUserObjectId }: Access,
): readonly string[] {
  return [
    ...stoppedProblems(clientId, seen),
    ...apiProblems(configuration, apiPrincipals),
    ...userProblems(configuration, reportingUserObjectId),
  ];
}

async function reportingUser(configuration: StackConfiguration, signIns: SignIns): Promise<string | undefined> {
  const { reportingUser: user } = configuration;
  if (!user || !needsReportingUser(configuration)) return undefined;
  return findReportingUser(user.userPrincipalName, signIns.partner);
}
