export { driftOf, isTouched } from "./drift";
export type { DriftFinding } from "./finding";
export type {
  LiveAccess,
  LiveApplication,
  LiveDeployment,
  LivePrincipal,
} from "./live";
