import type { Check, Mender } from "./check";

/** The people to whom missing items are assigned, in this order. */
const menders: readonly (readonly [Mender, string])[] = [
  ["tenant-administrator", "The administrator of the partner tenant"],
  ["vault-owner", "The owner of the vault"],
  ["partner-account-owner", "The owner of the Partner Center account"],
  ["reporting-user", "The reporting user"],
  ["you", "You"],
];

/** Checks by who can do something about them, in the order in which people are named; nobody without one. */
export function byMender(
  checks: readonly Check[],
): readonly { readonly title: string; readonly checks: readonly Check[] }[] {
  return menders
    .map(([mender, title]) => ({ title, checks: checks.filter(({ who }) => who === mender) }))
    .filter(({ checks: theirs }) => theirs.length > 0);
}

/** What is to be done, grouped by who can do it. */
export function todoLines(checks: readonly Check[]): readonly string[] {
  return byMender(checks.filter(({ result, fix }) => result !== "ok" && fix !== "")).flatMap(
    ({ title, checks: todo }) => {
      // One script mends several things: it is named once.
      const fixes = new Map<string, string[]>();
      for (const { name, fix } of todo) fixes.set(fix, [...(fixes.get(fix) ?? []), name]);
      return ["", `${title}:`, ...[...fixes].map(([fix, names]) => `  - ${names.join(", ")}: ${fix}`)];
    },
  );
}
