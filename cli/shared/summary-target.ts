/** Where a summary goes: to the end of a file, or to standard output in place of what a command prints there. */
export type SummaryTarget = { readonly file: string | undefined } | undefined;

/** Whether the summary takes the place of the lines. */
export function isOnlySummary(target: SummaryTarget): boolean {
  return target !== undefined && target.file === undefined;
}
