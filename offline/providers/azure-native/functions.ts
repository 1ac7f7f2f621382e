import type { FunctionType } from "../plugin/resource-type";
import { aText, computed, required } from "../plugin/schema";
import type { Properties } from "../plugin/value";
import { type ArmDescription, outputsOf } from "./arm-resource";
import { AzureRefusal } from "./azure-request";
import type { AzureNativeContext } from "./context";
import { secretDescription } from "./secret";
import { vaultDescription } from "./vault";

/** Who signed in, and for which subscription. */
export const getClientConfig: FunctionType<AzureNativeContext> = {
  token: "azure-native:authorization:getClientConfig",
  inputs: {},
  outputs: {
    clientId: computed(aText),
    objectId: computed(aText),
    subscriptionId: computed(aText),
    tenantId: computed(aText),
  },

  async call(_args, context) {
    const { clientId, subscriptionId, tenantId } = context;
    return { clientId, objectId: await context.callerObjectId(), subscriptionId, tenantId };
  },
};

/** A vault that exists. */
export const getVault = getter("azure-native:keyvault:getVault", vaultDescription);

/** A vault's secret without its value. One that does not exist is an error that holds `Status=404`. */
export const getSecret = getter("azure-native:keyvault:getSecret", secretDescription);

function getter(token: string, description: ArmDescription): FunctionType<AzureNativeContext> {
  return {
    token,
    inputs: Object.fromEntries(Object.keys(description.path).map((name) => [name, required(aText)])),
    outputs: { ...description.outputs, azureApiVersion: computed(aText), id: computed(aText) },

    async call(args, context): Promise<Properties> {
      const id = description.idOf(args, context.subscriptionId);
      try {
        const found = await context.arm.get(id, description.apiVersion);
        return { ...outputsOf(found, description), id: typeof found["id"] === "string" ? found["id"] : id };
      } catch (error) {
        if (!(error instanceof AzureRefusal)) throw error;
        throw new Error(`request failed ${id}: ${error.message}`, { cause: error });
      }
    },
  };
}
