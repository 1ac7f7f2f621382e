/** A changelog is read from a package that nobody has reviewed: no list of it fills the report. */
const [mostChanges, longestChange] = [20, 400];

const versionHeading = /^## \[?v?(\d+\.\d+\.\d+[\w.+-]*)\]?(?:\s.*)?$/;

/**
 * What a changelog lists under "### Breaking changes" for every version between two, whichever is the newer: newest first, as it is
 * written. Null where it has no heading for one of them, because then nobody knows what lies between.
 */
export function breakingChanges(changelog: string, one: string, other: string): readonly string[] | null {
  const lines = changelog.split(/\r?\n/);
  const places = [one, other].map((version) => lines.findIndex((line) => versionHeading.exec(line)?.[1] === version));
  const [first, last] = [Math.min(...places), Math.max(...places)];
  if (first < 0) return null;
  const found = itemsBelow(lines.slice(first, last));
  const more = found.length - mostChanges;
  return more > 0 ? [...found.slice(0, mostChanges), `and ${more} more`] : found;
}

function itemsBelow(lines: readonly string[]): readonly string[] {
  const items: string[] = [];
  let isBreaking = false;
  let isItem = false;
  for (const line of lines) {
    if (/^#{1,6} /.test(line)) isBreaking = /^### Breaking/i.test(line);
    const item = /^[-*] +(.+)$/.exec(line)?.[1];
    if (isBreaking && item !== undefined) items.push(item);
    // An item goes on in indented lines.
    else if (isBreaking && isItem && /^\s+\S/.test(line)) items.push(`${items.pop() ?? ""} ${line.trim()}`);
    isItem = item !== undefined || (isItem && /^\s+\S/.test(line));
  }
  return items.map((item) => (item.length > longestChange ? `${item.slice(0, longestChange)}…` : item));
}
