import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { homeSubscription } from "../../offline/emulator/seed/constants";
import { blocksOf } from "../docs/markdown";
import { createSignedInTenant } from "../support/consumer";
import { startTestEmulator, type TestEmulator } from "../support/emulator";
import { isThere, Tool } from "./tool";

const command = process.env["PYTHON"] ?? "python3";
const isHere = isThere(
  command,
  ["-c", "import msal, azure.identity, azure.keyvault.secrets"],
  "Name a Python in PYTHON that has msal azure-identity azure-keyvault-secrets.",
);

let emulator: TestEmulator;
beforeAll(async () => {
  emulator = await startTestEmulator();
});
afterAll(() => emulator.stop());

(isHere ? describe : describe.skip)("the Python of docs/consumers.md", () => {
  it("takes a token of the reporting user, as a consumer that may read both entries and nothing else", async () => {
    const [block, ...others] = blocksOf("docs/consumers.md").filter(({ language }) => language === "python");
    expect(others).toEqual([]);
    const tenant = await createSignedInTenant(emulator);
    await tenant.signIn();
    await tenant.allowRenewer();
    const python = new Tool(command, { ...emulator.env, ...(tenant.as("renewer") as Record<string, string>) });
    try {
      const file = join(python.home, "documented.py");
      const vault = block?.code.replace("VAULT.vault.azure.net", `${homeSubscription.vault}.vault.emulator.test`);
      // The token itself is shown nowhere.
      writeFileSync(
        file,
        `${vault}
import base64, json
claims = json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))
print(json.dumps([claims["aud"], claims["upn"], claims["scp"], answer["expires_in"] > 600]))
`,
      );
      expect(JSON.parse(await python.run(file))).toEqual([
        "https://api.partnercenter.microsoft.com",
        "reports@contoso.example",
        "user_impersonation",
        true,
      ]);
    } finally {
      python.remove();
    }
  }, 120_000);
});
