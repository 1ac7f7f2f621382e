// What a Pulumi program imports. A list by hand: whatever stands here is a contract.
export type { ApiGrants, ApiPermissionGrantsArgs } from "./api-permission-grants";
export { ApiPermissionGrants } from "./api-permission-grants";
export type { CredentialVaultArgs, VaultReader } from "./credential-vault";
export { CredentialVault } from "./credential-vault";
export type { AccessRotation, AccessSecretNames } from "./partner-access/outputs";
export { PartnerAccess } from "./partner-access/partner-access";
export type {
  AccessReaderArgs,
  AccessVaultArgs,
  ApiPermissionArgs,
  PartnerAccessArgs,
  PartnerTenantArgs,
  RotationArgs,
} from "./partner-access/partner-access-args";
export type { PartnerApplicationArgs } from "./partner-application";
export { PartnerApplication } from "./partner-application";
export type { RotatingClientSecretArgs } from "./rotating-client-secret";
export { RotatingClientSecret } from "./rotating-client-secret";
