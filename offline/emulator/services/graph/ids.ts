import { randomUUID } from "node:crypto";

/** A GUID's 16 bytes in the order .NET keeps them, which is the order inside Graph's opaque ids. */
function bytesOf(guid: string): Buffer {
  const hex = Buffer.from(guid.replaceAll("-", ""), "hex");
  return Buffer.concat([
    hex.subarray(0, 4).reverse(),
    hex.subarray(4, 6).reverse(),
    hex.subarray(6, 8).reverse(),
    hex.subarray(8),
  ]);
}

/** Id of a delegated grant, derived from its key: creating the same grant again gives the same id. */
export function grantId(clientId: string, resourceId: string, principalId: string | null): string {
  const parts = principalId === null ? [clientId, resourceId] : [clientId, resourceId, principalId];
  return Buffer.concat(parts.map(bytesOf)).toString("base64url");
}

/** Id of an app role assignment: the principal, then random bytes. */
export function newAssignmentId(principalId: string): string {
  return Buffer.concat([bytesOf(principalId), bytesOf(randomUUID())]).toString("base64url");
}
