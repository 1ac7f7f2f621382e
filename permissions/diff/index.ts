export {
  type AccessChange,
  type ChangeCode,
  type ChangeSubject,
  type Holder,
  type NamedPermission,
  powerOf,
} from "./change";
export type { DiffOptions, GivenReasons } from "./context";

export { diffManifests } from "./diff";
export { plainChange } from "./plain-change";
export { diffPolicies } from "./policy";
export { contentOf } from "./vaults";
