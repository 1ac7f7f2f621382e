import type { TokenCredential } from "@azure/identity";
import { z } from "zod";
import { type Call, call } from "../http/call";
import type { HttpSettings } from "../http/exchange";
import { readPages } from "../http/pages";
import { shaped } from "../http/shape";

export interface GraphOptions extends HttpSettings {
  /** `https://graph.microsoft.com`, without a version. */
  readonly endpoint: string;
  readonly credential: TokenCredential;
}

/** Microsoft Graph v1.0, signed in. Every failure is a `ServiceError`. */
export interface GraphConnection {
  /** One object, checked; undefined where Graph answers "not found". */
  read<T>(path: string, schema: z.ZodType<T>): Promise<T | undefined>;
  /** Every item of a list, page by page, each one checked. */
  list<T>(path: string, schema: z.ZodType<T>): Promise<readonly T[]>;
  /** A PATCH that says the same twice at no cost; asked again like a read. */
  update(path: string, change: object): Promise<void>;
  /** What is gone already is a success. */
  remove(path: string): Promise<void>;
  /** An action, sent once: after a lost answer it may have been done. */
  post(path: string, body: object, operation: string): Promise<void>;
}

const SERVICE = "Microsoft Graph";

/** An id of Graph's: without it an object cannot be named. */
export const graphId = z.string().min(1);

/**
 * Through the layer that all clients share and not through Microsoft's Graph client: that one repeats 429, 503 and 504 only, waits for ever,
 * follows a next page to any host, and reads every page with status 200 as an answer.
 */
export function connectGraph({ endpoint, credential, ...settings }: GraphOptions): GraphConnection {
  const accessToken = async () => (await credential.getToken(`${endpoint}/.default`))?.token ?? "";
  const request = (path: string, operation = `read ${path}`): Call => ({
    service: SERVICE,
    operation,
    url: `${endpoint}/v1.0${path}`,
    accessToken,
  });
  return {
    async read(path, schema) {
      const asked = { ...request(path), accepts: [404] };
      const { status, body } = await call(asked, settings);
      return status === 404 ? undefined : shaped(schema, body, asked);
    },
    async list(path, schema) {
      const asked = request(path);
      return (await readPages(asked, settings)).map((item) => shaped(schema, item, asked));
    },
    async update(path, change) {
      await call({ ...request(path, `change ${path}`), method: "PATCH", json: change, isSafe: true }, settings);
    },
    async remove(path) {
      const asked = { ...request(path, `remove ${path}`), accepts: [404] };
      await call({ ...asked, method: "DELETE", isSafe: true }, settings);
    },
    async post(path, body, operation) {
      await call({ ...request(path, operation), method: "POST", json: body }, settings);
    },
  };
}
