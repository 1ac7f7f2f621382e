import { createHash } from "node:crypto";
import { namesSecret, secretShape } from "../../configuration/secret-shapes";
import { showKey, showValue } from "../../configuration/show-value";
import { inventedSecrets } from "./valid-stack";

describe("a text that looks like a secret", () => {
  it.each(Object.entries(inventedSecrets))("is known for %s, alone and in a sentence", (shape, secret) => {
    expect(secretShape(secret)).toBe(shape);
    expect(secretShape(`please use ${secret} until Friday`)).toBe(shape);
  });

  it("is known when it is random, whichever alphabet it was drawn in", () => {
    // Drawn from a hash, so that every run judges the same two hundred.
    const drawn = Array.from({ length: 200 }, (_, n) => createHash("sha256").update(`draw ${n}`).digest());
    const missed = (encoding: "base64" | "base64url") =>
      drawn.filter((bytes) => secretShape(bytes.toString(encoding)) === undefined).length;
    expect(missed("base64")).toBeLessThanOrEqual(4);
    expect(missed("base64url")).toBeLessThanOrEqual(4);
  });

  it("is not an id, a name, an address or a sentence", () => {
    const ordinary = [
      "11111111-1111-4111-8111-111111111111",
      "C0FFEE00-0000-4000-8000-00000000D002",
      "partner-insights-contoso-",
      "rg-PartnerInsights-Prod-001-WestEurope",
      "PartnerInsightsWestEurope01ProductionVault",
      "DelegatedAdminRelationship.ReadWrite.All",
      "reports@contoso.onmicrosoft.com",
      "https://contoso.example/sign-in/PartnerInsights/callback2",
      "9244703a1b2c3d4e5f60718293a4b5c6d7e8f901",
      "/subscriptions/33333333-3333-4333-8333-333333333333/resourceGroups/rg1",
      "Rotated after the audit of 2026-03-01, ticket INC0012345, by Ann O'Neil",
      "1.0.A",
    ];
    expect(ordinary.filter((text) => secretShape(text) !== undefined)).toEqual([]);
  });

  it("is hidden in an error as value and as key", () => {
    const secret = inventedSecrets["a random secret"];
    expect(showValue(secret)).toBe("[hidden]");
    expect(showKey(secret)).toBe("[hidden]");
    expect(showValue("contoso")).toBe('"contoso"');
    expect(showValue({ [secret]: secret })).toBe("a mapping");
    expect(showValue([secret])).toBe("a list of 1");
    expect(showValue("x".repeat(500)).length).toBeLessThan(100);
  });

  it("is announced by a key that names it, but not by a list of people", () => {
    expect(["clientSecret", "password", "refreshToken", "api_key", "pwd"].filter(namesSecret)).toHaveLength(5);
    expect(["refreshTokenReaders", "vault", "tenantId", "everyDays"].filter(namesSecret)).toEqual([]);
  });
});
