import type { FunctionType } from "../plugin/resource-type";
import { aText, computed } from "../plugin/schema";
import type { AzureadContext } from "./context";

/** Who signed in. Nothing is asked: tenant and client id are the configuration's own words, the object id comes from the token. */
export const getClientConfig: FunctionType<AzureadContext> = {
  token: "azuread:index/getClientConfig:getClientConfig",
  inputs: {},
  outputs: { clientId: computed(aText), id: computed(aText), objectId: computed(aText), tenantId: computed(aText) },

  async call(_args, { tenantId, clientId, callerObjectId }) {
    return { clientId, id: `${tenantId}-${clientId}-${callerObjectId}`, objectId: callerObjectId, tenantId };
  },
};
