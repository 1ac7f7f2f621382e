import { randomUUID } from "node:crypto";
import { type Found, finishing, PartlyDone, type ResourceType, type State } from "../plugin/resource-type";
import { inputsOf } from "../plugin/schema";
import { hasUnknown, nested, optionalBoolean, type Properties, text, texts } from "../plugin/value";
import { applicationToCreate, applicationToUpdate, partialApplication } from "./application-body";
import { applicationFields } from "./application-fields";
import { applicationOutputs } from "./application-outputs";
import type { AzureadContext } from "./context";
import { isNotFound, type JsonObject } from "./graph-client";
import { requiredText, textOf } from "./graph-object";
import { directoryObject, finishOwners, planOwners, readOwners, replaceOwners } from "./owners";
import { untilSettled } from "./polling";
import { inputsAfterRead, terraformBasics } from "./terraform-resource";
import { applicationObjectId } from "./validation";

const token = "azuread:index/application:Application";
const basics = terraformBasics(token, applicationFields);
const minutesToWrite = 10;

/** An application registration. */
export const application: ResourceType<AzureadContext> = {
  ...basics,
  token,
  inputs: inputsOf(applicationFields),
  outputs: applicationFields,

  async planCreate(inputs, context) {
    await refuseDuplicate(inputs, undefined, context);
    return basics.planCreate(inputs);
  },

  async create(inputs, context) {
    await refuseDuplicate(inputs, undefined, context);
    const owners = planOwners(texts(inputs, "owners"), context.callerObjectId);
    const bound = owners.bound.map((owner) => directoryObject(context, owner));
    const created = await context.graph.post("/applications", applicationToCreate(inputs, bound), {
      minutes: minutesToWrite,
    });
    const path = `/applications/${requiredText(created, "id", "the new application")}`;
    const known = { ...inputs, clientId: textOf(created, "appId"), objectId: textOf(created, "id") };
    return finishing(path, known, async () => {
      await provePresence(path, text(inputs, "displayName"), context);
      await finishSettings(path, inputs, context);
      await finishOwners(path, owners, context);
      return readOrFail(path, inputs, context);
    });
  },

  async read(id, state, context): Promise<Found | undefined> {
    const outputs = await readOutputs(pathOf(id), state?.outputs ?? {}, context);
    return outputs && { id, inputs: inputsAfterRead(state, outputs, applicationFields), outputs };
  },

  async update(id, state, news, context) {
    await refuseDuplicate(news, id, context);
    const changed = changedInputs(state, news);
    const path = pathOf(id);
    return context.locks.holding(path, async () => {
      await context.graph.patch(path, applicationToUpdate(news, changed), { minutes: minutesToWrite });
      try {
        if (changed.has("oauth2PostResponseRequired")) await setPostResponse(path, news, context);
        const owners = texts(news, "owners");
        if (changed.has("owners") && owners.length > 0) await replaceOwners(path, owners, context);
        return await readOrFail(path, news, context);
      } catch (error) {
        throw new PartlyDone(id, { ...state.outputs, ...news }, error);
      }
    });
  },

  async delete(id, _state, context) {
    const path = pathOf(id);
    await context.graph.delete(path);
    await untilSettled(`the deletion of ${path}`, { seconds: 5, minutes: 5 }, context.waits, () =>
      isGone(path, context),
    );
  },
};

/** Whether reads answer 404. They are not repeated here: each answer counts. */
export async function isGone(path: string, context: AzureadContext): Promise<boolean> {
  try {
    await context.graph.get(path, { repeat: "never" });
    return false;
  } catch (error) {
    if (isNotFound(error)) return true;
    throw error;
  }
}

/** A change that is made twice, there and back: it succeeds only once the new object has reached the directory's replicas. */
async function provePresence(path: string, displayName: string, context: AzureadContext): Promise<void> {
  const repeat = ({ status }: { readonly status: number }) => status === 404 || status === 409;
  const rename = (name: string) =>
    context.graph.patch(path, partialApplication({ displayName: name }), { repeat, minutes: minutesToWrite });
  await rename(`TERRAFORM_UPDATE_${randomUUID()}`);
  await rename(displayName);
}

async function finishSettings(path: string, inputs: Properties, context: AzureadContext): Promise<void> {
  if (inputs["oauth2PostResponseRequired"] !== undefined) await setPostResponse(path, inputs, context);
  if (optionalBoolean(nested(inputs, "api"), "mappedClaimsEnabled") === true) {
    await context.graph.patch(path, partialApplication({ api: { acceptMappedClaims: true } }), {
      minutes: minutesToWrite,
    });
  }
}

async function setPostResponse(path: string, inputs: Properties, context: AzureadContext): Promise<void> {
  const oauth2RequirePostResponse = optionalBoolean(inputs, "oauth2PostResponseRequired") ?? false;
  await context.graph.patch(path, partialApplication({ oauth2RequirePostResponse }), {
    version: "beta",
    minutes: minutesToWrite,
  });
}

async function readOutputs(path: string, kept: Properties, context: AzureadContext): Promise<Properties | undefined> {
  let found: JsonObject;
  try {
    found = await context.graph.get(path);
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
  const query = { $select: "oauth2RequirePostResponse" };
  const beta = await context.graph.get(path, { version: "beta", query });
  return applicationOutputs(found, beta, await readOwners(path, context), kept);
}

async function readOrFail(path: string, kept: Properties, context: AzureadContext): Promise<Properties> {
  const outputs = await readOutputs(path, kept, context);
  if (outputs === undefined)
    throw new Error(`${path} was written and then not found: the directory is behind, try again`);
  return outputs;
}

/** With `preventDuplicateNames`, an application of the same name is refused, in previews too. */
async function refuseDuplicate(inputs: Properties, own: string | undefined, context: AzureadContext): Promise<void> {
  if (inputs["preventDuplicateNames"] !== true || hasUnknown(inputs["displayName"])) return;
  const displayName = text(inputs, "displayName");
  const $filter = `displayName eq '${displayName.replaceAll("'", "''")}'`;
  const found = await context.graph.list("/applications", { query: { $filter } });
  const other = found.find(
    (candidate) =>
      textOf(candidate, "displayName") === displayName && `/applications/${textOf(candidate, "id")}` !== own,
  );
  if (other === undefined) return;
  throw new Error(
    `an application named ${JSON.stringify(displayName)} exists already (object ID ${textOf(other, "id")}), and preventDuplicateNames is set: ` +
      `import it with the id /applications/${textOf(other, "id")}, choose another name, or leave preventDuplicateNames out`,
  );
}

function changedInputs(state: State, news: Properties): ReadonlySet<string> {
  return new Set(basics.diff(state, news).differences.map((difference) => difference.path.split(/[.[]/, 1)[0] ?? ""));
}

function pathOf(id: string): string {
  if (applicationObjectId(id) === undefined) {
    throw new Error(`${JSON.stringify(id)} is not an application's ID; expected /applications/ and the object ID`);
  }
  return id;
}
