import type { CheckFailure } from "../plugin/check";
import type { Found, ResourceType } from "../plugin/resource-type";
import { aText, type Fields, inputsOf, optional, required, textSet } from "../plugin/schema";
import { isList, optionalText, type Properties, text, texts } from "../plugin/value";
import type { AzureadContext } from "./context";
import { isNotFound, type JsonObject } from "./graph-client";
import type { Refusal } from "./graph-middleware";
import { requiredText, textOf } from "./graph-object";
import { textsInSetOrder } from "./set-order";
import { inputsAfterRead, terraformBasics } from "./terraform-resource";
import { emptyTextProblem, uuidProblem } from "./validation";

const token = "azuread:index/servicePrincipalDelegatedPermissionGrant:ServicePrincipalDelegatedPermissionGrant";
const type = { "@odata.type": "#microsoft.graph.oAuth2PermissionGrant" };

const fields: Fields = {
  claimValues: required(textSet, { problem: emptyTextProblem }),
  resourceServicePrincipalObjectId: required(aText, { replaces: true, problem: uuidProblem }),
  servicePrincipalObjectId: required(aText, { replaces: true, problem: uuidProblem }),
  userObjectId: optional(aText, { replaces: true, problem: uuidProblem }),
};

const basics = terraformBasics(token, fields, (news): CheckFailure[] => {
  const claims = news["claimValues"];
  const isEmptyList = isList(claims) && claims.length === 0;
  return isEmptyList
    ? [{ property: "claimValues", reason: `${token}: "claimValues" must hold at least one permission` }]
    : [];
});

/** The consent that lets a client act for one user, or for everyone, at one API. */
export const delegatedPermissionGrant: ResourceType<AzureadContext> = {
  ...basics,
  token,
  inputs: inputsOf(fields),
  outputs: fields,

  async create(inputs, context) {
    const clientId = text(inputs, "servicePrincipalObjectId");
    const resourceId = text(inputs, "resourceServicePrincipalObjectId");
    const principalId = optionalText(inputs, "userObjectId");
    await context.graph.get(`/servicePrincipals/${clientId}`);
    await context.graph.get(`/servicePrincipals/${resourceId}`);
    const body: JsonObject = {
      ...type,
      clientId,
      consentType: principalId === undefined ? "AllPrincipals" : "Principal",
      ...(principalId !== undefined && { principalId }),
      resourceId,
      scope: scopeOf(inputs),
    };
    const created = await context.graph.post("/oauth2PermissionGrants", body, { repeat: isReferenceLate });
    const id = `/oauth2PermissionGrants/${requiredText(created, "id", "the new grant")}`;
    return { id, outputs: await readOrFail(id, context) };
  },

  async read(id, state, context): Promise<Found | undefined> {
    const outputs = await readOutputs(id, context);
    return outputs && { id, inputs: inputsAfterRead(state, outputs, fields), outputs };
  },

  // All values are replaced at once: what was granted elsewhere on this grant is lost.
  async update(id, _state, news, context) {
    await context.graph.patch(pathOf(id), { ...type, scope: scopeOf(news) });
    return readOrFail(id, context);
  },

  async delete(id, _state, context) {
    await context.graph.delete(pathOf(id));
  },
};

/** One of the principals has not reached the replica that was asked. */
function isReferenceLate({ status, message }: Refusal): boolean {
  const text = "does not exist or one of its queried reference-property objects are not present";
  return status === 404 || (status === 400 && message.includes(text));
}

function scopeOf(inputs: Properties): string {
  return textsInSetOrder(texts(inputs, "claimValues")).join(" ");
}

async function readOutputs(id: string, context: AzureadContext): Promise<Properties | undefined> {
  let grant: JsonObject;
  try {
    grant = await context.graph.get(pathOf(id));
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
  const claims = textOf(grant, "scope")
    .split(" ")
    .filter((claim) => claim !== "");
  return {
    claimValues: textsInSetOrder(claims),
    resourceServicePrincipalObjectId: textOf(grant, "resourceId"),
    servicePrincipalObjectId: textOf(grant, "clientId"),
    userObjectId: textOf(grant, "principalId"),
  };
}

async function readOrFail(id: string, context: AzureadContext): Promise<Properties> {
  const outputs = await readOutputs(id, context);
  if (outputs === undefined)
    throw new Error(`the grant ${id} was written and then not found: the directory is behind, try again`);
  return outputs;
}

function pathOf(id: string): string {
  const parts = /^\/oauth2PermissionGrants\/([^/]+)$/.exec(id);
  if (parts === null)
    throw new Error(`${JSON.stringify(id)} is not a grant's ID; expected /oauth2PermissionGrants/ and the grant's ID`);
  return `/oauth2PermissionGrants/${encodeURIComponent(parts[1] ?? "")}`;
}
