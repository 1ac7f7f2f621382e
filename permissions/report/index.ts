export { renderJson, reportSchema } from "./json";
export { longestComment, type MarkdownOptions, renderMarkdown } from "./markdown";
export { type HiddenMarks, readHiddenMarks } from "./marks";
export {
  type AccessReport,
  buildReport,
  type ChangedDependency,
  type ChangedFile,
  type ComparedStack,
  type FailedStack,
  type ReportedStack,
  type ReportInput,
  type Unjudged,
} from "./report";
export { describeChange, explainChange, renderTerminal, type TerminalOptions } from "./terminal";
export { verdictOf } from "./verdict";
