import { z } from "zod";
import type { Connection } from "../entra-token";
import { type Answer, refusalOf, sendPatiently } from "./azure-request";

export type JsonObject = Readonly<Record<string, unknown>>;

/** The calls to Azure Resource Manager, each named by resource ID and API version. */
export interface ArmClient {
  get(id: string, apiVersion: string): Promise<JsonObject>;
  /** Refuses to go on when the resource exists: the real plugin never turns a creation into an update. */
  mustNotExist(id: string, apiVersion: string): Promise<void>;
  /** Creates or updates, and waits until it is done. */
  put(id: string, apiVersion: string, body: JsonObject): Promise<JsonObject>;
  delete(id: string, apiVersion: string): Promise<void>;
}

const policy = { firstDelaySeconds: 20, longestDelaySeconds: 120 };
const pollSeconds = 10;
const pollMinutes = 120;
const anObject = z.record(z.string(), z.unknown());

/** @param address of Resource Manager, without trailing slash */
export function createArmClient(
  address: string,
  audience: string,
  { tokens, waits, userAgent, fetch }: Connection,
): ArmClient {
  const send = (method: string, id: string, apiVersion: string, body?: JsonObject): Promise<Answer> =>
    sendPatiently(
      async () =>
        fetch(`${address}${id}?api-version=${apiVersion}`, {
          method,
          redirect: "error",
          headers: {
            accept: "application/json",
            "user-agent": userAgent,
            authorization: `Bearer ${await tokens.token(audience)}`,
            ...(body !== undefined && { "content-type": "application/json; charset=utf-8" }),
          },
          ...(body !== undefined && { body: JSON.stringify(body) }),
        }),
      policy,
      waits,
    );

  const get = async (id: string, apiVersion: string) => {
    const answer = await send("GET", id, apiVersion);
    if (answer.status !== 200) throw refusalOf(answer);
    return anObject.parse(answer.body);
  };

  return {
    get,
    async mustNotExist(id, apiVersion) {
      const answer = await send("GET", id, apiVersion);
      const isThere = answer.status === 200 && answer.body !== undefined;
      if (isThere)
        throw new Error(`cannot create already existing resource '${id}': import it, or choose another name`);
      if (![200, 204, 404].includes(answer.status)) {
        throw new Error(`cannot check existence of resource '${id}': ${refusalOf(answer).message}`, {
          cause: refusalOf(answer),
        });
      }
    },
    async put(id, apiVersion, body) {
      const answer = await send("PUT", id, apiVersion, body);
      if (![200, 201, 202].includes(answer.status)) throw refusalOf(answer);
      let current = anObject.parse(answer.body);
      for (const limit = waits.limit(pollMinutes); !isFinished(current); current = await get(id, apiVersion)) {
        if (limit.hasPassed()) throw new Error(`${id} was not provisioned in time`);
        await waits.pause(pollSeconds);
      }
      return current;
    },
    async delete(id, apiVersion) {
      const answer = await send("DELETE", id, apiVersion);
      if (![200, 202, 204, 404].includes(answer.status)) throw refusalOf(answer);
    },
  };
}

const properties = z.object({ properties: z.object({ provisioningState: z.string().optional() }) });

/** A resource that says how its provisioning goes is finished when it says so; one that does not say is finished at once. */
function isFinished(resource: JsonObject): boolean {
  const state = properties.safeParse(resource).data?.properties.provisioningState;
  if (state === undefined || state === "Succeeded") return true;
  if (state === "Failed" || state === "Canceled") throw new Error(`provisioning ended as ${state}`);
  return false;
}
