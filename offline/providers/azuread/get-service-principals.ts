import { createHash } from "node:crypto";
import type { FunctionType } from "../plugin/resource-type";
import { aBoolean, aText, computed, type Fields, listOf, objectOf, optional, textSet } from "../plugin/schema";
import { optionalBoolean, type Properties, texts } from "../plugin/value";
import type { AzureadContext } from "./context";
import { isNotFound, type JsonObject } from "./graph-client";
import { booleanOf, textOf, textsOf } from "./graph-object";
import { uuidProblem } from "./validation";

/** What the real plugin asks for of each principal, in its order. */
const $select = [
  "accountEnabled",
  "appId",
  "appOwnerOrganizationId",
  "appRoleAssignmentRequired",
  "displayName",
  "id",
  "preferredSingleSignOnMode",
  "servicePrincipalNames",
  "servicePrincipalType",
  "signInAudience",
  "tags",
].join(",");

const principal: Fields = {
  accountEnabled: computed(aBoolean),
  appRoleAssignmentRequired: computed(aBoolean),
  applicationTenantId: computed(aText),
  clientId: computed(aText),
  displayName: computed(aText),
  objectId: computed(aText),
  preferredSingleSignOnMode: computed(aText),
  samlMetadataUrl: computed(aText),
  servicePrincipalNames: computed(listOf(aText)),
  signInAudience: computed(aText),
  tags: computed(textSet),
  type: computed(aText),
};

const inputs: Fields = {
  clientIds: optional(listOf(aText), { problem: uuidProblem }),
  displayNames: optional(listOf(aText)),
  ignoreMissing: optional(aBoolean),
  objectIds: optional(listOf(aText), { problem: uuidProblem }),
};

/** Several service principals at once; with `ignoreMissing` those that do not exist are left out instead of refused. */
export const getServicePrincipals: FunctionType<AzureadContext> = {
  token: "azuread:index/getServicePrincipals:getServicePrincipals",
  inputs,
  outputs: { ...inputs, id: computed(aText), servicePrincipals: computed(listOf(objectOf(principal))) },

  async call(args, context) {
    const found = await findAll(args, context);
    const servicePrincipals: Properties[] = [];
    for (const object of found) {
      const path = `/servicePrincipals/${textOf(object, "id")}`;
      const beta = await context.graph.get(path, { version: "beta", query: { $select: "samlMetadataUrl" } });
      servicePrincipals.push(outputs(object, beta));
    }
    const objectIds = found.map((object) => textOf(object, "id"));
    return {
      clientIds: found.map((object) => textOf(object, "appId")),
      displayNames: found.map((object) => textOf(object, "displayName")),
      id: `servicePrincipals#${createHash("sha1").update(objectIds.join("-")).digest("base64url")}`,
      ...(args["ignoreMissing"] !== undefined && { ignoreMissing: args["ignoreMissing"] }),
      objectIds,
      servicePrincipals,
    };
  },
};

async function findAll(args: Properties, context: AzureadContext): Promise<JsonObject[]> {
  const wanted = (["clientIds", "displayNames", "objectIds"] as const).filter((name) => texts(args, name).length > 0);
  const kind = wanted[0];
  if (kind === undefined || wanted.length > 1) {
    throw new Error(
      `getServicePrincipals needs exactly one of clientIds, displayNames and objectIds, got ${wanted.length} of them`,
    );
  }
  const found: JsonObject[] = [];
  const missing: string[] = [];
  for (const value of texts(args, kind)) {
    const one = await findOne(kind, value, context);
    if (one === undefined) missing.push(value);
    else found.push(one);
  }
  if (missing.length > 0 && optionalBoolean(args, "ignoreMissing") !== true) {
    throw new Error(
      `No service principal found with ${kind} ${missing.map((value) => JSON.stringify(value)).join(", ")}; set ignoreMissing to leave them out`,
    );
  }
  return found;
}

async function findOne(
  kind: "clientIds" | "displayNames" | "objectIds",
  value: string,
  context: AzureadContext,
): Promise<JsonObject | undefined> {
  if (kind === "objectIds") {
    return context.graph.get(`/servicePrincipals/${value}`, { query: { $select } }).catch((error: unknown) => {
      if (isNotFound(error)) return undefined;
      throw error;
    });
  }
  const name = kind === "clientIds" ? "appId" : "displayName";
  const $filter = `${name} eq '${value.replaceAll("'", "''")}'`;
  const found = await context.graph.list("/servicePrincipals", { query: { $filter, $select } });
  if (found.length > 1)
    throw new Error(`${found.length} service principals have the ${name} ${JSON.stringify(value)}: use client IDs`);
  return found[0];
}

function outputs(object: JsonObject, beta: JsonObject): Properties {
  const clientId = textOf(object, "appId");
  return {
    accountEnabled: booleanOf(object, "accountEnabled"),
    appRoleAssignmentRequired: booleanOf(object, "appRoleAssignmentRequired"),
    applicationTenantId: textOf(object, "appOwnerOrganizationId"),
    clientId,
    displayName: textOf(object, "displayName"),
    objectId: textOf(object, "id"),
    preferredSingleSignOnMode: textOf(object, "preferredSingleSignOnMode"),
    samlMetadataUrl: textOf(beta, "samlMetadataUrl"),
    servicePrincipalNames: textsOf(object, "servicePrincipalNames").filter((name) => name !== clientId),
    signInAudience: textOf(object, "signInAudience"),
    tags: textsOf(object, "tags"),
    type: textOf(object, "servicePrincipalType"),
  };
}
