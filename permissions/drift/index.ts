export { type DriftOptions, driftOf, isTouched } from "./drift";
export type { DriftFinding, Touched } from "./finding";
export type {
  LiveAccess,
  LiveApplication,
  LiveCredential,
  LiveDeployment,
  LiveGrant,
  LivePrincipal,
  LiveTrust,
} from "./live";
export { liveManifest } from "./live-manifest";
