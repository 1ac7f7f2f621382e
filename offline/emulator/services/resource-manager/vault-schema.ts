import { z } from "zod";

const flag = z.boolean().nullish();
const tags = z.record(z.string(), z.string());
const permissionList = z.array(z.string()).nullish();

/** One identity's rights in a vault that does not use role-based access (`AccessPolicyEntry`). */
const accessPolicy = z.strictObject({
  tenantId: z.uuid(),
  objectId: z.string().min(1),
  applicationId: z.uuid().nullish(),
  permissions: z.strictObject({
    keys: permissionList,
    secrets: permissionList,
    certificates: permissionList,
    storage: permissionList,
  }),
});

const networkAcls = z.strictObject({
  bypass: z.enum(["AzureServices", "None"]).nullish(),
  defaultAction: z.enum(["Allow", "Deny"]).nullish(),
  ipRules: z.array(z.strictObject({ value: z.string() })).nullish(),
  virtualNetworkRules: z.array(z.strictObject({ id: z.string(), ignoreMissingVnetServiceEndpoint: flag })).nullish(),
});

const sku = z.strictObject({ family: z.literal("A"), name: z.enum(["standard", "premium"]) });

const changeable = {
  accessPolicies: z.array(accessPolicy).max(1024).nullish(),
  enabledForDeployment: flag,
  enabledForDiskEncryption: flag,
  enabledForTemplateDeployment: flag,
  enableSoftDelete: flag,
  softDeleteRetentionInDays: z.int().nullish(),
  enableRbacAuthorization: flag,
  enablePurgeProtection: flag,
  createMode: z.enum(["recover", "default"]).nullish(),
  networkAcls: networkAcls.nullish(),
  publicNetworkAccess: z.string().nullish(),
};

/** `VaultCreateOrUpdateParameters` of Microsoft.KeyVault 2024-11-01. */
export const vaultBody = z.strictObject({
  location: z.string().min(1),
  tags: tags.optional(),
  properties: z.strictObject({
    tenantId: z.uuid(),
    sku,
    ...changeable,
    // Read-only or derived; clients that read before they write send them back, and the service ignores them.
    vaultUri: z.string().nullish(),
    provisioningState: z.string().nullish(),
  }),
});

/** `VaultPatchParameters`. */
export const vaultPatch = z.strictObject({
  tags: tags.optional(),
  properties: z.strictObject({ tenantId: z.uuid().optional(), sku: sku.optional(), ...changeable }).optional(),
});

/** `VaultAccessPolicyParameters`. */
export const accessPolicyBody = z.strictObject({
  id: z.string().optional(),
  name: z.string().optional(),
  type: z.string().optional(),
  location: z.string().optional(),
  properties: z.strictObject({ accessPolicies: z.array(accessPolicy) }),
});

/** `VaultCheckNameAvailabilityParameters`. */
export const nameCheckBody = z.strictObject({
  name: z.string(),
  type: z.literal("Microsoft.KeyVault/vaults"),
});

/** Properties of a vault as a PUT sends them. */
export type VaultProperties = z.infer<typeof vaultBody>["properties"];
/** Properties of a vault as a PATCH sends them. */
export type VaultPatchProperties = NonNullable<z.infer<typeof vaultPatch>["properties"]>;
/** One access policy. */
export type AccessPolicy = z.infer<typeof accessPolicy>;
