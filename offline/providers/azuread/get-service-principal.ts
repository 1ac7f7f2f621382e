import type { FunctionType } from "../plugin/resource-type";
import { aText, computed, optional } from "../plugin/schema";
import { optionalText, type Properties } from "../plugin/value";
import type { AzureadContext } from "./context";
import { isNotFound, type JsonObject } from "./graph-client";
import { textOf } from "./graph-object";
import { servicePrincipalFacts } from "./service-principal-fields";
import { principalFacts } from "./service-principal-outputs";
import { uuidProblem } from "./validation";

/** One service principal, by client id, object id or display name. It must exist. */
export const getServicePrincipal: FunctionType<AzureadContext> = {
  token: "azuread:index/getServicePrincipal:getServicePrincipal",
  inputs: {
    clientId: optional(aText, { problem: uuidProblem }),
    displayName: optional(aText),
    objectId: optional(aText, { problem: uuidProblem }),
  },
  outputs: { ...servicePrincipalFacts, id: computed(aText) },

  async call(args, context) {
    const principal = await find(args, context);
    const id = textOf(principal, "id");
    const beta = await context.graph.get(`/servicePrincipals/${id}`, {
      version: "beta",
      query: { $select: "samlMetadataUrl" },
    });
    return { ...principalFacts(principal, beta), id };
  },
};

async function find(args: Properties, context: AzureadContext): Promise<JsonObject> {
  const [objectId, clientId, displayName] = ["objectId", "clientId", "displayName"].map((name) =>
    optionalText(args, name),
  );
  const given = [objectId, clientId, displayName].filter((value) => value !== undefined);
  if (given.length !== 1)
    throw new Error(
      `getServicePrincipal needs exactly one of clientId, displayName and objectId, got ${given.length} of them`,
    );
  if (objectId !== undefined) {
    return context.graph.get(`/servicePrincipals/${objectId}`).catch((error: unknown) => {
      throw isNotFound(error)
        ? new Error(`Service principal with object ID ${JSON.stringify(objectId)} was not found`, { cause: error })
        : error;
    });
  }
  const [property, value, graphName] =
    clientId !== undefined ? ["clientId", clientId, "appId"] : ["displayName", displayName ?? "", "displayName"];
  const $filter = `${graphName} eq '${value.replaceAll("'", "''")}'`;
  const found = await context.graph.list("/servicePrincipals", { query: { $filter } });
  const matching = found.filter((principal) => textOf(principal, graphName).toLowerCase() === value.toLowerCase());
  const [only, another] = matching;
  if (only === undefined) throw new Error(`No service principal found with ${property} ${JSON.stringify(value)}`);
  if (another !== undefined)
    throw new Error(
      `${matching.length} service principals have the ${property} ${JSON.stringify(value)}: use the client ID`,
    );
  return only;
}
