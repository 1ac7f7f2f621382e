import { otherKeyLines } from "../../../cli/review/state-key";
import { readStackSettings } from "../../../configuration/file-settings";

const url = "azurekeyvault://fabrikam-key.vault.azure.net/keys/pulumi";
const other = "azurekeyvault://evil.vault.azure.net/keys/pulumi";
const cloud = { type: "cloud", state: { url, encryptedkey: "AAAAwrapped" } };
const passphrase = { type: "passphrase", state: { salt: "v1:AAAA=:v1:BBBB:CCCC==" } };
const service = { type: "service", state: { url: "https://api.pulumi.com", owner: "o", project: "p", stack: "s" } };

const lines = (provider: object | undefined, file: string) =>
  otherKeyLines(JSON.stringify({ deployment: { secrets_providers: provider } }), readStackSettings("text", file));
const keysIn = (found: readonly string[]) => found.map((line) => /: (\w+) is/.exec(line)?.[1]);

describe("the key of a state", () => {
  it.each([
    ["a key service", cloud, `secretsprovider: ${url}\nencryptedkey: AAAAwrapped\nconfig: {}\n`],
    ["a passphrase", passphrase, "encryptionsalt: v1:AAAA=:v1:BBBB:CCCC==\nconfig: {}\n"],
    ["a passphrase by name", passphrase, "secretsprovider: passphrase\nencryptionsalt: v1:AAAA=:v1:BBBB:CCCC==\n"],
    ["Pulumi Cloud", service, "config: {}\n"],
    ["nothing encrypted yet", undefined, `secretsprovider: ${url}\n`],
  ])("is the file's: %s", (_, provider, file) => {
    expect(lines(provider, file)).toEqual([]);
  });

  it.each([
    ["another key service", cloud, `secretsprovider: ${other}\nencryptedkey: AAAAwrapped\n`, ["secretsprovider"]],
    ["another wrapped key", cloud, `secretsprovider: ${url}\nencryptedkey: BBBBwrapped\n`, ["encryptedkey"]],
    ["no wrapped key", cloud, `secretsprovider: ${url}\n`, ["encryptedkey"]],
    [
      "a passphrase for a key service",
      cloud,
      "encryptionsalt: v1:x\n",
      ["secretsprovider", "encryptedkey", "encryptionsalt"],
    ],
    ["nothing for a key service", cloud, "config: {}\n", ["secretsprovider", "encryptedkey"]],
    ["another salt", passphrase, "encryptionsalt: v1:DDDD\n", ["encryptionsalt"]],
    ["no salt", passphrase, "config: {}\n", ["encryptionsalt"]],
    [
      "a key service for a passphrase",
      passphrase,
      `secretsprovider: ${other}\nencryptedkey: x\nencryptionsalt: v1:AAAA=:v1:BBBB:CCCC==\n`,
      ["secretsprovider", "encryptedkey"],
    ],
    ["a passphrase in place of Pulumi Cloud", service, "secretsprovider: passphrase\n", ["secretsprovider"]],
  ])("is another one by the file: %s", (_, provider, file, keys) => {
    const found = lines(provider, file);
    expect(keysIn(found)).toEqual(keys);
    expect(found.join()).not.toMatch(/wrapped|v1:/);
  });
});
