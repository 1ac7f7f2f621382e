import { partnerTenant } from "../../../../offline/emulator/seed/constants";
import { application } from "../../../../offline/providers/azuread/application";
import type { AzureadContext } from "../../../../offline/providers/azuread/context";
import type { Properties } from "../../../../offline/providers/plugin/value";
import { azureadFunctions } from "../../../../offline/providers/registries";
import { startTestEmulator, type TestEmulator } from "../../../support/emulator";
import { azureadAs, make } from "../support/contexts";
import type { SentCall } from "../support/emulator-fetch";

// A busy machine decides nothing: what hangs is found all the same.

const { administrator } = partnerTenant;
export const graphClientId = "00000003-0000-0000-c000-000000000000";
export const zeros = "00000000-0000-0000-0000-000000000000";

/** Of this test file alone, as at its start before each test. */
export let emulator: TestEmulator;
/** Signed in as the administrator, anew for each test. */
export let context: AzureadContext;
/** The application of each test, which only the administrator owns. */
export let app: Awaited<ReturnType<typeof make>>;
/** What the stand-in sent since the application was made. */
export const calls: SentCall[] = [];
beforeAll(async () => {
  emulator = await startTestEmulator();
});
afterAll(() => emulator.stop());
beforeEach(async () => {
  emulator.reset();
  emulator.forgetTokens();
  context = await azureadAs("partner-administrator", emulator, calls);
  await makeApplication({ owners: [administrator.objectId] });
  calls.length = 0;
});

/** Makes the application: before each test, and by one that has emptied the emulator. */
export async function makeApplication(more: Properties = {}): Promise<void> {
  app = await make(application, { displayName: "Reporting", ...more }, context);
}

/** The calls, with ID for each id. */
export const summary = () =>
  calls.map(({ method, path }) => `${method} ${path.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "ID")}`);
/** Calls a function of the provider by its name. */
export const call = (name: string, args: Properties) => {
  const found = azureadFunctions.get(`azuread:index/${name}:${name}`);
  if (found === undefined) throw new Error(`no ${name}`);
  return found.call(args, context);
};
/** The object id of an API's principal. */
export const principalOf = (clientId: string) =>
  call("getServicePrincipal", { clientId }).then((found) => String(found["objectId"]));
