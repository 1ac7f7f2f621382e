import { partnerTenant } from "../../offline/emulator/seed/constants";
import type { TestEmulator } from "./emulator";
import { type PartnerApplication, partnerCenterScope } from "./partner-application";

/** An access token of a user for Partner Center, from a sign-in with MFA unless told otherwise. */
export async function userToken(
  emulator: TestEmulator,
  { clientId, secret }: PartnerApplication,
  options: { readonly user?: string; readonly mfa?: boolean; readonly scope?: string } = {},
): Promise<string> {
  const { user = partnerTenant.reportingUser.userPrincipalName, mfa = true, scope = partnerCenterScope } = options;
  const tenant = partnerTenant.id;
  const { refreshToken } = await emulator.control("POST", "refresh-tokens", {
    tenant,
    userPrincipalName: user,
    clientId,
    mfa,
  });
  const answer = await emulator.requestToken({
    client_id: clientId,
    client_secret: secret,
    grant_type: "refresh_token",
    refresh_token: refreshToken,
    scope,
  });
  if (answer.status !== 200) throw new Error(`no token for ${user}: ${answer.body?.error_description}`);
  return answer.body.access_token;
}

/** An access token of the application alone. */
export async function appToken(
  emulator: TestEmulator,
  { clientId, secret }: PartnerApplication,
  resource = "https://api.partnercenter.microsoft.com",
): Promise<string> {
  const form = { client_id: clientId, client_secret: secret, grant_type: "client_credentials" };
  return (await emulator.requestToken({ ...form, scope: `${resource}/.default` })).body.access_token;
}
