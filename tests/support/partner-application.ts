import { partnerTenant } from "../../offline/emulator/seed/constants";
import { microsoftGraphAppId, partnerCenterAppId } from "../../offline/emulator/world/microsoft-applications";
import type { TestEmulator } from "./emulator";

/** An application as the program declares it, made by hand through Graph: what a user can sign in to. */
export interface PartnerApplication {
  readonly objectId: string;
  readonly clientId: string;
  readonly principalId: string;
  readonly secret: string;
  readonly keyId: string;
  /** When the secret ends, as Entra says it. */
  readonly secretEnd: string;
  /** Object ids of the API principals, and of the two grants. */
  readonly partnerCenterId: string;
  readonly graphId: string;
  readonly grants: { readonly partnerCenter: string; readonly graph: string };
  readonly redirectUri: string;
}

export interface PartnerApplicationOptions {
  /** Left out: the seeded reporting user; null: nobody is assigned. */
  readonly assigned?: string | null;
  /** Further properties of the application. */
  readonly properties?: Readonly<Record<string, unknown>>;
  /** Left out: `user_impersonation` and the scopes of OpenID Connect are granted. */
  readonly consents?: boolean;
}

export const partnerCenterScope = "https://api.partnercenter.microsoft.com/user_impersonation";
const userImpersonation = "1cebfa2a-fb4d-419e-b5f9-839b4383e05a";

/** Declares the application, its principal with assignment required, the grants for everybody, one secret. */
export async function makePartnerApplication(
  emulator: TestEmulator,
  { assigned = partnerTenant.reportingUser.objectId, properties = {}, consents = true }: PartnerApplicationOptions = {},
): Promise<PartnerApplication> {
  const as = "partner-administrator";
  const post = async (path: string, body: unknown) => {
    const answer = await emulator.call("POST", `/v1.0/${path}`, { as, body });
    if (answer.status >= 300) throw new Error(`${path}: ${answer.status} ${answer.text}`);
    return answer.body;
  };
  const redirectUri = "http://localhost:8400/";
  const application = await post("applications", {
    displayName: "Partner Insights",
    signInAudience: "AzureADMyOrg",
    web: { redirectUris: [redirectUri] },
    requiredResourceAccess: [
      { resourceAppId: partnerCenterAppId, resourceAccess: [{ id: userImpersonation, type: "Scope" }] },
    ],
    ...properties,
  });
  const principal = await post("servicePrincipals", { appId: application.appId, appRoleAssignmentRequired: true });
  const partnerCenterId = await principalOf(emulator, partnerCenterAppId);
  const graphId = await principalOf(emulator, microsoftGraphAppId);
  const grant = async (resourceId: string, scope: string): Promise<string> =>
    consents
      ? (
          await post("oauth2PermissionGrants", {
            clientId: principal.id,
            consentType: "AllPrincipals",
            resourceId,
            scope,
          })
        ).id
      : "";
  const grants = {
    partnerCenter: await grant(partnerCenterId, "user_impersonation"),
    graph: await grant(graphId, "openid profile offline_access"),
  };
  const added = await post(`applications/${application.id}/addPassword`, {
    passwordCredential: { displayName: "partner-access/dev/1" },
  });
  if (assigned !== null) {
    await post(`servicePrincipals/${principal.id}/appRoleAssignedTo`, {
      principalId: assigned,
      resourceId: principal.id,
      appRoleId: "00000000-0000-0000-0000-000000000000",
    });
  }
  return {
    objectId: application.id,
    clientId: application.appId,
    principalId: principal.id,
    secret: added.secretText,
    keyId: added.keyId,
    secretEnd: added.endDateTime,
    partnerCenterId,
    graphId,
    grants,
    redirectUri,
  };
}

async function principalOf(emulator: TestEmulator, appId: string): Promise<string> {
  const as = "partner-administrator";
  const filter = encodeURIComponent(`appId eq '${appId}'`);
  const found = (await emulator.call("GET", `/v1.0/servicePrincipals?$filter=${filter}`, { as })).body.value[0];
  return found?.id ?? (await emulator.call("POST", "/v1.0/servicePrincipals", { as, body: { appId } })).body.id;
}
