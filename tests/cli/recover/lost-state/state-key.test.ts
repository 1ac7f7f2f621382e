import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { refuseOtherKey, secretsProvider } from "../../../../cli/recover/state-key";

const service = "azurekeyvault://fabrikam-pulumi-key.vault.azure.net/keys/pulumi";
let projectDirectory: string;
beforeEach(() => {
  projectDirectory = mkdtempSync(join(tmpdir(), "partner-access-key-"));
  writeFileSync(join(projectDirectory, "Pulumi.yaml"), "name: partner-insights-access\nruntime: nodejs\n");
});
afterEach(() => rmSync(projectDirectory, { recursive: true, force: true }));

const named = (text: string) => {
  writeFileSync(join(projectDirectory, "Pulumi.contoso.yaml"), text);
  return secretsProvider({ projectDirectory }, "contoso");
};
const exported = (type?: string) =>
  JSON.stringify({ deployment: type === undefined ? null : { secrets_providers: { type } } });

describe("the key of a state that is begun anew", () => {
  it("is the one that the stack's file names", () => {
    expect(named(`secretsprovider: ${service}\nencryptedkey: abc\nconfig: {}\n`)).toBe(service);
    for (const text of ["config: {}\n", "", "secretsprovider: passphrase\n", "secretsprovider: 7\n"]) {
      expect(named(text)).toBeUndefined();
    }
    expect(secretsProvider({ projectDirectory }, "fabrikam")).toBeUndefined();
  });

  it("is never a passphrase in place of a key service", () => {
    expect(() => refuseOtherKey("contoso", exported("passphrase"), service)).toThrow(
      expect.objectContaining({
        problems: [
          {
            code: "other-key",
            message:
              "the stack's file names azurekeyvault for the secrets in the state of contoso, and the state has a passphrase",
            fix: "Remove that state (pulumi stack rm contoso), restore the lines secretsprovider and encryptedkey in the file, and run this again.",
          },
        ],
      }),
    );
    expect(() => refuseOtherKey("contoso", exported("cloud"), service)).not.toThrow();
    expect(() => refuseOtherKey("contoso", exported(), service)).not.toThrow();
    expect(() => refuseOtherKey("contoso", exported("passphrase"), undefined)).not.toThrow();
  });
});
