export { buildManifest } from "./build";
export { manifestDigest, overallDigest } from "./canonical";
export { type Identity, type KnownIdentity, rememberedIdentities } from "./identities";
export {
  type AccessManifest,
  emptyManifest,
  type GrantedPermission,
  type ManifestAssignment,
  type ManifestEntry,
  type ManifestRedirectUri,
  type ManifestSetting,
  type RequestedPermission,
  type VaultAccess,
} from "./manifest";
export { type ResourceRecord, readPreviewRecords, readStateRecords } from "./records";
export { applicationClientIds, isSameIdentity, reliedIdentities } from "./relied";
