import * as azuread from "@pulumi/azuread";
import * as pulumi from "@pulumi/pulumi";
import { CredentialVault, type CredentialVaultArgs } from "../../components/credential-vault";
import { day } from "../../model/day";
import { azureOutputs } from "../support/azure-answers";
import { deploy } from "../support/deploy";

const subscriptionId = "33333333-3333-4333-8333-333333333333";
const vaultId = `/subscriptions/${subscriptionId}/resourceGroups/partner-insights/providers/Microsoft.KeyVault/vaults/fabrikam-partner-access`;
const roleDefinition = (id: string) =>
  `/subscriptions/${subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/${id}`;

const args: Omit<CredentialVaultArgs, "proof" | "proofNeeds"> = {
  tenantId: "home-tenant",
  subscriptionId,
  resourceGroupName: "partner-insights",
  vaultName: "fabrikam-partner-access",
  mode: "existing",
  prefix: "partner-insights-contoso-",
  partnerTenantId: "partner-tenant",
  clientId: "client-1",
  clientSecret: "the secret text",
  clientSecretEnd: day("2026-06-30"),
  recordTags: { record: "1", current: "a" },
  hasRefreshToken: true,
  readers: [{ name: "report-builder", objectId: "reader-1", type: "ServicePrincipal" }],
  refreshTokenReaders: [{ name: "renewer", objectId: "renewer-1", type: "Group" }],
};

function declare(changes: Partial<CredentialVaultArgs> = {}, isPreview = false) {
  return deploy(
    () => {
      const principal = new azuread.ServicePrincipal("principal", { clientId: "client-1" });
      const proof = new pulumi.ResourceHook("proof", () => undefined);
      return new CredentialVault("partner", { ...args, proof, proofNeeds: [principal], ...changes });
    },
    { outputs: azureOutputs, isPreview },
  );
}

const commonTags = { tenantId: "partner-tenant", clientId: "client-1", managedBy: "partner-insights-access" };
const place = { resourceGroupName: "partner-insights", vaultName: "fabrikam-partner-access" };

describe("CredentialVault", () => {
  it("declares exactly the entries of the contract and one assignment per reader and entry", async () => {
    const { resources } = await declare();
    expect(
      resources
        .filter(({ name }) => name !== "principal")
        .map(({ name }) => name)
        .sort(),
    ).toEqual([
      "partner",
      "partner-client-id",
      "partner-client-id-reader-report-builder",
      "partner-client-secret",
      "partner-client-secret-reader-report-builder",
      "partner-refresh-token",
      "partner-refresh-token-reader-renewer",
    ]);
    expect(
      resources.filter(({ type }) => type.startsWith("azure-native")).every(({ parent }) => parent === "partner"),
    ).toBe(true);
  });

  it("publishes the client secret with its record, Entra's end and a content type, the value secret", async () => {
    const { resource } = await declare();
    const entry = resource("partner-client-secret");
    expect(entry.type).toBe("azure-native:keyvault:Secret");
    expect(entry.inputs).toEqual({
      ...place,
      secretName: "partner-insights-contoso-client-secret",
      properties: {
        value: "the secret text",
        contentType: "Entra client secret",
        attributes: { enabled: true, expires: Date.UTC(2026, 5, 30) / 1000 },
      },
      tags: { record: "1", current: "a", ...commonTags },
    });
    expect(entry.secrets).toEqual(["properties.value"]);
  });

  it("proves the client secret before every write of its entry, and no other entry", async () => {
    const { resource } = await declare();
    expect(resource("partner-client-secret").hooks).toEqual({ beforeCreate: ["proof"], beforeUpdate: ["proof"] });
    expect(resource("partner-client-id").hooks).toEqual({ beforeCreate: [], beforeUpdate: [] });
    expect(resource("partner-refresh-token").hooks).toEqual({ beforeCreate: [], beforeUpdate: [] });
  });

  it("writes the client id in the clear, with the common tags", async () => {
    const { resource } = await declare();
    expect(resource("partner-client-id").inputs).toEqual({
      ...place,
      secretName: "partner-insights-contoso-client-id",
      properties: {
        value: "client-1",
        contentType: "Entra application (client) id",
        attributes: { enabled: true },
      },
      tags: commonTags,
    });
    expect(resource("partner-client-id").secrets).toEqual([]);
  });

  it("declares a disabled place for the refresh token and never writes it again", async () => {
    const { resource } = await declare();
    expect(resource("partner-refresh-token").inputs).toMatchObject({
      secretName: "partner-insights-contoso-refresh-token",
      properties: { contentType: "Entra refresh token", attributes: { enabled: false } },
      tags: commonTags,
    });
    expect(resource("partner-refresh-token").ignoreChanges).toEqual(["properties", "tags"]);
    expect(resource("partner-refresh-token").secrets).toEqual(["properties.value"]);
  });

  it("declares no place for a refresh token when nobody signs in", async () => {
    const { resources } = await declare({ hasRefreshToken: false });
    expect(resources.map(({ name }) => name).filter((name) => name.includes("refresh-token"))).toEqual([]);
  });

  it("lets readers read the entry and not the vault, with the principal type written", async () => {
    const { resource } = await declare();
    const scope = `${vaultId}/secrets/partner-insights-contoso`;
    expect(resource("partner-client-secret-reader-report-builder")).toMatchObject({
      type: "azure-native:authorization:RoleAssignment",
    });
    expect(resource("partner-client-secret-reader-report-builder").inputs).toEqual({
      scope: `${scope}-client-secret`,
      principalId: "reader-1",
      principalType: "ServicePrincipal",
      roleDefinitionId: roleDefinition("4633458b-17de-408a-b874-0445c86b69e6"),
    });
    expect(resource("partner-refresh-token-reader-renewer").inputs).toEqual({
      scope: `${scope}-refresh-token`,
      principalId: "renewer-1",
      principalType: "Group",
      roleDefinitionId: roleDefinition("4633458b-17de-408a-b874-0445c86b69e6"),
    });
  });

  it("waits for what the proof needs", async () => {
    const { resource } = await declare();
    expect(resource("partner-client-secret").dependsOn).toContain("principal");
  });

  it("creates a vault under role-based access control, protected against purge, when asked to", async () => {
    const { resource } = await declare({ mode: "create", writerObjectId: "writer-1", location: "westeurope" });
    expect(resource("partner-vault").type).toBe("azure-native:keyvault:Vault");
    expect(resource("partner-vault").inputs).toEqual({
      ...place,
      location: "westeurope",
      properties: {
        tenantId: "home-tenant",
        sku: { family: "A", name: "standard" },
        createMode: "default",
        enableRbacAuthorization: true,
        enableSoftDelete: true,
        softDeleteRetentionInDays: 90,
        enablePurgeProtection: true,
        // The SDK's own defaults, which the component leaves alone.
        enabledForDeployment: false,
        enabledForDiskEncryption: false,
        enabledForTemplateDeployment: false,
        publicNetworkAccess: "enabled",
      },
      tags: { managedBy: "partner-insights-access" },
    });
  });

  it("leaves a created vault standing when the stack goes, because other stacks may use it", async () => {
    const { resource } = await declare({ mode: "create", writerObjectId: "writer-1" });
    expect(resource("partner-vault").retainOnDelete).toBe(true);
  });

  it("lets the writer of a created vault write, before any entry is written", async () => {
    const { resource } = await declare({ mode: "create", writerObjectId: "writer-1" });
    expect(resource("partner-vault-writer").inputs).toEqual({
      scope: vaultId,
      principalId: "writer-1",
      principalType: "ServicePrincipal",
      roleDefinitionId: roleDefinition("b86a8fe4-44ce-4948-aee5-eccb2c155cd7"),
    });
    expect(resource("partner-client-secret").dependsOn).toContain("partner-vault-writer");
    // Written once the secret is: what fails at its proof has moved nothing.
    for (const entry of ["partner-client-id", "partner-refresh-token"]) {
      expect(resource(entry).dependsOn).toContain("partner-client-secret");
    }
    expect(resource("partner-client-secret").dependsOn).toContain("principal");
    expect(resource("partner-vault").inputs).not.toHaveProperty("location");
  });

  it("recovers a vault, and forgets afterwards how it came to be", async () => {
    const { resource } = await declare({ mode: "recover", writerObjectId: "writer-1" });
    expect(resource("partner-vault").inputs["properties"]).toMatchObject({ createMode: "recover" });
    expect(resource("partner-vault").ignoreChanges).toEqual(["properties.createMode"]);
  });

  it("knows in its first preview whom a created vault and its entries will let in, and where", async () => {
    const { resource } = await declare({ mode: "create", writerObjectId: "writer-1" }, true);
    const reader = resource("partner-client-secret-reader-report-builder");
    expect(reader.inputs["scope"]).toBe(`${vaultId}/secrets/partner-insights-contoso-client-secret`);
    expect(reader.dependsOn).toContain("partner-client-secret");
    expect(resource("partner-vault-writer").inputs["scope"]).toBe(vaultId);
    expect(resource("partner-vault-writer").dependsOn).toContain("partner-vault");
  });

  it("names every problem of its args at once, and no secret", async () => {
    const reader = args.readers[0]!;
    const bad = declare({ mode: "create", prefix: "not ok ", readers: [reader, reader] });
    await expect(bad).rejects.toThrow(
      [
        'CredentialVault "partner":',
        " - writerObjectId must be set when mode is create, got nothing: nobody could write entries",
        " - prefix must leave entry names of 1 to 127 letters, digits and hyphens, got not ok client-secret",
        " - readers must not repeat an object id, got reader-1, reader-1",
        " - readers must not repeat a name, got report-builder, report-builder",
      ].join("\n"),
    );
  });
});
