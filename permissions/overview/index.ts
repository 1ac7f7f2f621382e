export type { OverviewGroup } from "./group";
export { type AccessOverview, accessOverview, type StackAccess } from "./overview";
