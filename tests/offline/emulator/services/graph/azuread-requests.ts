import { partnerTenant } from "../../../../../offline/emulator/seed/constants";
import type { TestEmulator } from "../../../../support/emulator";

export const partnerCenterAppId = "fa3d9a0c-3fb0-42cc-9193-47c7ecd2edbd";
export const microsoftGraphAppId = "00000003-0000-0000-c000-000000000000";
export const openidScopes = [
  "37f7f235-527c-4136-accd-4a02d197296e",
  "14dad69e-099b-42c9-810b-d002981feec1",
  "7427e0e9-2fba-42fe-b0c0-848c9e6a8182",
];
export const userReadScope = "e1fe6dd8-ba31-4d61-89e7-88639da4683d";

const noAssignments = "00000000-0000-0000-0000-000000000000";
const listedProperties =
  "accountEnabled,appId,appOwnerOrganizationId,appRoleAssignmentRequired,displayName,id,preferredSingleSignOnMode,servicePrincipalNames,servicePrincipalType,signInAudience,tags";

/**
 * The requests of the azuread plugin 6.9.1, resource by resource and in its order, as seen on the wire: method, path, query and body are
 * the plugin's, the ids are the emulator's. Each request must be answered with the status the plugin goes on from.
 */
export class AzureadRequests {
  /** How many requests were made. */
  count = 0;

  constructor(private readonly emulator: TestEmulator) {}

  async expect(status: number, method: string, path: string, body?: unknown) {
    this.count++;
    const answer = await this.emulator.call(method, path, {
      as: "partner-deployer",
      body,
      headers: {
        accept: "application/json; charset=utf-8; IEEE754Compatible=false",
        "odata-version": "4.0",
        "odata-maxversion": "4.0",
      },
    });
    if (answer.status !== status)
      throw new Error(`${method} ${path}: ${answer.status} instead of ${status}: ${answer.body?.error?.message}`);
    return answer.body;
  }

  private async list(path: string, options: Record<string, string>) {
    return (await this.expect(200, "GET", `${path}?${new URLSearchParams(options)}`)).value;
  }

  async findUser(): Promise<string> {
    const [{ id }] = await this.list("/v1.0/users", { $filter: "userPrincipalName eq 'reports@contoso.example'" });
    await this.expect(
      200,
      "GET",
      `/v1.0/users/${id}?${new URLSearchParams({ $select: "accountEnabled,ageGroup,id,mail,onPremisesSyncEnabled,userType" })}`,
    );
    await this.expect(404, "GET", `/v1.0/users/${id}/manager`);
    return id;
  }

  /** `getServicePrincipals` with `ignoreMissing`: one filter per client id, then beta for each hit. */
  async findPrincipals(...appIds: string[]): Promise<(string | undefined)[]> {
    const found: (string | undefined)[] = [];
    for (const appId of appIds) {
      const [hit] = await this.list("/v1.0/servicePrincipals", {
        $filter: `appId eq '${appId}'`,
        $select: listedProperties,
      });
      if (hit !== undefined)
        await this.expect(200, "GET", `/beta/servicePrincipals/${hit.id}?%24select=samlMetadataUrl`);
      found.push(hit?.id);
    }
    return found;
  }

  private applicationBody(scopes: readonly string[]) {
    return {
      "@odata.type": "#microsoft.graph.application",
      description: null,
      displayName: "Partner Insights reporting",
      groupMembershipClaims: null,
      info: { marketingUrl: null, privacyStatementUrl: null, supportUrl: null, termsOfServiceUrl: null },
      isDeviceOnlyAuthSupported: false,
      isFallbackPublicClient: false,
      notes: null,
      publicClient: { redirectUris: [] },
      requiredResourceAccess: [
        { resourceAccess: scopes.map((id) => ({ id, type: "Scope" })), resourceAppId: microsoftGraphAppId },
        {
          resourceAccess: [{ id: "1cebfa2a-fb4d-419e-b5f9-839b4383e05a", type: "Scope" }],
          resourceAppId: partnerCenterAppId,
        },
      ],
      serviceManagementReference: null,
      signInAudience: "AzureADMyOrg",
      spa: { redirectUris: [] },
      tags: [],
      web: {
        homePageUrl: null,
        implicitGrantSettings: { enableAccessTokenIssuance: false, enableIdTokenIssuance: false },
        logoutUrl: null,
        redirectUris: ["http://localhost:8400/"],
      },
    };
  }

  private get callerAsOwner() {
    return [`${this.emulator.origin}/v1.0/directoryObjects/${partnerTenant.deployer.objectId}`];
  }

  async createApplication(): Promise<{ id: string; appId: string }> {
    const api = {
      acceptMappedClaims: false,
      knownClientApplications: [],
      oauth2PermissionScopes: [],
      requestedAccessTokenVersion: 1,
    };
    const created = await this.expect(201, "POST", "/v1.0/applications", {
      ...this.applicationBody(openidScopes),
      api,
      appRoles: [],
      identifierUris: [],
      optionalClaims: {},
      "owners@odata.bind": this.callerAsOwner,
    });
    const type = { "@odata.type": "#microsoft.graph.application" };
    for (const displayName of ["TERRAFORM_UPDATE_0d7c1b42-6b0e-4d7d-8a32-6fb3f1f9a0c1", "Partner Insights reporting"]) {
      await this.expect(204, "PATCH", `/v1.0/applications/${created.id}`, { ...type, displayName });
    }
    return this.readApplication(created.id);
  }

  async readApplication(id: string) {
    const application = await this.expect(200, "GET", `/v1.0/applications/${id}`);
    await this.expect(200, "GET", `/beta/applications/${id}?%24select=oauth2RequirePostResponse`);
    await this.expect(200, "GET", `/v1.0/applications/${id}/owners`);
    return application;
  }

  async updateApplication(id: string, scopes: readonly string[]) {
    const api = { acceptMappedClaims: false, knownClientApplications: [], requestedAccessTokenVersion: 1 };
    await this.expect(204, "PATCH", `/v1.0/applications/${id}`, { ...this.applicationBody(scopes), api });
    return this.readApplication(id);
  }

  /** The caller is always bound as owner first, and removed afterwards where the program does not list it. */
  async createPrincipal(
    appId: string,
    { appRoleAssignmentRequired = false, keepsCaller = false } = {},
  ): Promise<string> {
    await this.list("/v1.0/servicePrincipals", { $filter: `appId eq '${appId}'` });
    const { id } = await this.expect(201, "POST", "/v1.0/servicePrincipals", {
      "@odata.type": "#microsoft.graph.servicePrincipal",
      accountEnabled: true,
      alternativeNames: [],
      appId,
      appRoleAssignmentRequired,
      description: "TERRAFORM_UPDATE_6c0a3c0b-43d1-4f0c-9be8-3a1b62a6a6f5",
      loginUrl: null,
      notes: null,
      notificationEmailAddresses: [],
      "owners@odata.bind": this.callerAsOwner,
      preferredSingleSignOnMode: null,
      samlSingleSignOnSettings: {},
      tags: [],
    });
    await this.expect(204, "PATCH", `/v1.0/servicePrincipals/${id}`, {
      "@odata.type": "#microsoft.graph.servicePrincipal",
      description: null,
    });
    if (!keepsCaller) {
      await this.expect(204, "DELETE", `/v1.0/servicePrincipals/${id}/owners/${partnerTenant.deployer.objectId}/$ref`);
    }
    await this.readPrincipal(id);
    return id;
  }

  async readPrincipal(id: string) {
    const principal = await this.expect(200, "GET", `/v1.0/servicePrincipals/${id}`);
    await this.expect(200, "GET", `/beta/servicePrincipals/${id}?%24select=samlMetadataUrl`);
    await this.expect(200, "GET", `/v1.0/servicePrincipals/${id}/owners`);
    return principal;
  }

  async createPassword(id: string, generation: number): Promise<string> {
    await this.expect(200, "GET", `/v1.0/applications/${id}`);
    const { keyId, secretText } = await this.expect(200, "POST", `/v1.0/applications/${id}/addPassword`, {
      passwordCredential: {
        displayName: `partner-access/contoso/${generation}`,
        endDateTime: `2099-0${generation}-21T00:00:00Z`,
      },
    });
    if (typeof secretText !== "string") throw new Error("the answer holds no secret text");
    const listed = await this.expect(200, "GET", `/v1.0/applications/${id}`);
    const credential = listed.passwordCredentials.find((entry: { keyId: string }) => entry.keyId === keyId);
    if (credential?.endDateTime !== `2099-0${generation}-21T00:00:00Z`)
      throw new Error("the end date reads back differently");
    return keyId;
  }

  async deletePassword(id: string, keyId: string) {
    await this.expect(200, "GET", `/v1.0/applications/${id}`);
    await this.expect(204, "POST", `/v1.0/applications/${id}/removePassword`, { keyId });
    const { passwordCredentials } = await this.expect(200, "GET", `/v1.0/applications/${id}`);
    if (JSON.stringify(passwordCredentials).includes(keyId)) throw new Error("the credential is still listed");
  }

  async createGrant(clientId: string, resourceId: string, scope: string, principalId?: string): Promise<string> {
    await this.expect(200, "GET", `/v1.0/servicePrincipals/${clientId}`);
    await this.expect(200, "GET", `/v1.0/servicePrincipals/${resourceId}`);
    const type = "#microsoft.graph.oAuth2PermissionGrant";
    const consent =
      principalId === undefined ? { consentType: "AllPrincipals" } : { consentType: "Principal", principalId };
    const { id } = await this.expect(201, "POST", "/v1.0/oauth2PermissionGrants", {
      "@odata.type": type,
      clientId,
      ...consent,
      resourceId,
      scope,
    });
    await this.expect(200, "GET", `/v1.0/oauth2PermissionGrants/${id}`);
    return id;
  }

  async updateGrant(id: string, scope: string) {
    await this.expect(204, "PATCH", `/v1.0/oauth2PermissionGrants/${id}`, {
      "@odata.type": "#microsoft.graph.oAuth2PermissionGrant",
      scope,
    });
  }

  async deleteGrant(id: string) {
    await this.expect(204, "DELETE", `/v1.0/oauth2PermissionGrants/${id}`);
  }

  async assign(resourceId: string, principalId: string): Promise<string> {
    await this.expect(200, "GET", `/v1.0/servicePrincipals/${resourceId}`);
    const path = `/v1.0/servicePrincipals/${resourceId}/appRoleAssignedTo`;
    const type = "#microsoft.graph.appRoleAssignment";
    const answer = await this.expect(201, "POST", path, {
      "@odata.type": type,
      appRoleId: noAssignments,
      principalId,
      resourceId,
    });
    if (answer.resourceId !== resourceId) throw new Error("the answer does not name the resource");
    await this.expect(200, "GET", `${path}/${answer.id}`);
    return answer.id;
  }

  async unassign(resourceId: string, id: string) {
    await this.expect(204, "DELETE", `/v1.0/servicePrincipals/${resourceId}/appRoleAssignedTo/${id}`);
  }

  /** Deletes and waits as the plugin does: gone five times in a row. */
  async delete(path: string) {
    await this.expect(204, "DELETE", path);
    for (let times = 0; times < 5; times++) await this.expect(404, "GET", path);
  }
}
