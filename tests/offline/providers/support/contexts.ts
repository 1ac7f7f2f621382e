import type { AzureNativeContext } from "../../../../offline/providers/azure-native/context";
import { configureAzureNative } from "../../../../offline/providers/azure-native/provider";
import type { AzureadContext } from "../../../../offline/providers/azuread/context";
import { configureAzuread } from "../../../../offline/providers/azuread/provider";
import type { ResourceType } from "../../../../offline/providers/plugin/resource-type";
import type { Properties } from "../../../../offline/providers/plugin/value";
import { type IdentityName, identities, type TestEmulator } from "../../../support/emulator";
import { emulatorFetch, type SentCall } from "./emulator-fetch";

const dependencies = (emulator: TestEmulator, as: IdentityName, calls: SentCall[]) => ({
  environment: {
    ...emulator.env,
    ARM_TENANT_ID: identities[as].tenant.id,
    ARM_CLIENT_ID: identities[as].ids.clientId,
    ARM_CLIENT_SECRET: emulator.secrets[identities[as].secret],
    PARTNER_ACCESS_WAIT_FACTOR: "0.001",
  },
  cancelled: new AbortController().signal,
  log: () => undefined,
  fetch: emulatorFetch(emulator, calls),
});

export function azureadAs(as: IdentityName, emulator: TestEmulator, calls: SentCall[] = []): Promise<AzureadContext> {
  return configureAzuread({}, dependencies(emulator, as, calls));
}

export function azureNativeAs(
  as: IdentityName,
  emulator: TestEmulator,
  calls: SentCall[] = [],
): Promise<AzureNativeContext> {
  return configureAzureNative(
    { subscriptionId: "33333333-3333-4333-8333-333333333333" },
    dependencies(emulator, as, calls),
  );
}

/** Checks and creates, as the engine does one after the other. */
export async function make<Context>(
  type: ResourceType<Context>,
  news: Properties,
  context: Context,
  logicalName = "it",
) {
  const { inputs, failures } = await type.check(news, undefined, context, { logicalName });
  if (failures.length > 0) throw new Error(failures.map((failure) => failure.reason).join("\n"));
  return { inputs, ...(await type.create(inputs, context)) };
}

/** The reasons a check gives. */
export async function refusals<Context>(
  type: ResourceType<Context>,
  news: Properties,
  context: Context,
): Promise<string[]> {
  return (await type.check(news, undefined, context, { logicalName: "it" })).failures.map((failure) => failure.reason);
}
