import { createTokenSource } from "../../tokens";

describe("createTokenSource", () => {
  it("names every mistake of its caller at once, before it asks anybody", () => {
    const options = { vaultUri: "fabrikam", prefix: "a/b", flow: "magic" as "app-only" };
    expect(() => createTokenSource(options)).toThrow(
      [
        "createTokenSource:",
        ' - vaultUri must be a vault\'s address like https://fabrikam.vault.azure.net, got "fabrikam"',
        ' - prefix must be letters, digits and hyphens like partner-insights-contoso-, got "a/b"',
        ' - flow must be one of refresh-token, password, app-only, got "magic"',
      ].join("\n"),
    );
    const needy = { vaultUri: "https://v.vault.azure.net", prefix: "p-", flow: "password" } as const;
    expect(() => createTokenSource(needy)).toThrow("the flow password needs user");
  });
});
