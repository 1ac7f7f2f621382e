import type { FunctionType } from "../plugin/resource-type";
import { aBoolean, aText, computed, type Fields, listOf, optional } from "../plugin/schema";
import { optionalText, type Properties, type Value } from "../plugin/value";
import type { AzureadContext } from "./context";
import { isNotFound, type JsonObject } from "./graph-client";
import { booleanOf, objectOf, textOf, textsOf } from "./graph-object";
import { userProperties, userSelection } from "./user-properties";
import { uuidProblem } from "./validation";

const keys = ["employeeId", "mail", "mailNickname", "objectId", "userPrincipalName"] as const;
const shapes = { text: aText, texts: listOf(aText), boolean: aBoolean };

/** One user, by exactly one of the keys. It must exist. */
export const getUser: FunctionType<AzureadContext> = {
  token: "azuread:index/getUser:getUser",
  inputs: {
    employeeId: optional(aText),
    mail: optional(aText),
    mailNickname: optional(aText),
    objectId: optional(aText, { problem: uuidProblem }),
    userPrincipalName: optional(aText),
  },
  outputs: {
    ...(Object.fromEntries(userProperties.map(({ name, kind }) => [name, computed(shapes[kind])])) satisfies Fields),
    id: computed(aText),
    managerId: computed(aText),
  },

  async call(args, context) {
    const id = await findId(args, context);
    const user = await context.graph.get(`/users/${id}`, { query: { $select: userSelection } });
    return { ...outputs(user), id, managerId: await managerOf(id, context) };
  },
};

async function findId(args: Properties, context: AzureadContext): Promise<string> {
  const given = keys.filter((key) => optionalText(args, key) !== undefined);
  const key = given[0];
  const value = key === undefined ? undefined : optionalText(args, key);
  if (key === undefined || value === undefined || given.length > 1) {
    throw new Error(`getUser needs exactly one of ${keys.join(", ")}, got ${given.length} of them`);
  }
  if (key === "objectId") {
    return context.graph.get(`/users/${value}`).then(
      (user) => textOf(user, "id"),
      (error: unknown) => {
        throw isNotFound(error)
          ? new Error(`User not found with object ID: ${JSON.stringify(value)}`, { cause: error })
          : error;
      },
    );
  }
  const found = await context.graph.list("/users", {
    query: { $filter: `${key} eq '${value.replaceAll("'", "''")}'` },
  });
  const [only, another] = found;
  if (only === undefined) throw new Error(`User with ${key} ${JSON.stringify(value)} was not found`);
  if (another !== undefined)
    throw new Error(`${found.length} users have the ${key} ${JSON.stringify(value)}: use the object ID`);
  return textOf(only, "id");
}

/** Most users of a directory without an organisation chart have none. */
async function managerOf(id: string, context: AzureadContext): Promise<string> {
  try {
    return textOf(await context.graph.get(`/users/${id}/manager`), "id");
  } catch (error) {
    if (isNotFound(error)) return "";
    throw error;
  }
}

function outputs(user: JsonObject): Properties {
  const read = { text: textOf, texts: textsOf, boolean: booleanOf };
  return Object.fromEntries(
    userProperties.map((property): [string, Value] => {
      const holder = "part" in property ? objectOf(user, property.part) : user;
      return [property.name, read[property.kind](holder, property.graph)];
    }),
  );
}
