import { readStackFile } from "../../configuration/stack-file";

describe("a stack file", () => {
  it("gives the values the engine would: scalars as texts, the rest as JSON, an empty key as an empty text", () => {
    const text = `
config:
  partner-insights-access:tenant:
    id: 11111111-1111-4111-8111-111111111111
    experimental: false
  partner-insights-access:permissions: [{ api: Graph, delegated: [openid] }]
  partner-insights-access:rotation: { everyDays: 30 }
  partner-insights-access:migrate: 2026
  partner-insights-access:reportingUser:
  pulumi:disable: true
`;
    expect(readStackFile(text, "Pulumi.x.yaml")).toEqual({
      values: {
        "partner-insights-access:tenant": '{"id":"11111111-1111-4111-8111-111111111111","experimental":false}',
        "partner-insights-access:permissions": '[{"api":"Graph","delegated":["openid"]}]',
        "partner-insights-access:rotation": '{"everyDays":30}',
        "partner-insights-access:migrate": "2026",
        "partner-insights-access:reportingUser": "",
        "pulumi:disable": "true",
      },
      encryptedKeys: [],
      settings: {},
      problems: [],
    });
  });

  it("shows an encrypted value as encrypted, at any depth, and says under which key", () => {
    const text = `
secretsprovider: passphrase
encryptionsalt: v1:abc
config:
  partner-insights-access:migrate:
    secure: v1:Zm9v
  partner-insights-access:rotation:
    everyDays: 90
    request:
      secure: v1:YmFy
  partner-insights-access:permissions: [{ api: { secure: v1:eHh4 } }]
  partner-insights-access:tenant: { secure: v1, other: x }
  partner-insights-access:consent: { secure: 1 }
`;
    const { values, encryptedKeys, problems } = readStackFile(text, "Pulumi.x.yaml");
    expect(problems).toEqual([]);
    expect(encryptedKeys).toEqual([
      "partner-insights-access:migrate",
      "partner-insights-access:rotation",
      "partner-insights-access:permissions",
    ]);
    expect(values["partner-insights-access:migrate"]).toBe("encrypted");
    expect(values["partner-insights-access:rotation"]).toBe('{"everyDays":90,"request":"encrypted"}');
    expect(JSON.stringify(values)).not.toContain("v1:");
  });

  it("may be empty, or without configuration", () => {
    for (const text of ["", "# nothing\n", "---\n", "config:\n", "config: {}\n"]) {
      expect(readStackFile(text, "Pulumi.x.yaml")).toEqual({
        values: {},
        encryptedKeys: [],
        settings: {},
        problems: [],
      });
    }
  });

  it("is refused when it is no YAML, holds no mapping, or a key is not namespace:name", () => {
    const told = (text: string) =>
      readStackFile(text, "Pulumi.x.yaml").problems.map(({ path, message }) => [path, message]);
    expect(told("config: [")).toEqual([[expect.stringMatching(/^Pulumi\.x\.yaml/), "has a bracket that does not end"]]);
    expect(told("config: text")).toEqual([["Pulumi.x.yaml", "has in config something that is not a mapping"]]);
    expect(told("- config")).toEqual([["Pulumi.x.yaml", "holds something that is not a mapping"]]);
    expect(told("encryptionsalt: [a]")).toEqual([
      ["Pulumi.x.yaml", "has in encryptionsalt something that is not a text"],
    ]);
    for (const key of ["tenant", "partner-insights-access:config:tenant", "a:b:c:d", '":tenant"', '"x:"']) {
      expect(told(`config:\n  ${key}: x`)).toEqual([
        [`Pulumi.x.yaml: ${key.replaceAll('"', "")}`, "is a key of another form than namespace:name"],
      ]);
    }
  });

  it("has settings beside its configuration, however their keys are written", () => {
    const text = `
"encryptionsalt": v1:abc
secretsprovider: azurekeyvault://x.vault.azure.net/keys/y
environment: [production]
unknown: { a: 1 }
config: {}
`;
    expect(readStackFile(text, "Pulumi.x.yaml").settings).toEqual({
      encryptionsalt: "v1:abc",
      secretsprovider: "azurekeyvault://x.vault.azure.net/keys/y",
      environment: ["production"],
      unknown: { a: 1 },
    });
  });
});
