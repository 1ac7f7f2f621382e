import type { Found, ResourceType, State } from "../plugin/resource-type";
import { aText, computed, type Fields, inputsOf, required } from "../plugin/schema";
import { type Properties, text } from "../plugin/value";
import type { AzureadContext } from "./context";
import { isNotFound, type JsonObject } from "./graph-client";
import type { Refusal } from "./graph-middleware";
import { requiredText, textOf } from "./graph-object";
import { inputsAfterRead, terraformBasics } from "./terraform-resource";
import { uuidProblem } from "./validation";

const token = "azuread:index/appRoleAssignment:AppRoleAssignment";
const type = { "@odata.type": "#microsoft.graph.appRoleAssignment" };

const fields: Fields = {
  appRoleId: required(aText, { replaces: true, problem: uuidProblem }),
  principalDisplayName: computed(aText),
  principalObjectId: required(aText, { replaces: true, problem: uuidProblem }),
  principalType: computed(aText),
  resourceDisplayName: computed(aText),
  resourceObjectId: required(aText, { replaces: true, problem: uuidProblem }),
};

/** A role of an API given to a principal, or a user's assignment to an application (the role of zeros). */
export const appRoleAssignment: ResourceType<AzureadContext> = {
  ...terraformBasics(token, fields),
  token,
  inputs: inputsOf(fields),
  outputs: fields,

  async create(inputs, context) {
    const resourceId = text(inputs, "resourceObjectId");
    await context.graph.get(`/servicePrincipals/${resourceId}`);
    const body: JsonObject = {
      ...type,
      appRoleId: text(inputs, "appRoleId"),
      principalId: text(inputs, "principalObjectId"),
      resourceId,
    };
    const created = await context.graph.post(`/servicePrincipals/${resourceId}/appRoleAssignedTo`, body, {
      repeat: isReferenceLate,
    });
    const assignmentId = requiredText(created, "id", "the new assignment");
    const id = `/servicePrincipals/${requiredText(created, "resourceId", "the new assignment")}/appRoleAssignedTo/${assignmentId}`;
    const outputs = await readOutputs(id, context);
    if (outputs === undefined)
      throw new Error(`the assignment ${id} was made and then not found: the directory is behind, try again`);
    return { id, outputs };
  },

  async read(id, state, context): Promise<Found | undefined> {
    const outputs = await readOutputs(id, context);
    return outputs && { id, inputs: inputsAfterRead(state, outputs, fields), outputs };
  },

  // Never called: the diff replaces.
  async update(id: string, _state: State): Promise<Properties> {
    throw new Error(`the assignment ${id} cannot be changed, only replaced`);
  },

  async delete(id, _state, context) {
    await context.graph.delete(pathOf(id));
  },
};

/** The principal or the resource has not reached the replica that was asked. */
function isReferenceLate({ status, message }: Refusal): boolean {
  return status === 404 || (status === 400 && message.includes("Not a valid reference update"));
}

async function readOutputs(id: string, context: AzureadContext): Promise<Properties | undefined> {
  let assignment: JsonObject;
  try {
    assignment = await context.graph.get(pathOf(id));
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
  return {
    appRoleId: textOf(assignment, "appRoleId"),
    principalDisplayName: textOf(assignment, "principalDisplayName"),
    principalObjectId: textOf(assignment, "principalId"),
    principalType: textOf(assignment, "principalType"),
    resourceDisplayName: textOf(assignment, "resourceDisplayName"),
    resourceObjectId: textOf(assignment, "resourceId"),
  };
}

function pathOf(id: string): string {
  const parts = /^\/servicePrincipals\/([^/]+)\/appRoleAssignedTo\/([^/]+)$/.exec(id);
  if (parts === null) {
    throw new Error(
      `${JSON.stringify(id)} is not an assignment's ID; expected /servicePrincipals/ID/appRoleAssignedTo/ID`,
    );
  }
  return `/servicePrincipals/${parts[1]}/appRoleAssignedTo/${encodeURIComponent(parts[2] ?? "")}`;
}
