import type { CheckFailure } from "../plugin/check";
import type { Found, ResourceType, State } from "../plugin/resource-type";
import { aText, chosen, computed, type Fields, inputsOf, optional, required, textMap } from "../plugin/schema";
import { optionalText, type Properties, reveal, Secret, text } from "../plugin/value";
import type { AzureadContext } from "./context";
import { isNotFound, type JsonObject } from "./graph-client";
import { objectsOf, requiredText, textOf } from "./graph-object";
import { untilSettled } from "./polling";
import { inputsAfterRead, terraformBasics, withoutMarks } from "./terraform-resource";
import { applicationIdProblem, applicationObjectId, emptyTextProblem, timeProblem } from "./validation";

const token = "azuread:index/applicationPassword:ApplicationPassword";
const minutesToCreate = 15;
const minutesToDelete = 5;

// A credential cannot be changed: every input replaces it, the new one before the old one goes.
const fields: Fields = {
  applicationId: required(aText, { replaces: true, problem: applicationIdProblem }),
  displayName: chosen(aText, { replaces: true }),
  endDate: chosen(aText, { replaces: true, problem: timeProblem }),
  endDateRelative: optional(aText, { replaces: true, problem: emptyTextProblem }),
  keyId: computed(aText),
  rotateWhenChanged: optional(textMap, { replaces: true }),
  startDate: chosen(aText, { replaces: true, problem: timeProblem }),
  value: computed(aText, { secret: true }),
};

const basics = terraformBasics(token, fields, (news): CheckFailure[] =>
  news["endDate"] !== undefined && news["endDateRelative"] !== undefined
    ? [
        {
          property: "endDateRelative",
          reason: `${token}: "endDate" and "endDateRelative" exclude each other: give one`,
        },
      ]
    : [],
);

/** A client secret of an application. */
export const applicationPassword: ResourceType<AzureadContext> = {
  ...basics,
  token,
  inputs: inputsOf(fields),
  outputs: fields,

  async create(inputs, context) {
    const objectId = applicationObjectId(text(inputs, "applicationId"));
    if (objectId === undefined) throw new Error(`${text(inputs, "applicationId")} is not an application's resource ID`);
    return context.locks.holding(`/applications/${objectId}`, async () => {
      const found = await context.graph.get(`/applications/${objectId}`, { minutes: minutesToCreate });
      const path = `/applications/${requiredText(found, "id", "the application")}`;
      const answer = await context.graph.post(
        `${path}/addPassword`,
        { passwordCredential: credentialToAdd(inputs) },
        { minutes: minutesToCreate },
      );
      const keyId = requiredText(answer, "keyId", "the new credential");
      const secretText = requiredText(answer, "secretText", "the new credential");
      await untilSettled(
        `the new credential ${keyId} on ${path}`,
        { seconds: 1, minutes: minutesToCreate },
        context.waits,
        async () => hasCredential(await context.graph.get(path, { minutes: minutesToCreate }), keyId),
      );
      const id = `${objectId}/password/${keyId}`;
      const outputs = await readOutputs(id, { ...inputs, value: secretText }, context);
      if (outputs === undefined) throw new Error(`the new credential ${keyId} on ${path} was added and then not found`);
      return { id, outputs };
    });
  },

  async read(id, state, context): Promise<Found | undefined> {
    if (state === undefined)
      throw new Error("a client secret cannot be imported: its text can be read only once, when it is made");
    const outputs = await readOutputs(id, { ...state.inputs, ...state.outputs }, context);
    return outputs && { id, inputs: inputsAfterRead(state, outputs, fields), outputs };
  },

  // Never called: the diff replaces.
  async update(id: string, _state: State): Promise<Properties> {
    throw new Error(`the client secret ${id} cannot be changed, only replaced`);
  },

  async delete(id, _state, context) {
    const { objectId, keyId } = parseId(id);
    const path = `/applications/${objectId}`;
    await context.locks.holding(path, async () => {
      await context.graph.post(`${path}/removePassword`, { keyId });
      await untilSettled(
        `the removal of the credential ${keyId} from ${path}`,
        { seconds: 5, minutes: minutesToDelete },
        context.waits,
        async () => !hasCredential(await context.graph.get(path, { repeat: "never" }), keyId),
      );
    });
  },
};

/** `endDateRelative` is read by nobody: in azuread 6.9.1 it has no effect and Graph's default of two years applies. */
function credentialToAdd(inputs: Properties): JsonObject {
  const displayName = optionalText(inputs, "displayName");
  const startDateTime = optionalText(inputs, "startDate");
  const endDateTime = optionalText(inputs, "endDate");
  return {
    ...(displayName !== undefined && { displayName }),
    ...(startDateTime !== undefined && { startDateTime }),
    ...(endDateTime !== undefined && { endDateTime }),
  };
}

/** @param kept what Graph never tells again: the text of the secret and the provider's own inputs */
async function readOutputs(id: string, kept: Properties, context: AzureadContext): Promise<Properties | undefined> {
  const { objectId, keyId } = parseId(id);
  let found: JsonObject;
  try {
    found = await context.graph.get(`/applications/${objectId}`);
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
  const credential = credentialsOf(found).find((candidate) => isSameKey(candidate, keyId));
  if (credential === undefined) return undefined;
  const { value, endDateRelative, rotateWhenChanged } = kept;
  return {
    applicationId: `/applications/${objectId}`,
    displayName: textOf(credential, "displayName"),
    endDate: seconds(textOf(credential, "endDateTime")),
    ...(endDateRelative !== undefined && { endDateRelative }),
    keyId,
    ...(rotateWhenChanged !== undefined && { rotateWhenChanged: withoutMarks(rotateWhenChanged) }),
    startDate: seconds(textOf(credential, "startDateTime")),
    ...(value !== undefined && value !== null && { value: new Secret(reveal(value)) }),
  };
}

/** The provider formats times without fractions of a second, as Go's RFC 3339 does. */
function seconds(time: string): string {
  return time.replace(/\.\d+(?=Z|[+-]\d{2}:\d{2}$)/, "");
}

function credentialsOf(application: JsonObject): JsonObject[] {
  return objectsOf(application, "passwordCredentials");
}

function hasCredential(application: JsonObject, keyId: string): boolean {
  return credentialsOf(application).some((credential) => isSameKey(credential, keyId));
}

function isSameKey(credential: JsonObject, keyId: string): boolean {
  return textOf(credential, "keyId").toLowerCase() === keyId.toLowerCase();
}

function parseId(id: string): { objectId: string; keyId: string } {
  const [objectId, kind, keyId, ...more] = id.split("/");
  if (objectId === undefined || kind !== "password" || keyId === undefined || more.length > 0) {
    throw new Error(
      `${JSON.stringify(id)} is not a client secret's ID; expected the application's object ID, /password/ and the key ID`,
    );
  }
  return { objectId, keyId };
}
