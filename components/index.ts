export {
  ApiPermissionGrants,
  type ApiPermissionGrantsArgs,
} from "./api-permission-grants";
export { CredentialVault, type CredentialVaultArgs } from "./credential-vault";
export { PartnerApplication, type PartnerApplicationArgs } from "./partner-application";
export { RotatingClientSecret, type RotatingClientSecretArgs } from "./rotating-client-secret";
