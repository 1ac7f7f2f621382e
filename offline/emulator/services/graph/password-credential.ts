import type { JsonObject, PasswordCredential } from "../../world/directory";

/** A password as Graph lists it: its text is returned once, when it is added. */
export function renderPassword({
  displayName,
  endDateTime,
  hint,
  keyId,
  startDateTime,
}: PasswordCredential): JsonObject {
  return { customKeyIdentifier: null, displayName, endDateTime, hint, keyId, secretText: null, startDateTime };
}
