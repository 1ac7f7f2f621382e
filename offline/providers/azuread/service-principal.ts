import { randomUUID } from "node:crypto";
import { type Created, type Found, finishing, PartlyDone, type ResourceType } from "../plugin/resource-type";
import { inputsOf } from "../plugin/schema";
import { optionalBoolean, optionalText, type Properties, text, texts } from "../plugin/value";
import { isGone } from "./application";
import type { AzureadContext } from "./context";
import { isNotFound, type JsonObject } from "./graph-client";
import type { Refusal } from "./graph-middleware";
import { requiredText, textOf } from "./graph-object";
import { directoryObject, finishOwners, planOwners, readOwners, replaceOwners } from "./owners";
import { untilSettled } from "./polling";
import { servicePrincipalFields } from "./service-principal-fields";
import { principalFacts } from "./service-principal-outputs";
import { textsInSetOrder } from "./set-order";
import { inputsAfterRead, terraformBasics } from "./terraform-resource";

const token = "azuread:index/servicePrincipal:ServicePrincipal";
const type = { "@odata.type": "#microsoft.graph.servicePrincipal" };
const minutesToWrite = 10;
const basics = terraformBasics(token, servicePrincipalFields);

/** An application's presence in the tenant. */
export const servicePrincipal: ResourceType<AzureadContext> = {
  ...basics,
  token,
  inputs: inputsOf(servicePrincipalFields),
  outputs: servicePrincipalFields,

  async create(inputs, context) {
    const clientId = text(inputs, "clientId");
    const existing = await findByClientId(clientId, context);
    const takesOver = optionalBoolean(inputs, "useExisting") ?? false;
    if (existing === undefined) return createNew(inputs, context);
    const objectId = requiredText(existing, "id", "the service principal");
    if (!takesOver) {
      throw new Error(
        `a service principal of ${clientId} exists already (object ID ${objectId}): import it with the id /servicePrincipals/${objectId}, or look it up instead`,
      );
    }
    // The real provider's way, harm included: every setting the program left out goes back to its default.
    const path = `/servicePrincipals/${objectId}`;
    return finishing(path, { ...inputs, objectId }, async () =>
      writeSettings(path, inputs, new Set(["owners"]), context),
    );
  },

  async read(id, state, context): Promise<Found | undefined> {
    const outputs = await readOutputs(pathOf(id), state?.outputs ?? {}, context);
    return outputs && { id, inputs: inputsAfterRead(state, outputs, servicePrincipalFields), outputs };
  },

  async update(id, state, news, context) {
    const changed = basics.diff(state, news).differences.map((difference) => difference.path.split(/[.[]/, 1)[0] ?? "");
    try {
      return await writeSettings(pathOf(id), news, new Set(changed), context);
    } catch (error) {
      throw new PartlyDone(id, { ...state.outputs, ...news }, error);
    }
  },

  async delete(id, state, context) {
    const path = pathOf(id);
    if (optionalBoolean(state.outputs, "useExisting") === true) {
      // Taken over, not made: the real provider still asks for its deletion, and ignores the answer.
      await context.graph.delete(path, { repeat: "never" }).catch(() => undefined);
      return;
    }
    await context.graph.delete(path);
    await untilSettled(`the deletion of ${path}`, { seconds: 5, minutes: 5 }, context.waits, () =>
      isGone(path, context),
    );
  },
};

async function createNew(inputs: Properties, context: AzureadContext): Promise<Created> {
  const owners = planOwners(texts(inputs, "owners"), context.callerObjectId);
  const body: JsonObject = {
    ...settings(inputs),
    appId: text(inputs, "clientId"),
    // Changed right after: the change tells when the principal has arrived.
    description: `TERRAFORM_UPDATE_${randomUUID()}`,
    "owners@odata.bind": owners.bound.map((owner) => directoryObject(context, owner)),
    preferredSingleSignOnMode: optionalText(inputs, "preferredSingleSignOnMode") ?? null,
  };
  const created = await context.graph.post("/servicePrincipals", body, {
    repeat: isApplicationLate,
    minutes: minutesToWrite,
  });
  const path = `/servicePrincipals/${requiredText(created, "id", "the new service principal")}`;
  return finishing(path, { ...inputs, objectId: textOf(created, "id") }, async () => {
    const description = optionalText(inputs, "description") ?? null;
    await context.graph.patch(path, { ...type, description }, { minutes: minutesToWrite });
    await finishOwners(path, owners, context);
    return readOrFail(path, inputs, context);
  });
}

/** The new application has not reached the replica that was asked. */
function isApplicationLate(refusal: Refusal): boolean {
  return (
    (refusal.status === 400 &&
      /The appId '[^']*' of the service principal does not reference a valid application object/.test(
        refusal.message,
      )) ||
    (refusal.status === 403 && /backing application .*must (be )?in the local tenant/.test(refusal.message))
  );
}

async function writeSettings(
  path: string,
  inputs: Properties,
  changed: ReadonlySet<string>,
  context: AzureadContext,
): Promise<Properties> {
  await context.graph.patch(path, settings(inputs), { minutes: minutesToWrite });
  const owners = texts(inputs, "owners");
  if (changed.has("owners") && owners.length > 0) await replaceOwners(path, owners, context);
  return readOrFail(path, inputs, context);
}

/** UNVERIFIED for updates: whether the real plugin sends `loginUrl` and the SAML settings there too, as it does at creation. */
function settings(inputs: Properties): JsonObject {
  return {
    ...type,
    accountEnabled: optionalBoolean(inputs, "accountEnabled") ?? true,
    alternativeNames: textsInSetOrder(texts(inputs, "alternativeNames")),
    appRoleAssignmentRequired: optionalBoolean(inputs, "appRoleAssignmentRequired") ?? false,
    description: optionalText(inputs, "description") ?? null,
    loginUrl: optionalText(inputs, "loginUrl") ?? null,
    notes: optionalText(inputs, "notes") ?? null,
    notificationEmailAddresses: textsInSetOrder(texts(inputs, "notificationEmailAddresses")),
    samlSingleSignOnSettings: {},
    tags: textsInSetOrder(texts(inputs, "tags")),
  };
}

async function findByClientId(clientId: string, context: AzureadContext): Promise<JsonObject | undefined> {
  const found = await context.graph.list("/servicePrincipals", { query: { $filter: `appId eq '${clientId}'` } });
  return found.find((principal) => textOf(principal, "appId").toLowerCase() === clientId.toLowerCase());
}

async function readOutputs(path: string, kept: Properties, context: AzureadContext): Promise<Properties | undefined> {
  let found: JsonObject;
  try {
    found = await context.graph.get(path);
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
  const beta = await context.graph.get(path, { version: "beta", query: { $select: "samlMetadataUrl" } });
  const owners = textsInSetOrder(await readOwners(path, context));
  return { ...principalFacts(found, beta), owners, useExisting: kept["useExisting"] === true };
}

async function readOrFail(path: string, kept: Properties, context: AzureadContext): Promise<Properties> {
  const outputs = await readOutputs(path, kept, context);
  if (outputs === undefined)
    throw new Error(`${path} was written and then not found: the directory is behind, try again`);
  return outputs;
}

function pathOf(id: string): string {
  if (!/^\/servicePrincipals\/[0-9a-f-]{36}$/i.test(id)) {
    throw new Error(
      `${JSON.stringify(id)} is not a service principal's ID; expected /servicePrincipals/ and the object ID`,
    );
  }
  return id;
}
