/** A GUID as this project writes one: in lower case. */
export const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Whether a text from outside is a GUID, in any case. */
export function isGuid(text: string): boolean {
  return guid.test(text.toLowerCase());
}
