import type { Json, Look, Looker } from "../../clients/entra/looker";
import { odata } from "../onboard/shell";

/**
 * The user of this name, which Graph compares without regard to capitals. By filter, where an apostrophe is doubled; in an address
 * it would end the name.
 */
export async function lookUpUser(
  look: Looker,
  userPrincipalName: string,
  fields: readonly string[],
): Promise<Look<Json>> {
  const filter = encodeURIComponent(`userPrincipalName eq ${odata(userPrincipalName)}`);
  const seen: Look<Json> = await look(`/users?$filter=${filter}&$select=${fields.join(",")}`);
  if (seen.kind !== "seen") return seen;
  const { value } = seen.value;
  const found = Array.isArray(value) ? (value as readonly Json[])[0] : undefined;
  return found === undefined ? { kind: "absent" } : { kind: "seen", value: found };
}
