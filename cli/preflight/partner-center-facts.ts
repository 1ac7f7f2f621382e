import { ServiceError } from "../../clients/http/errors";
import { createPartnerCenter, type PartnerCenter } from "../../clients/partner-center/partner-center";
import { TokenError } from "../../tokens/token-error";
import type { CommandContext } from "../shared/command";
import { partnerCenterAddress } from "../token/partner-center-address";
import { openPlace, openTokenSource } from "../token/place";
import { EXECUTIVE, type PartnerFacts, PLAIN_VIEWER, type Said } from "./partner-checks";

/** What Partner Center says to the stored sign-in, or why nothing could be asked. Redeeming a refresh token changes nothing. */
export async function checkPartnerCenter(
  stack: string,
  userName: string,
  context: CommandContext,
): Promise<PartnerFacts | { readonly reason: string; readonly fix: string }> {
  const place = await openPlace({ stack }, context);
  let token: string;
  try {
    ({ token } = await openTokenSource(place, { flow: "refresh-token" }, context).getToken());
  } catch (error) {
    if (!(error instanceof TokenError)) throw error;
    return { reason: error.cause, fix: error.nextStep };
  }
  const endpoint = partnerCenterAddress(context.env, place.cloud);
  const partnerCenter = createPartnerCenter({ endpoint, accessToken: async () => token, signal: context.signal });
  const [mfa, mpnId, viewerRoles] = await Promise.all([
    said(async () => (await partnerCenter.probeMfa()).isMfaCompliant),
    said(async () => (await partnerCenter.mpnProfile())?.mpnId),
    said(() => viewerRolesOf(partnerCenter, userName)),
  ]);
  return { mfa, mpnId, viewerRoles };
}

async function viewerRolesOf(partnerCenter: PartnerCenter, userName: string): Promise<readonly string[]> {
  const viewers = (await partnerCenter.roles()).filter(({ name }) => name === EXECUTIVE || name === PLAIN_VIEWER);
  const members = await Promise.all(viewers.map(({ id }) => partnerCenter.roleMembers(id)));
  const isUser = ({ userPrincipalName }: { userPrincipalName: string }) =>
    userPrincipalName.toLowerCase() === userName.toLowerCase();
  return viewers.filter((_, place) => members[place]?.some(isUser)).map(({ name }) => name);
}

async function said<T>(ask: () => Promise<T>): Promise<Said<T>> {
  try {
    return { answer: await ask() };
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    return { refused: { status: error.status, code: error.code } };
  }
}
