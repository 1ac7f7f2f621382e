export { renderJson } from "./json";
export { longestComment, renderMarkdown } from "./markdown";
export { readHiddenMarks } from "./marks";
export {
  type AccessReport,
  buildReport,
  type ChangedDependency,
  type ChangedFile,
  type ComparedStack,
  type FailedStack,
  type ReportInput,
  type Unjudged,
} from "./report";
export { describeChange, renderTerminal } from "./terminal";
