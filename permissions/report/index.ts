export { renderJson } from "./json";
export { renderMarkdown } from "./markdown";
export {
  type AccessReport,
  buildReport,
  type ChangedDependency,
  type ChangedFile,
  type ComparedStack,
  type FailedStack,
  type Unjudged,
} from "./report";
export { describeChange, renderTerminal } from "./terminal";
export type { ToolChange } from "./tool";
