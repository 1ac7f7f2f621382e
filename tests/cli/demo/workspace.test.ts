import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createWorkspace } from "../../../cli/demo/workspace";
import { readStackFile } from "../../../configuration/stack-file";

const root = resolve(__dirname, "../../..");
const dev = readFileSync(join(root, "Pulumi.dev.yaml"), "utf8");
let checkout: string;
beforeEach(() => {
  checkout = mkdtempSync(join(tmpdir(), "partner-access-checkout-"));
  copyFileSync(join(root, "Pulumi.yaml"), join(checkout, "Pulumi.yaml"));
});
afterEach(() => rmSync(checkout, { recursive: true, force: true }));

async function copied(): Promise<(name: string) => string | undefined> {
  const { directory, remove } = await createWorkspace(checkout);
  const found = new Map(
    ["Pulumi.dev.yaml", "Pulumi.broken.yaml", "Pulumi.link.yaml"]
      .filter((name) => existsSync(join(directory, name)))
      .map((name) => [name, readFileSync(join(directory, name), "utf8")]),
  );
  await remove();
  return (name) => found.get(name);
}

describe("the copy of a checkout", () => {
  it.each([
    ["a passphrase", "encryptionsalt: v1:abc=:v1:def\n"],
    ["a passphrase, quoted, on top", '"encryptionsalt": "v1:abc"\n'],
    ["a key service", "secretsprovider: azurekeyvault://x.vault.azure.net/keys/y\nencryptedkey: abc\n"],
  ])("has a state of its own, where the checkout's has %s", async (_, keys) => {
    for (const text of [`${keys}${dev}`, `${dev}${keys}`]) {
      writeFileSync(join(checkout, "Pulumi.dev.yaml"), text);
      const copy = (await copied())("Pulumi.dev.yaml") ?? "";
      expect(readStackFile(copy, "")).toEqual(readStackFile(dev, ""));
    }
  });

  it("is made of a checkout with a file that cannot be read, a link to nothing, and a file that is to stay as it is", async () => {
    writeFileSync(join(checkout, "Pulumi.dev.yaml"), dev);
    writeFileSync(join(checkout, "Pulumi.broken.yaml"), "config: [");
    symlinkSync("/nowhere", join(checkout, "Pulumi.link.yaml"));
    const copy = await copied();
    expect(copy("Pulumi.dev.yaml")).toBe(dev);
    expect(copy("Pulumi.broken.yaml")).toBe("config: [");
    expect(copy("Pulumi.link.yaml")).toBeUndefined();
  });
});
