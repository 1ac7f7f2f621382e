import { readClaims } from "../../tokens/claims";
import type { TokenFlow } from "../../tokens/flow";
import { type CallFacts, callChecks, claimChecks, tokenCheck } from "../../tokens/verification";

const tenantId = "11111111-1111-4111-8111-111111111111";
const now = Date.parse("2026-03-01T08:00:00Z");
const seconds = now / 1000;
const good = {
  aud: "https://api.partnercenter.microsoft.com",
  tid: tenantId,
  appid: "client",
  scp: "user_impersonation",
  amr: ["pwd", "mfa"],
  upn: "Reports@contoso.example",
  iat: seconds,
  exp: seconds + 4500,
};
const tokenWith = (payload: object) => `e30.${Buffer.from(JSON.stringify(payload)).toString("base64url")}.signature`;
const expected = {
  audiences: ["https://api.partnercenter.microsoft.com", "fa3d9a0c-3fb0-42cc-9193-47c7ecd2edbd"],
  tenantId,
  userName: "reports@contoso.example",
};
const results = (changes: object, flow: TokenFlow = "refresh-token") =>
  Object.fromEntries(
    claimChecks(readClaims(tokenWith({ ...good, ...changes })), expected, flow, now).map((it) => [it.name, it]),
  );

describe("the claims", () => {
  it("of a good token are all ok, and say what was seen", () => {
    expect(Object.values(results({})).map(({ name, result, detail }) => [name, result, detail])).toEqual([
      ["audience", "ok", "For https://api.partnercenter.microsoft.com."],
      ["tenant", "ok", `Of tenant ${tenantId}.`],
      ["scope", "ok", "With user_impersonation."],
      ["user", "ok", "Acts as Reports@contoso.example."],
      ["mfa", "ok", "The user passed MFA (pwd, mfa)."],
      ["lifetime", "ok", "Valid for 75 minutes more."],
    ]);
  });

  it("may name the API by its client id, as v2 tokens do, and the application and user by v2's names", () => {
    const v2 = { aud: "fa3d9a0c-3fb0-42cc-9193-47c7ecd2edbd", appid: undefined, azp: "client", upn: undefined };
    const checks = results({ ...v2, preferred_username: "reports@contoso.example" });
    expect(Object.values(checks).every(({ result }) => result === "ok")).toBe(true);
  });

  it.each<[string, object, string]>([
    ["audience", { aud: "https://graph.microsoft.com" }, "wrong-audience"],
    ["audience", { aud: undefined }, "wrong-audience"],
    ["tenant", { tid: "22222222-2222-4222-8222-222222222222" }, "wrong-tenant"],
    ["scope", { scp: "openid profile" }, "no-consent"],
    ["scope", { scp: undefined }, "no-consent"],
    ["user", { upn: "admin@contoso.example" }, "wrong-user"],
    ["mfa", { amr: ["pwd"] }, "mfa-missing"],
    ["mfa", { amr: undefined }, "mfa-missing"],
    ["lifetime", { exp: seconds - 60 }, "clock"],
  ])("fail in %s for %j alone", (name, changes, code) => {
    const checks = results(changes);
    expect(checks[name]).toMatchObject({
      result: "failed",
      code,
      fix: expect.stringMatching(/.(?:\.| -s STACK[^.]*)$/),
    });
    expect(Object.values(checks).filter(({ result }) => result !== "ok")).toHaveLength(1);
  });

  it("without MFA after a password say that a password never shows it", () => {
    expect(results({ amr: ["pwd"] }, "password")["mfa"]?.fix).toContain("A password alone never shows MFA");
  });

  it("of an app-only token have no user, no permission and no MFA to look for", () => {
    expect(Object.keys(results({ scp: undefined, amr: undefined, upn: undefined }, "app-only"))).toEqual([
      "audience",
      "tenant",
      "lifetime",
    ]);
  });

  it.each(["", "abc", "a.b", "a.e30.c.d", "a.bm90IGpzb24.c", "a.W10.c"])(
    "of %j cannot be read, and that proves nothing",
    (text) => {
      expect(claimChecks(readClaims(text), expected, "refresh-token", now)).toMatchObject([
        { name: "claims", result: "cannot-tell", code: "opaque-token" },
      ]);
    },
  );
});

describe("the calls", () => {
  const fine: CallFacts = {
    probe: { answer: { isMfaCompliant: true } },
    enrolment: { answer: { mpnId: "4391507" } },
    insights: { answer: { datasets: 20, isRedacted: false } },
  };
  const refused = (status: number | undefined, code?: string, isTemporary = false) => ({
    refused: { status, code, isTemporary },
  });
  const codes = (changes: Partial<CallFacts>, flow: TokenFlow = "refresh-token") =>
    callChecks({ ...fine, ...changes }, flow).map(({ name, result, code }) => [name, result, code]);

  it("that work are ok", () => {
    expect(codes({})).toEqual([
      ["partner-center", "ok", undefined],
      ["enrolment", "ok", undefined],
      ["insights", "ok", undefined],
    ]);
  });

  it.each<[string, Partial<CallFacts>, string, string, string]>([
    [
      "Partner Center does not count it as MFA",
      { probe: { answer: { isMfaCompliant: false } } },
      "partner-center",
      "failed",
      "mfa-missing",
    ],
    [
      "Partner Center does not say",
      { probe: { answer: { isMfaCompliant: undefined } } },
      "partner-center",
      "warning",
      "mfa-unsaid",
    ],
    ["Partner Center refuses for MFA", { probe: refused(401, "900421") }, "partner-center", "failed", "mfa-missing"],
    [
      "Partner Center refuses the audience",
      { probe: refused(401, "900420") },
      "partner-center",
      "failed",
      "wrong-audience",
    ],
    ["nobody is enrolled", { enrolment: { answer: { mpnId: undefined } } }, "enrolment", "failed", "not-enrolled"],
    [
      "Partner Center is down",
      { enrolment: refused(503, undefined, true) },
      "enrolment",
      "cannot-tell",
      "service-down",
    ],
    [
      "Insights left data out",
      { insights: { answer: { datasets: 3, isRedacted: true } } },
      "insights",
      "warning",
      "data-redacted",
    ],
    ["Insights refuses an enrolled user", { insights: refused(403) }, "insights", "failed", "role-missing"],
    ["Insights wants MFA", { insights: refused(401, "900421") }, "insights", "failed", "mfa-missing"],
    ["Insights refuses the token", { insights: refused(401) }, "insights", "failed", "token-refused"],
    ["Insights is down", { insights: refused(500, undefined, true) }, "insights", "cannot-tell", "service-down"],
    [
      "nothing answers",
      { insights: refused(undefined, "ECONNREFUSED", true) },
      "insights",
      "cannot-tell",
      "service-down",
    ],
    ["Insights refuses the request", { insights: refused(400, "42") }, "insights", "failed", "42"],
  ])("say apart that %s", (_name, changes, name, result, code) => {
    expect(codes(changes)).toContainEqual([name, result, code]);
    expect(codes(changes).filter(([, it]) => it !== "ok")).toHaveLength(1);
  });

  it("blame a refusal of Insights on the missing enrolment where there is none", () => {
    const changes = { enrolment: { answer: { mpnId: undefined } }, insights: refused(403) };
    expect(codes(changes).at(-1)).toEqual(["insights", "failed", "not-enrolled"]);
  });

  it("with an app-only token are Insights alone, which wants a user", () => {
    const alone = { probe: undefined, enrolment: undefined };
    for (const status of [401, 403, 404]) {
      const found = codes({ ...alone, insights: refused(status) }, "app-only");
      expect(found).toEqual([["insights", "failed", "needs-user"]]);
    }
    const audience = codes({ ...alone, insights: refused(401, "900420") }, "app-only");
    expect(audience).toEqual([["insights", "failed", "wrong-audience"]]);
  });

  it("name the next step for each: the role, the enrolment, the sign-in", () => {
    const fixOf = (changes: Partial<CallFacts>) =>
      callChecks({ ...fine, ...changes }, "refresh-token").find((it) => it.fix !== "")?.fix;
    expect(fixOf({ insights: refused(403) })).toContain(
      "npm run partner-access -- roles -s STACK --with-token --assign",
    );
    expect(fixOf({ enrolment: { answer: { mpnId: undefined } } })).toContain("enrol");
    expect(fixOf({ probe: refused(401, "900421") })).toContain("npm run partner-access -- sign-in");
    expect(fixOf({ insights: refused(503, undefined, true) })).toBe("Nothing to do here: try again later.");
  });

  it("after a token that was refused are not made: its own cause stands alone", () => {
    expect(tokenCheck({ code: "AADSTS50173", cause: "It was revoked.", nextStep: "Sign in." })).toEqual({
      name: "token",
      result: "failed",
      detail: "It was revoked. (AADSTS50173)",
      fix: "Sign in.",
      code: "AADSTS50173",
    });
  });
});
