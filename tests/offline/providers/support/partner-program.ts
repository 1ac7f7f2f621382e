import type { AzureadContext } from "../../../../offline/providers/azuread/context";
import type { ResourceType } from "../../../../offline/providers/plugin/resource-type";
import { type Properties, texts } from "../../../../offline/providers/plugin/value";
import { azureadFunctions, azureadResources } from "../../../../offline/providers/registries";
import type { Declared } from "./driver";

export const partnerCenter = "fa3d9a0c-3fb0-42cc-9193-47c7ecd2edbd";
export const graph = "00000003-0000-0000-c000-000000000000";

/** What varies between the recorded runs of the program. */
export interface Settings {
  /** Slot and generation, for example `a1`. */
  readonly slots: readonly string[];
  /** With one more permission of Microsoft Graph. */
  readonly more?: boolean;
  /** Consent for everyone instead of the one user. */
  readonly tenantWide?: boolean;
}

const type = (token: string): ResourceType<AzureadContext> => {
  const found = [...azureadResources.values()].find((candidate) => candidate.token.endsWith(`:${token}`));
  if (found === undefined) throw new Error(`no type ${token}`);
  return found;
};

async function call(name: string, args: Properties, context: AzureadContext): Promise<Properties> {
  const found = azureadFunctions.get(`azuread:index/${name}:${name}`);
  if (found === undefined) throw new Error(`no function ${name}`);
  return found.call(args, context);
}

/** The look-ups a run begins with. */
export async function lookUp(
  context: AzureadContext,
): Promise<{ userId: string; principals: ReadonlyMap<string, string> }> {
  const user = await call("getUser", { userPrincipalName: "reports@contoso.example" }, context);
  const found = await call("getServicePrincipals", { clientIds: [partnerCenter, graph], ignoreMissing: true }, context);
  const objectIds = texts(found, "objectIds");
  return {
    userId: String(user["objectId"]),
    principals: new Map(texts(found, "clientIds").map((clientId, index) => [clientId, objectIds[index] ?? ""])),
  };
}

/** The program whose calls were recorded: an application with consent, a user and client secrets. */
export function partnerProgram(
  settings: Settings,
  owner: string,
  userId: string,
  apiPrincipals: ReadonlyMap<string, string>,
  made: readonly string[],
): Declared<AzureadContext>[] {
  const graphPermissions = [
    "37f7f235-527c-4136-accd-4a02d197296e",
    "14dad69e-099b-42c9-810b-d002981feec1",
    "7427e0e9-2fba-42fe-b0c0-848c9e6a8182",
    ...(settings.more ? ["e1fe6dd8-ba31-4d61-89e7-88639da4683d"] : []),
  ];
  const asked = (resourceAppId: string, ids: readonly string[]) => ({
    resourceAppId,
    resourceAccesses: ids.map((id) => ({ id, type: "Scope" })),
  });
  const grant = (name: string, api: string, claimValues: readonly string[]): Declared<AzureadContext> => ({
    name,
    type: type("ServicePrincipalDelegatedPermissionGrant"),
    inputs: (of) => ({
      servicePrincipalObjectId: of("principal").outputs["objectId"],
      resourceServicePrincipalObjectId: made.includes(api)
        ? of(`api-${api.slice(0, 8)}`).outputs["objectId"]
        : apiPrincipals.get(api),
      claimValues,
      ...(settings.tenantWide ? {} : { userObjectId: userId }),
    }),
  });
  return [
    {
      name: "application",
      type: type("Application"),
      inputs: () => ({
        displayName: "Partner Insights reporting",
        signInAudience: "AzureADMyOrg",
        owners: [owner],
        requiredResourceAccesses: [
          asked(partnerCenter, ["1cebfa2a-fb4d-419e-b5f9-839b4383e05a"]),
          asked(graph, graphPermissions),
        ],
        web: { redirectUris: ["http://localhost:8400/"] },
      }),
    },
    {
      name: "principal",
      type: type("ServicePrincipal"),
      inputs: (of) => ({
        clientId: of("application").outputs["clientId"],
        appRoleAssignmentRequired: true,
        owners: [owner],
      }),
    },
    ...made.map(
      (api): Declared<AzureadContext> => ({
        name: `api-${api.slice(0, 8)}`,
        type: type("ServicePrincipal"),
        inputs: () => ({ clientId: api }),
        retainOnDelete: true,
      }),
    ),
    grant("grant-partner", partnerCenter, ["user_impersonation"]),
    grant("grant-graph", graph, ["offline_access", "openid", "profile", ...(settings.more ? ["User.Read"] : [])]),
    {
      name: "assignment",
      type: type("AppRoleAssignment"),
      inputs: (of) => ({
        appRoleId: "00000000-0000-0000-0000-000000000000",
        principalObjectId: userId,
        resourceObjectId: of("principal").outputs["objectId"],
      }),
    },
    ...settings.slots.map(
      (slot): Declared<AzureadContext> => ({
        name: `secret-${slot[0]}`,
        type: type("ApplicationPassword"),
        inputs: (of) => ({
          applicationId: of("application").id,
          displayName: `partner-access/contoso/${slot.slice(1)}`,
          endDate: `2027-0${slot.slice(1)}-21T00:00:00Z`,
          rotateWhenChanged: { generation: slot.slice(1) },
        }),
      }),
    ),
  ];
}
