import { join } from "node:path";
import { homeSubscription } from "../../offline/emulator/seed/constants";
import { startTestEmulator, type TestEmulator } from "../support/emulator";
import { isThere, Tool } from "./tool";

const command = process.env["PYTHON"] ?? "python3";
const modules = ["msal", "msgraph", "azure.identity", "azure.keyvault.secrets", "azure.mgmt.keyvault"];
const packages =
  "msal msgraph-sdk azure-identity azure-keyvault-secrets azure-mgmt-keyvault azure-mgmt-authorization azure-mgmt-resource";
const isHere = isThere(
  command,
  ["-c", `import ${modules.join(", ")}, azure.mgmt.authorization, azure.mgmt.resource`],
  `Name a Python in PYTHON that has ${packages}.`,
);

let emulator: TestEmulator;
let python: Tool;
beforeAll(async () => {
  emulator = await startTestEmulator();
  python = new Tool(command, { ...emulator.env, EMULATOR_ORIGIN: emulator.origin });
});
afterAll(async () => {
  await emulator.stop();
  python.remove();
});

(isHere ? describe : describe.skip)(
  "Microsoft's libraries for Python with the emulator's environment and nothing else",
  () => {
    const ask = async (script: string) => JSON.parse(await python.run(join(__dirname, "python", script)));

    it("sign in with MSAL: at both addresses, with a secret and with a certificate", async () => {
      expect(await ask("sign_in.py")).toEqual({
        origin: "ok",
        microsoft: "ok",
        app_displayname: "partner-access deployer",
        certificate: ["ok", "ok"],
      });
    }, 120_000);

    it("use Graph with its own addresses: pages, counts, relations, deleted items, a batch", async () => {
      expect(await ask("graph.py")).toEqual({
        made: "from msgraph",
        page: [1, true],
        next: 1,
        owners: 1,
        count: 4,
        batch: [200, 200],
        deleted: ["from msgraph"],
        unknown: "GET /v1.0//applications/delta(): the emulated graph has no such call",
      });
    }, 120_000);

    it("use the vault and Resource Manager", async () => {
      expect(await ask("management.py")).toEqual({
        secret: "text",
        backup: "bytes",
        deleted: ["one"],
        vaults: [homeSubscription.vault],
        groups: [homeSubscription.resourceGroup],
        assignments: true,
      });
    }, 120_000);
  },
);
