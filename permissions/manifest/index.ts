export { type BuildOptions, buildManifest } from "./build";
export { manifestDigest, manifestJson, overallDigest } from "./canonical";
export { type Identity, type KnownIdentity, rememberedIdentities } from "./identities";
export {
  type AccessManifest,
  type CredentialRule,
  emptyManifest,
  type GrantConsent,
  type GrantedPermission,
  type ManifestApplication,
  type ManifestAssignment,
  type ManifestEntry,
  type ManifestPrincipal,
  type ManifestRedirectUri,
  type ManifestSetting,
  type ManifestSignIn,
  type ManifestVault,
  manifestSchema,
  type RequestedPermission,
  type UnrecognisedGrant,
  type UnrecognisedProperty,
  type VaultAccess,
} from "./manifest";
export { ManifestError, readManifest } from "./read";
export { type ResourceRecord, readPreviewRecords, readStateRecords } from "./records";
export { applicationClientIds, isSameIdentity, reliedIdentities } from "./relied";
