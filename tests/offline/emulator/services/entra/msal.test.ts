import { ConfidentialClientApplication, CryptoProvider, type INetworkModule } from "@azure/msal-node";
import { decodeJwt } from "jose";
import { partnerTenant } from "../../../../../offline/emulator/seed/constants";
import { startTestEmulator, type TestEmulator } from "../../../../support/emulator";
import {
  makePartnerApplication,
  type PartnerApplication,
  partnerCenterScope,
} from "../../../../support/partner-application";
import { signInAtPages } from "../../../../support/sign-in-pages";

let emulator: TestEmulator;
let application: PartnerApplication;

beforeAll(async () => {
  emulator = await startTestEmulator();
  application = await makePartnerApplication(emulator);
});
afterAll(() => emulator.stop());

const reports = partnerTenant.reportingUser.userPrincipalName;
const scopes = [partnerCenterScope];

/** Microsoft's own library; only its way onto the network is ours, because trust in the emulator is not in this process's environment. */
function msal(): ConfidentialClientApplication {
  const send =
    (method: "GET" | "POST"): INetworkModule["sendGetRequestAsync"] =>
    async (url, options) => {
      const answer = await emulator.call(method, url, {
        ...(options?.body === undefined ? {} : { body: new URLSearchParams(options.body) }),
        headers: options?.headers ?? {},
      });
      return { status: answer.status, headers: { ...answer.headers }, body: answer.body };
    };
  return new ConfidentialClientApplication({
    auth: {
      clientId: application.clientId,
      clientSecret: application.secret,
      authority: `${emulator.origin}/${partnerTenant.id}`,
      knownAuthorities: [new URL(emulator.origin).host],
    },
    system: { networkClient: { sendGetRequestAsync: send("GET"), sendPostRequestAsync: send("POST") } },
  });
}

describe("Microsoft's library for Node", () => {
  it("signs a user in with PKCE and goes on silently with the refresh token", async () => {
    const client = msal();
    const { verifier, challenge } = await new CryptoProvider().generatePkceCodes();
    const redirectUri = application.redirectUri;
    const address = new URL(
      await client.getAuthCodeUrl({
        scopes,
        redirectUri,
        state: "from msal",
        loginHint: reports,
        prompt: "login",
        codeChallenge: challenge,
        codeChallengeMethod: "S256",
      }),
    );
    expect(address.pathname).toBe(`/${partnerTenant.id}/oauth2/v2.0/authorize`);
    const told = await signInAtPages(emulator, Object.fromEntries(address.searchParams));
    expect(told["state"]).toBe("from msal");
    const result = await client.acquireTokenByCode({
      scopes,
      redirectUri,
      code: told["code"]!,
      codeVerifier: verifier,
    });
    expect(result.account).toMatchObject({ username: reports, tenantId: partnerTenant.id });
    expect(result.scopes).toEqual(expect.arrayContaining(scopes));
    expect(decodeJwt(result.accessToken)["amr"]).toEqual(["pwd", "mfa"]);
    const again = await client.acquireTokenSilent({ scopes, account: result.account!, forceRefresh: true });
    expect(again.fromCache).toBe(false);
    expect(decodeJwt(again.accessToken)).toMatchObject({ upn: reports, amr: ["pwd", "mfa"] });
    expect(again.accessToken).not.toBe(result.accessToken);
  });

  it("sees a revoked sign-in as a reason to ask the user again", async () => {
    const client = msal();
    const redirectUri = application.redirectUri;
    const address = new URL(await client.getAuthCodeUrl({ scopes, redirectUri }));
    const told = await signInAtPages(emulator, Object.fromEntries(address.searchParams));
    const result = await client.acquireTokenByCode({ scopes, redirectUri, code: told["code"]! });
    await emulator.control("POST", "users", {
      tenant: partnerTenant.id,
      userPrincipalName: reports,
      revokeSessions: true,
    });
    await expect(
      client.acquireTokenSilent({ scopes, account: result.account!, forceRefresh: true }),
    ).rejects.toMatchObject({
      name: "InteractionRequiredAuthError",
      errorCode: "invalid_grant",
      subError: "bad_token",
    });
  });

  it("takes a user's password where no second factor is asked for, and names the refusal where one is", async () => {
    const request = { scopes, username: reports, password: emulator.secrets.userPassword };
    await expect(msal().acquireTokenByUsernamePassword(request)).rejects.toMatchObject({
      name: "InteractionRequiredAuthError",
      subError: "basic_action",
    });
    await emulator.control("POST", "settings", { tenant: partnerTenant.id, signIn: { requiresMfa: false } });
    const result = await msal().acquireTokenByUsernamePassword(request);
    expect(decodeJwt(result!.accessToken)).toMatchObject({ upn: reports, amr: ["pwd"], scp: "user_impersonation" });
    await emulator.control("POST", "settings", { tenant: partnerTenant.id, signIn: { requiresMfa: true } });
  });
});
