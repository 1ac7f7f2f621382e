import type { TokenCredential } from "@azure/identity";
import { SignInSettingsError } from "../../clients/entra/arm-environment";
import { type Json, type Look, type Looker, signInCode } from "../../clients/entra/looker";
import type { StackConfiguration } from "../../configuration/stack-configuration";
import { readClaims } from "../../tokens/claims";
import { odata } from "../onboard/shell";
import { lookUpUser } from "../roles/look-up-user";
import type { CallerLook, DirectoryFacts } from "./directory-checks";

/** How the partner tenant is looked at. */
export interface DirectoryPlace {
  /** Microsoft Graph without a version. */
  readonly graph: string;
  readonly credential: TokenCredential;
  readonly look: Looker;
  readonly signal?: AbortSignal | undefined;
}

/** A list that does not end is no reason to look for ever. */
const MOST_PAGES = 20;

/** Everything the directory's checks need, by reading alone. */
export async function readDirectoryState(
  { application, permissions, reportingUser }: StackConfiguration,
  place: DirectoryPlace,
): Promise<Omit<DirectoryFacts, "named">> {
  const { look } = place;
  const name = application.displayName;
  const [caller, apis, sameName, deleted, user] = await Promise.all([
    readCaller(place),
    Promise.all(
      permissions.map(async ({ api }) => ({
        ...api,
        look: await look(`/servicePrincipals(appId='${api.clientId}')?$select=id,accountEnabled`),
      })),
    ),
    readAll(
      look,
      `/applications?$filter=${encodeURIComponent(`displayName eq ${odata(name)}`)}&$select=appId,displayName`,
    ),
    // Graph's filter on deleted objects asks for another consistency: the names are compared here.
    readAll(look, "/directory/deletedItems/microsoft.graph.application?$select=appId,displayName"),
    reportingUser && lookUpUser(look, reportingUser.userPrincipalName, ["id", "accountEnabled"]),
  ]);
  return {
    caller,
    apis,
    sameName: mapLook(sameName, (items) => items.map(({ appId }) => String(appId))),
    deletedSameName: mapLook(deleted, (items) =>
      items.filter(({ displayName }) => displayName === name).map(({ appId }) => String(appId)),
    ),
    user: user && mapLook(user, ({ accountEnabled }) => ({ isEnabled: accountEnabled !== false })),
  };
}

/** Whether a user is assigned to an application; undefined when that could not be read. */
export async function isAssigned(
  clientId: string,
  userName: string,
  { look }: DirectoryPlace,
): Promise<boolean | undefined> {
  const [principal, user] = await Promise.all([
    look(`/servicePrincipals(appId='${clientId}')?$select=id`),
    lookUpUser(look, userName, ["id"]),
  ]);
  if (principal.kind !== "seen" || user.kind !== "seen") return undefined;
  const assigned = await readAll(look, `/servicePrincipals/${String(principal.value["id"])}/appRoleAssignedTo`);
  if (assigned.kind !== "seen") return undefined;
  return assigned.value.some(({ principalId }) => principalId === user.value["id"]);
}

/** The own token, which Graph's pages say is not for reading; these claims are documented and decide nothing but a hint. */
async function readCaller({ graph, credential }: DirectoryPlace): Promise<CallerLook> {
  try {
    const token = await credential.getToken(`${graph}/.default`);
    const claims = readClaims(token?.token ?? "");
    if (claims === undefined) return { kind: "failed", reason: "the identity's token cannot be read" };
    const { tenantId = "", objectId = "", clientId = "", applicationPermissions, scopes, directoryRoles } = claims;
    return {
      kind: "seen",
      value: {
        tenantId,
        objectId,
        clientId,
        permissions: applicationPermissions,
        isPerson: scopes.length > 0,
        directoryRoles,
      },
    };
  } catch (error) {
    // Built from the names of variables, ids and file names: a sentence for the person who runs this.
    if (error instanceof SignInSettingsError) return { kind: "settings", reason: error.message };
    return { kind: "failed", reason: signInCode(error) };
  }
}

async function readAll(look: Looker, path: string): Promise<Look<readonly Json[]>> {
  const found: Json[] = [];
  let next: string | undefined = path;
  for (let page = 0; next !== undefined && page < MOST_PAGES; page += 1) {
    const seen: Look<Json> = await look(next);
    if (seen.kind !== "seen") return seen;
    const items = seen.value["value"];
    if (Array.isArray(items)) found.push(...(items as Json[]));
    const link = seen.value["@odata.nextLink"];
    next = typeof link === "string" ? link.slice(link.indexOf("/v1.0") + "/v1.0".length) : undefined;
  }
  if (next !== undefined) return { kind: "failed", reason: `the list ${path.split("?")[0]} does not end` };
  return { kind: "seen", value: found };
}

function mapLook<T, U>(look: Look<T>, map: (value: T) => U): Look<U> {
  return look.kind === "seen" ? { kind: "seen", value: map(look.value) } : look;
}
