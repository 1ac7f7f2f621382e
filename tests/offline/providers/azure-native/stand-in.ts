import { homeSubscription } from "../../../../offline/emulator/seed/constants";
import type { AzureNativeContext } from "../../../../offline/providers/azure-native/context";
import type { Properties } from "../../../../offline/providers/plugin/value";
import { azureNativeFunctions } from "../../../../offline/providers/registries";
import { startTestEmulator, type TestEmulator } from "../../../support/emulator";
import { azureNativeAs } from "../support/contexts";
import type { SentCall } from "../support/emulator-fetch";

// A busy machine decides nothing: what hangs is found all the same.

export const { resourceGroup, vault: vaultName, id: subscription } = homeSubscription;
export const at = { resourceGroupName: resourceGroup, vaultName };
/** What a program writes down for a vault's secret. */
export const inputs = {
  ...at,
  secretName: "client-secret",
  properties: { value: "hidden-text", contentType: "text/plain", attributes: { expires: 1_900_000_000 } },
  tags: { record: "one" },
};
export const vaultPath = `/subscriptions/${subscription}/resourceGroups/${resourceGroup}/providers/Microsoft.KeyVault/vaults`;
export const dataPath = `https://${vaultName}.vault.emulator.test`;
export const secretId = `${vaultPath}/${vaultName}/secrets/client-secret`;

/** Of this test file alone, as at its start before each test. */
export let emulator: TestEmulator;
/** Signed in as the home tenant's deployer, anew for each test. */
export let context: AzureNativeContext;
/** What the stand-in sent since the test began. */
export const calls: SentCall[] = [];

beforeAll(async () => {
  emulator = await startTestEmulator();
});
afterAll(() => emulator.stop());
beforeEach(async () => {
  emulator.reset();
  emulator.forgetTokens();
  context = await azureNativeAs("home-deployer", emulator, calls);
  calls.length = 0;
});

/** The calls without those for tokens: method, short path, version. */
export const summary = () =>
  calls
    .filter(({ path }) => !path.endsWith("/token"))
    .map(
      ({ method, path, query }) =>
        `${method} ${path.replace(vaultPath, "…")}${"api-version" in query ? ` ${query["api-version"]}` : ""}`,
    );
/** Calls a function of the provider by its name without `azure-native:`. */
export const call = (name: string, args: Properties) => {
  const found = azureNativeFunctions.get(`azure-native:${name}`);
  if (found === undefined) throw new Error(`no ${name}`);
  return found.call(args, context);
};
