export {
  type AccessChange,
  type ChangeCode,
  type ChangeDirection,
  type ChangeSubject,
  type Holder,
  type NamedPermission,
  powerOf,
} from "./change";
export { type DiffOptions, type GivenReasons, noReasons } from "./context";
export { defaultLifetimeDays } from "./credentials";
export { diffManifests } from "./diff";
export { plainChange } from "./plain-change";
export { diffPolicies } from "./policy";
export { contentOf, type EntryContent } from "./vaults";
