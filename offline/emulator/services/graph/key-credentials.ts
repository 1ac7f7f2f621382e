import { randomUUID } from "node:crypto";
import type { JsonObject } from "../../world/directory";
import { badRequest } from "./errors";

/** A key credential of a body: all fields optional, as a PATCH repeats known ones without their key. */
type Sent = { readonly keyId?: string | null | undefined } & Readonly<Record<string, unknown>>;

/**
 * The whole list after a write: a known key id keeps its stored key (a read never gives it back, so clients repeat the entry without it),
 * a new entry must bring one.
 */
export function mergeKeyCredentials(current: readonly JsonObject[], sent: readonly Sent[]): JsonObject[] {
  const known = new Map(current.map((credential) => [credential["keyId"], credential]));
  return sent.map((entry) => {
    const stored = known.get(entry.keyId ?? null);
    if (stored !== undefined) {
      if (typeof entry["key"] === "string" && entry["key"] !== stored["key"]) {
        throw badRequest(`Update to existing credential with KeyId '${entry.keyId}' is not allowed.`);
      }
      return stored;
    }
    if (typeof entry["key"] !== "string" || typeof entry["type"] !== "string" || typeof entry["usage"] !== "string") {
      throw badRequest("New key credentials must have a 'key', a 'type' and a 'usage'.");
    }
    const { "@odata.type": _type, ...rest } = entry;
    // The schema has checked the fields: what is left is JSON.
    return {
      customKeyIdentifier: null,
      displayName: null,
      ...(rest as JsonObject),
      keyId: entry.keyId ?? randomUUID(),
    };
  });
}
