import { authorizationUrl, readAuthorization, readPasted } from "../../../cli/sign-in/authorization";
import { judgeSignIn } from "../../../cli/sign-in/judge";
import type { TokenClaims } from "../../../tokens/claims";

const expected = { stack: "contoso", tenantId: "tenant", userName: "reports@contoso.example", clientId: "client" };
const claims = (changes: Partial<TokenClaims> = {}): TokenClaims => ({
  audience: "https://api.partnercenter.microsoft.com",
  tenantId: "tenant",
  clientId: "client",
  scopes: ["user_impersonation"],
  applicationPermissions: [],
  methods: ["pwd", "mfa"],
  userName: "Reports@contoso.example",
  objectId: "object",
  directoryRoles: ["b79fbf4d-3ef9-4689-8143-76b194e85509"],
  issuedAt: undefined,
  expiresAt: undefined,
  ...changes,
});
const codes = (changes: Partial<TokenClaims>) =>
  judgeSignIn(claims(changes), expected).problems.map(({ code }) => code);

describe("a sign-in", () => {
  it("is accepted from the expected user with MFA, whatever the case of the name", () => {
    expect(judgeSignIn(claims(), expected)).toEqual({ problems: [], warnings: [] });
  });

  it.each([
    [{ tenantId: "other" }, ["wrong-tenant"]],
    [{ tenantId: undefined }, ["wrong-tenant"]],
    [{ clientId: "other" }, ["wrong-application"]],
    [{ userName: "admin@contoso.example" }, ["wrong-user"]],
    [{ userName: undefined }, ["wrong-user"]],
    [{ methods: ["pwd"] }, ["no-mfa"]],
    [{ methods: [] }, ["no-mfa"]],
    [{ tenantId: "other", userName: "x", methods: [] }, ["wrong-tenant", "wrong-user", "no-mfa"]],
  ] as const)("is refused for %j", (changes, wanted) => {
    expect(codes(changes)).toEqual(wanted);
  });

  it("is refused when nothing shows who signed in", () => {
    expect(judgeSignIn(undefined, expected).problems.map(({ code }) => code)).toEqual(["unreadable-token"]);
  });

  it("warns of every directory role, also one whose name is not known here", () => {
    const directoryRoles = ["62e90394-69f5-4237-9190-012177145e10", "11111111-2222-4333-8444-555555555555"];
    const [warning] = judgeSignIn(claims({ directoryRoles }), expected).warnings;
    expect(warning).toContain("Global Administrator and directory role 11111111-2222-4333-8444-555555555555");
  });
});

describe("the address", () => {
  const request = {
    ...{ authority: "https://login.microsoftonline.com", tenantId: "tenant", clientId: "client" },
    ...{ redirectUri: "http://localhost:8400/", userName: "a b&c@d", scope: "x y", state: "s", verifier: "verifier" },
  };

  it("carries the hash of the verifier, never the verifier", () => {
    const url = authorizationUrl(request);
    expect(url).not.toContain("verifier");
    expect(Object.fromEntries(new URL(url).searchParams)).toMatchObject({
      login_hint: "a b&c@d",
      code_challenge: "iMnq5o6zALKXGivsnlom_0F5_WYda32GHkxlV7mq7hQ",
      prompt: "login",
      response_type: "code",
    });
  });
});

describe("the answer", () => {
  it("is a code, or Entra's numbers without its prose", () => {
    expect(readAuthorization(new URLSearchParams("code=c&state=s"))).toEqual({ code: "c" });
    const prose = "error=access_denied&error_description=AADSTS50105%3A+Your+administrator+reports%40contoso";
    expect(readAuthorization(new URLSearchParams(prose))).toEqual({ oauthError: "access_denied", numbers: [50105] });
    expect(readAuthorization(new URLSearchParams("code="))).toBeUndefined();
    expect(readAuthorization(new URLSearchParams("error=%0Aevil"))).toEqual({ oauthError: "error", numbers: [] });
  });

  it.each([
    ["no address", /not an address/],
    ["http://localhost:8401/?code=c&state=s", /must begin with/],
    ["http://localhost:8400/x?code=c&state=s", /must begin with/],
    ["https://localhost:8400/?code=c&state=s", /must begin with/],
    ["http://localhost:8400/?code=c&state=other", /another sign-in/],
    ["http://localhost:8400/?code=c", /another sign-in/],
  ])("that is pasted as %s is refused in words", (text, why) => {
    expect(readPasted(text, "http://localhost:8400/", "s")).toMatch(why);
  });

  it("that is pasted with blanks around it is read", () => {
    const read = readPasted("  http://localhost:8400/?code=c&state=s \n", "http://localhost:8400/", "s");
    expect(read).toBeInstanceOf(URLSearchParams);
  });
});
