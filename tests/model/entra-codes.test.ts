import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createTokenEndpoint, type TokenGrant } from "../../clients/entra/token-endpoint";
import { entraCauses } from "../../model/entra-codes";
import { homeTenant, partnerTenant } from "../../offline/emulator/seed/constants";
import { partnerCenterAppId } from "../../offline/emulator/world/microsoft-applications";
import { explainRefusal, type Refusal } from "../../tokens/explain";
import { scopeOf, type TokenFlow } from "../../tokens/flow";
import type { TokenError } from "../../tokens/token-error";
import { emulatorFetch } from "../support/driver/emulator-fetch";
import { startTestEmulator, type TestEmulator } from "../support/emulator";
import { makePartnerApplication, type PartnerApplication } from "../support/partner-application";
import { oneTimeCodeOf, PersonAtPages, signInAtPages } from "../support/sign-in-pages";

let emulator: TestEmulator;
let application: PartnerApplication;
let back: () => void;
let outside: ReturnType<typeof emulatorFetch>;
/** Changes a request's form as it leaves, so that a request nobody here makes can be made. */
let form: (body: URLSearchParams) => void = () => undefined;
const after = (prepare: () => Promise<unknown>, ask: () => Promise<TokenError>) => async () => {
  await prepare();
  return ask();
};
const withForm = <T>(change: typeof form, ask: () => T): T => {
  form = change;
  return ask();
};

beforeAll(async () => {
  emulator = await startTestEmulator();
  application = await makePartnerApplication(emulator);
  back = emulator.snapshot();
  outside = emulatorFetch(emulator);
});
afterAll(async () => {
  outside.stop();
  await emulator.stop();
});
beforeEach(() => {
  emulator.forgetTokens();
  back();
  form = () => undefined;
});

const api = "https://api.partnercenter.microsoft.com";
const reports = partnerTenant.reportingUser.userPrincipalName;
const as = "partner-administrator";

const user = (changes: object) =>
  emulator.control("POST", "users", { tenant: partnerTenant.id, userPrincipalName: reports, ...changes });
const settings = (signIn: object) => emulator.control("POST", "settings", { tenant: partnerTenant.id, signIn });
const noMfa = () => settings({ requiresMfa: false });
const advance = (duration: string) => emulator.control("POST", "clock", { advance: duration });
const graph = async (method: string, path: string, body?: unknown) => {
  const answer = await emulator.call(method, `/v1.0/${path}`, { as, body });
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
  return answer.body;
};
const signedIn = async (mfa = true): Promise<string> => {
  const { clientId } = application;
  const body = { tenant: partnerTenant.id, userPrincipalName: reports, clientId, mfa };
  return (await emulator.control("POST", "refresh-tokens", body)).refreshToken;
};

interface Ask {
  readonly tenantId?: string;
  readonly clientId?: string;
  readonly secret?: string;
  readonly resource?: string;
}

/** Asks through the real client, and explains the refusal as a token source does. */
async function refusalOf(grant: TokenGrant, flow: TokenFlow, changes: Ask = {}): Promise<TokenError> {
  const fetcher: typeof fetch = (url, init) => {
    form(init?.body as URLSearchParams);
    return outside.fetch(url, init);
  };
  const { clientId, secret } = application;
  const client = { authority: emulator.origin, tenantId: partnerTenant.id, clientId, secret, ...changes };
  const { refused } = await createTokenEndpoint({ fetch: fetcher, budgetMs: 0 })(client, grant);
  if (refused === undefined) throw new Error("Entra issued a token");
  return explainRefusal(refused, flow);
}

const byPassword = (changes: Ask & { userName?: string; password?: string } = {}) => {
  const { userName = reports, password = emulator.secrets.userPassword, resource = api, ...client } = changes;
  return refusalOf({ kind: "password", userName, password, scope: scopeOf("password", resource) }, "password", client);
};
const byRefreshToken = (refreshToken: string, { resource = api, ...client }: Ask = {}) =>
  refusalOf(
    { kind: "refresh-token", refreshToken, scope: scopeOf("refresh-token", resource) },
    "refresh-token",
    client,
  );
const appOnly = (changes: Ask = {}) =>
  refusalOf({ kind: "app-only", scope: scopeOf("app-only", changes.resource ?? api) }, "app-only", changes);
const byCode = (code: string) =>
  refusalOf({ kind: "code", code, verifier: "", redirectUri: application.redirectUri, scope: api }, "refresh-token");

const pages = () => ({
  client_id: application.clientId,
  response_type: "code",
  redirect_uri: application.redirectUri,
  scope: scopeOf("refresh-token", api),
});
/** What the sign-in pages say, or send back, as the refusal it stands for. */
const fromPages = async (person: PersonAtPages): Promise<TokenError> => {
  const text = person.problem ?? (() => JSON.stringify(person.sentBack().told))();
  const number = Number(/AADSTS(\d+):/.exec(text)?.[1]);
  const refused: Refusal = {
    ...{ status: 400, oauthError: "access_denied", numbers: [number] },
    ...{ failure: undefined, correlationId: undefined, isTemporary: false },
  };
  return explainRefusal(refused, "refresh-token");
};
const openPages = (changes: object = {}) => new PersonAtPages(emulator).open({ ...pages(), ...changes });
const atPages = async (step: "password" | "code") => {
  const person = await openPages();
  await person.fill({ login: reports, passwd: emulator.secrets.userPassword });
  if (step === "code") await person.fill({ otc: await oneTimeCodeOf(emulator) });
  return person;
};
const withoutConsent = () => graph("DELETE", `oauth2PermissionGrants/${application.grants.partnerCenter}`);
/** Answers the next token request with a number that the emulator has no reason for. */
const withFault = async (number: number, ask: () => Promise<TokenError>) => {
  const body = { error: "invalid_grant", error_codes: [number], error_description: `AADSTS${number}: It is so.` };
  await emulator.control("POST", "faults", [
    { service: "entra", method: "POST", when: "before", action: "status", status: 400, body },
  ]);
  return ask().finally(() => emulator.control("POST", "faults", []));
};
const worldOf = (id: string) => {
  const tenant = emulator.world.tenants.get(id);
  if (tenant === undefined) throw new Error(`no tenant ${id}`);
  return tenant;
};

/** The codes that the emulated Entra raises: how each comes about, and what the sentences must say. */
const table: readonly [number: number, raise: () => Promise<TokenError>, cause: RegExp, nextStep: RegExp][] = [
  [50034, () => byPassword({ userName: "nobody@contoso.example" }), /no such user/, /reportingUser/],
  [
    500341,
    async () => {
      const token = await signedIn();
      // Graph's way to delete a user is not emulated.
      worldOf(partnerTenant.id).users.remove(partnerTenant.reportingUser.objectId);
      return byRefreshToken(token);
    },
    /was deleted/,
    /restore the user/,
  ],
  [
    50020,
    async () => {
      const token = await signedIn();
      // The application in a second tenant, as consent there would leave it: the emulated Graph makes no principals of others' applications.
      const principal = worldOf(partnerTenant.id).servicePrincipals.get(application.principalId);
      if (principal === undefined) throw new Error("no principal");
      worldOf(homeTenant.id).servicePrincipals.put({ ...principal, id: "c0ffee00-0000-4000-8000-000000000001" });
      return byRefreshToken(token, { tenantId: homeTenant.id });
    },
    /belongs to another tenant/,
    /this tenant: npm run partner-access -- sign-in/,
  ],
  [
    50053,
    async () => {
      await noMfa();
      for (let guess = 0; guess < 10; guess += 1) await byPassword({ password: `guess ${guess}` });
      return byPassword();
    },
    /locked/,
    /Wait/,
  ],
  [50055, after(() => user({ passwordExpired: "cloud" }), byPassword), /password has expired/, /Change it/],
  [50144, after(() => user({ passwordExpired: "on-premises" }), byPassword), /local Active Directory/, /Change/],
  [50057, after(() => user({ blocked: true }), byPassword), /disabled/, /administrator .* enable/],
  [50126, () => byPassword({ password: "wrong" }), /name or password is wrong/, /before the account is locked/],
  [
    50072,
    after(
      () => user({ mfa: false }),
      async () => fromPages(await (await atPages("password")).cancel()),
    ),
    /register/,
    /sign-in/,
  ],
  [
    50074,
    async () => {
      const person = await atPages("password");
      for (let tries = 0; tries < 3; tries += 1) await person.fill({ otc: "wrong" });
      return fromPages(person);
    },
    /did not pass/,
    /sign-in/,
  ],
  [50076, () => byPassword(), /asks for MFA/, /carries MFA, after one sign-in: npm run partner-access -- sign-in/],
  [50076, async () => byRefreshToken(await signedIn(false)), /asks for MFA/, /Sign in again with MFA.*sign-in/],
  [
    50078,
    async () => {
      const token = await signedIn();
      await settings({ mfaLifetimeHours: 24 });
      await advance("P2D");
      return byRefreshToken(token);
    },
    /MFA of the last sign-in has expired/,
    /sign-in/,
  ],
  [50079, after(() => user({ mfa: false }), byPassword), /has not registered/, /sign-in/],
  [50158, after(() => user({ externalMfa: true }), byPassword), /own MFA provider/, /sign-in/],
  [
    50173,
    async () => {
      const token = await signedIn();
      await user({ revokeSessions: true });
      return byRefreshToken(token);
    },
    /revoked/,
    /Sign in again/,
  ],
  [
    50196,
    async () => {
      await noMfa();
      await settings({ loopLimit: 1 });
      await byPassword().catch(() => undefined);
      return byPassword();
    },
    /loop/,
    /one token source/,
  ],
  ...(
    [
      [53000, "compliant-device", /compliant device/],
      [53001, "joined-device", /joined to the domain/],
      [53002, "approved-client", /approved client/],
      [53003, "block", /Conditional Access blocks/],
      [530032, "security-policy", /security policy/],
    ] as const
  ).flatMap(([number, conditionalAccess, cause]): (typeof table)[number][] => [
    [number, after(() => settings({ conditionalAccess }), byPassword), cause, /carries MFA.*sign-in/],
    [
      number,
      after(
        () => settings({ conditionalAccess }),
        async () => byRefreshToken(await signedIn()),
      ),
      cause,
      /administrator/,
    ],
  ]),
  [
    530035,
    after(() => settings({ conditionalAccess: "security-defaults" }), byPassword),
    /Security defaults/,
    /carries MFA.*sign-in/,
  ],
  [
    65001,
    after(async () => [await noMfa(), await withoutConsent()], byPassword),
    /There is no consent/,
    /-- up -s STACK`.*-- drift -s STACK$/,
  ],
  [
    65001,
    after(withoutConsent, async () => byRefreshToken(await signedIn())),
    /There is no consent/,
    /-- up -s STACK`.*-- drift -s STACK$/,
  ],
  [65004, async () => fromPages(await (await openPages()).cancel()), /cancelled, or the user declined/, /sign-in/],
  [
    650052,
    async () => fromPages(await openPages({ scope: "https://api.partner.microsoft.com/user_impersonation" })),
    /not enabled the API/,
    /open Partner Center once/,
  ],
  [
    650056,
    async () => {
      await noMfa();
      await graph("PATCH", `applications/${application.objectId}`, { requiredResourceAccess: [] });
      form = (body) => body.set("scope", `${api}/.default`);
      return byPassword();
    },
    /requests no permission/,
    /npm run partner-access -- up/,
  ],
  [
    650057,
    () => byPassword({ resource: "https://vault.azure.net" }),
    /not among the permissions/,
    /npm run partner-access -- up/,
  ],
  [500011, () => byPassword({ resource: "https://x.example" }), /no service principal/, /open Partner Center once/],
  [
    70008,
    async () => {
      const { code = "" } = await signInAtPages(emulator, pages());
      await advance("PT11M");
      return byCode(code);
    },
    /has expired/,
    /Sign in again/,
  ],
  [
    700082,
    async () => {
      const token = await signedIn();
      await advance("P90D");
      return byRefreshToken(token);
    },
    /90 days/,
    /Sign in again/,
  ],
  [
    70043,
    async () => {
      const token = await signedIn();
      await settings({ signInFrequencyHours: 24 });
      await advance("P2D");
      return byRefreshToken(token);
    },
    /sign-in frequency/,
    /Sign in again/,
  ],
  [70000, async () => byRefreshToken(`${await signedIn()}x`), /does not accept the refresh token/, /Sign in again/],
  [
    54005,
    async () => {
      const { code = "" } = await signInAtPages(emulator, pages());
      await byCode(code).catch(() => undefined);
      return byCode(code);
    },
    /already been used/,
    /Sign in again/,
  ],
  [700016, () => appOnly({ clientId: partnerCenterAppId }), /no such application/, /tenant\.id/],
  [700016, () => appOnly({ tenantId: homeTenant.id }), /no such application/, /tenant\.id/],
  [7000215, () => appOnly({ secret: "wrong" }), /does not accept the client secret/, /vault again/],
  [
    7000218,
    () => withForm((body) => body.delete("client_secret"), appOnly),
    /no client secret/,
    /mistake in the request/,
  ],
  [
    700025,
    async () => {
      const token = await signedIn();
      await noMfa();
      await graph("PATCH", `applications/${application.objectId}`, { isFallbackPublicClient: true });
      form = (body) => body.delete("client_secret");
      const own = await emulator.requestToken({
        ...{ client_id: application.clientId, grant_type: "password", username: reports },
        ...{ password: emulator.secrets.userPassword, scope: scopeOf("password", api) },
      });
      form = () => undefined;
      return byRefreshToken(own.body?.refresh_token ?? token);
    },
    /public client/,
    /npm run partner-access -- up/,
  ],
  [7000222, after(() => advance("P800D"), appOnly), /has expired/, /npm run partner-access -- rotate/],
  [
    7000112,
    async () => {
      await graph("PATCH", `servicePrincipals/${application.principalId}`, { accountEnabled: false });
      return appOnly();
    },
    /disabled/,
    /npm run partner-access -- resume/,
  ],
  [
    7000229,
    async () => {
      await graph("DELETE", `servicePrincipals/${application.principalId}`);
      return appOnly();
    },
    /no service principal/,
    /npm run partner-access -- up/,
  ],
  [9001023, () => byPassword({ tenantId: "common" }), /shared addresses/, /tenant's id/],
  [90002, () => appOnly({ tenantId: "nowhere.example" }), /no such tenant/, /tenant\.id/],
  ...([false, true] as const).map((adminConsentWorkflow): (typeof table)[number] => [
    adminConsentWorkflow ? 90095 : 90094,
    async () => {
      await withoutConsent();
      await settings({ adminConsentWorkflow });
      return fromPages(await atPages("code"));
    },
    /administrator's consent/,
    /npm run partner-access -- up/,
  ]),
  [901002, () => withForm((body) => body.set("resource", api), appOnly), /older endpoint/, /mistake in the request/],
  [9002313, () => byRefreshToken("garbage"), /could not read/, /mistake in the request/],
  [
    50105,
    after(
      () => noMfa(),
      async () => byPassword({ userName: "admin@contoso.example" }),
    ),
    /not assigned/,
    /assign the user/,
  ],
  [
    501051,
    async () => {
      await graph("PATCH", `servicePrincipals/${application.partnerCenterId}`, { appRoleAssignmentRequired: true });
      return appOnly();
    },
    /not assigned to a role/,
    /flow with a user/,
  ],
  [
    50011,
    async () => fromPages(await openPages({ redirect_uri: "https://evil.example/" })),
    /redirect address/,
    /redirectUri/,
  ],
];

const oneCloud = "the emulator is one cloud";
/** The codes that have sentences and that nothing in the emulator raises, each with the reason; a fault stands in for Entra. */
const notEmulated: readonly [number: number, reason: string, cause: RegExp, nextStep: RegExp][] = [
  [50056, "every user of the emulator has a password in the directory", /no password/, /refresh-token flow/],
  [700011, "Microsoft describes it as it does 700016, which is what the emulator says", /no such app/, /tenant\.id/],
  [
    90033,
    "the emulator has no directory service behind it that could be away",
    /temporarily unavailable/,
    /few minutes/,
  ],
  [90038, oneCloud, /another national cloud/, /tenant\.cloud/],
  [900382, oneCloud, /across clouds/, /tenant\.cloud/],
  [900432, oneCloud, /across clouds/, /tenant\.cloud/],
  [90099, "no tenant of the emulator is a partner's customer", /customer tenant/, /own tenant only/],
];

const expectExplained = (error: TokenError, number: number, cause: RegExp, nextStep: RegExp) => {
  expect(error.code).toBe(`AADSTS${number}`);
  expect(error.cause).toMatch(cause);
  expect(error.nextStep).toMatch(nextStep);
  for (const secret of [application.secret, emulator.secrets.userPassword]) expect(error.message).not.toContain(secret);
};

describe("a refusal of Entra", () => {
  it.each(table)("AADSTS%d is answered with its cause and what to do", async (number, raise, cause, nextStep) => {
    expectExplained(await raise(), number, cause, nextStep);
  });

  it.each(notEmulated)("AADSTS%d is answered too, though %s", async (number, _reason, cause, nextStep) => {
    expectExplained(await withFault(number, byPassword), number, cause, nextStep);
  });

  it("is raised by the emulated Entra for every code that has a likely cause, but for those named with a reason", () => {
    const numbers = (rows: readonly (readonly [number, ...unknown[]])[]) => [
      ...new Set(rows.map(([number]) => number)),
    ];
    const known = [...numbers(table), ...numbers(notEmulated)].sort((one, other) => one - other);
    expect(known).toEqual(Object.keys(entraCauses).map(Number));
  });

  it("is named as not emulated only where no line of the emulated Entra has its number", () => {
    const folder = join(__dirname, "../../offline/emulator/services/entra");
    const source = readdirSync(folder)
      .map((name) => readFileSync(join(folder, name), "utf8"))
      .join("\n");
    const numbers = new Set(source.match(/\d+/g)?.map(Number));
    expect(notEmulated.filter(([number]) => numbers.has(number))).toEqual([]);
  });

  it("has one sentence for each part, and never a word twice for two parts", () => {
    for (const [number, { cause, nextStep, withPassword = "It." }] of Object.entries(entraCauses)) {
      for (const text of [cause, nextStep, withPassword]) {
        if (!/^[A-Z].*(?:\.| -s STACK(?: --\S+ \S+)?)$/s.test(text)) throw new Error(`${number}: ${text}`);
      }
      expect(cause).not.toBe(nextStep);
    }
  });
});
