import * as pulumi from "@pulumi/pulumi";
import { PartnerApplication, type PartnerApplicationArgs } from "../../components/partner-application";
import { azureOutputs, guidOf } from "../support/azure-answers";
import { deploy, settled } from "../support/deploy";

const args: PartnerApplicationArgs = {
  displayName: "Partner Insights access (contoso)",
  deploymentId: "0dd0f1ce-0000-4000-8000-000000000001",
  owners: ["owner-1", "owner-2"],
  ownersAreConfigured: true,
  redirectUri: "http://localhost:8400/",
  requested: [
    { apiClientId: "b-api", delegatedIds: ["3", "1"], applicationIds: ["2"] },
    { apiClientId: "a-api", delegatedIds: [], applicationIds: ["9"] },
  ],
  assignedUserObjectId: "user-1",
};

function declare(changes: Partial<PartnerApplicationArgs> = {}, isPreview = false) {
  return deploy(() => new PartnerApplication("partner", { ...args, ...changes }), { outputs: azureOutputs, isPreview });
}

describe("PartnerApplication", () => {
  it("declares a single-tenant application without implicit grant or public client, its permissions sorted", async () => {
    const { resource } = await declare();
    expect(resource("partner-application")).toMatchObject({
      type: "azuread:index/application:Application",
      parent: "partner",
      secrets: [],
    });
    expect(resource("partner-application").inputs).toEqual({
      displayName: "Partner Insights access (contoso)",
      notes: "Managed by partner-insights-access, deployment 0dd0f1ce-0000-4000-8000-000000000001",
      signInAudience: "AzureADMyOrg",
      owners: ["owner-1", "owner-2"],
      fallbackPublicClientEnabled: false,
      requiredResourceAccesses: [
        { resourceAppId: "a-api", resourceAccesses: [{ id: "9", type: "Role" }] },
        {
          resourceAppId: "b-api",
          resourceAccesses: [
            { id: "1", type: "Scope" },
            { id: "2", type: "Role" },
            { id: "3", type: "Scope" },
          ],
        },
      ],
      web: {
        redirectUris: ["http://localhost:8400/"],
        implicitGrant: { accessTokenIssuanceEnabled: false, idTokenIssuanceEnabled: false },
      },
    });
  });

  it("requires assignment, and gives application and principal the same owners", async () => {
    const { resource } = await declare();
    expect(resource("partner-principal")).toMatchObject({
      type: "azuread:index/servicePrincipal:ServicePrincipal",
      parent: "partner",
    });
    expect(resource("partner-principal").inputs).toEqual({
      clientId: guidOf("partner-application client"),
      appRoleAssignmentRequired: true,
      owners: ["owner-1", "owner-2"],
    });
  });

  it("assigns the reporting user with the role that means no more than access", async () => {
    const { resource } = await declare();
    expect(resource("partner-reporting-user").inputs).toEqual({
      appRoleId: "00000000-0000-0000-0000-000000000000",
      principalObjectId: "user-1",
      resourceObjectId: guidOf("partner-principal"),
    });
  });

  it("leaves the assignment to the administrator when no user is given", async () => {
    const { resources } = await declare({ assignedUserObjectId: undefined });
    expect(resources.map(({ name }) => name)).toEqual(["partner", "partner-application", "partner-principal"]);
  });

  it("redirects nowhere when nobody signs in", async () => {
    const { resource } = await declare({ redirectUri: undefined });
    expect(resource("partner-application").inputs["web"]).toMatchObject({ redirectUris: [] });
  });

  it("exposes the ids that others need", async () => {
    const { result } = await declare();
    expect((await settled(result.applicationId)).value).toBe(`/applications/${guidOf("partner-application")}`);
    expect((await settled(result.clientId)).value).toBe(guidOf("partner-application client"));
    expect((await settled(result.principalObjectId)).value).toBe(guidOf("partner-principal"));
  });

  it("survives a preview, where the client id is not known yet", async () => {
    const { resource } = await declare({}, true);
    expect(resource("partner-principal").inputs["clientId"]).toBe(pulumi.runtime.unknownValue);
  });

  it("names every problem of its args at once", async () => {
    const bad = declare({
      displayName: "",
      owners: [],
      requested: [
        { apiClientId: "a", delegatedIds: [], applicationIds: [] },
        { apiClientId: "a", delegatedIds: ["1"], applicationIds: [] },
      ],
    });
    await expect(bad).rejects.toThrow(
      [
        'PartnerApplication "partner":',
        " - displayName must have 1 to 120 characters, got 0",
        " - owners must name at least one object id, got none: nobody could change the application again",
        " - requested: API a must request at least one permission, got none",
        " - requested must name each API once, got a, a",
      ].join("\n"),
    );
  });
});
