import { explainRefusal, type Refusal } from "../../tokens/explain";

describe("a number nobody knows", () => {
  const refusal = (oauthError: string | undefined, changes: Partial<Refusal> = {}): Refusal => ({
    ...{ status: 400, oauthError, numbers: [5_999_999], failure: undefined, correlationId: "c-1", isTemporary: false },
    ...changes,
  });

  it("is explained by OAuth's own word, which Microsoft asks clients to decide by", () => {
    expect(explainRefusal(refusal("interaction_required"), "refresh-token")).toMatchObject({
      code: "AADSTS5999999",
      cause: "Entra requires an interaction that only a browser can provide.",
      nextStep: expect.stringContaining("npm run partner-access -- sign-in"),
    });
  });

  it("under a word nobody knows keeps the number, the status and the correlation id for Microsoft's support", () => {
    const { code, cause } = explainRefusal(refusal("brand_new"), "app-only");
    expect([code, cause]).toEqual(["AADSTS5999999", "Entra refused the request (status 400, correlation id c-1)."]);
  });

  it("of an outage says to ask again", () => {
    const outage = refusal(undefined, { status: 503, numbers: [], isTemporary: true });
    expect(explainRefusal(outage, "app-only")).toMatchObject({ code: "status 503", isTemporary: true });
    const offline = refusal(undefined, { status: undefined, numbers: [], failure: "ECONNREFUSED", isTemporary: true });
    expect(explainRefusal(offline, "app-only")).toMatchObject({ code: "ECONNREFUSED", isTemporary: true });
  });
});
