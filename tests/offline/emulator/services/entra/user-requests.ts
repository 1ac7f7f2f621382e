import { partnerTenant } from "../../../../../offline/emulator/seed/constants";
import { type CallResult, startTestEmulator, type TestEmulator } from "../../../../support/emulator";
import {
  makePartnerApplication,
  type PartnerApplication,
  partnerCenterScope,
} from "../../../../support/partner-application";

/** Of this test file alone; before each test it is as after the application was made. */
export let emulator: TestEmulator;
export let application: PartnerApplication;
/** The way back to that moment. */
export let back: () => void;

beforeAll(async () => {
  emulator = await startTestEmulator();
  application = await makePartnerApplication(emulator);
  back = emulator.snapshot();
});
afterAll(() => emulator.stop());
beforeEach(() => {
  emulator.forgetTokens();
  back();
});

/** The user who signs in. */
export const reports = partnerTenant.reportingUser.userPrincipalName;
/** Partner Center, as a token names it. */
export const audience = "https://api.partnercenter.microsoft.com";
const offline = `${partnerCenterScope} offline_access openid`;

const client = () => ({ client_id: application.clientId, client_secret: application.secret });
/** Changes the user. */
export const user = (changes: object) =>
  emulator.control("POST", "users", { tenant: partnerTenant.id, userPrincipalName: reports, ...changes });
/** Changes what the tenant asks of a sign-in. */
export const settings = (signIn: object) => emulator.control("POST", "settings", { tenant: partnerTenant.id, signIn });
export const advance = (duration: string) => emulator.control("POST", "clock", { advance: duration });

/** Parameters of a form; undefined leaves one out. */
export type Changes = Record<string, string | undefined>;
export type Where = { tenant?: string; version?: 1 | 2 };
const ask = (form: Changes, where?: Where): Promise<CallResult> =>
  emulator.requestToken(
    Object.fromEntries(Object.entries(form).filter((entry): entry is [string, string] => entry[1] !== undefined)),
    where,
  );

/** Asks with the right password, but for the changes. */
export const byPassword = (changes: Changes = {}, where?: Where) => {
  const password = emulator.secrets.userPassword;
  return ask({ ...client(), grant_type: "password", username: reports, password, scope: offline, ...changes }, where);
};
/** Asks with a refresh token. */
export const byRefreshToken = (refresh_token: string, changes: Changes = {}, where?: Where) =>
  ask({ ...client(), grant_type: "refresh_token", refresh_token, scope: partnerCenterScope, ...changes }, where);
/** A refresh token as a sign-in leaves it, with a second factor or without. */
export const refreshToken = async (mfa = true): Promise<string> =>
  (
    await emulator.control("POST", "refresh-tokens", {
      tenant: partnerTenant.id,
      userPrincipalName: reports,
      clientId: application.clientId,
      mfa,
    })
  ).refreshToken;

/** How a refusal reads. */
export const shown = ({ status, body }: CallResult) => [status, body.error, body.error_codes?.[0], body.suberror];
