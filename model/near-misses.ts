/**
 * Edits that turn one word into the other: insert, delete, replace, or swap two neighbours (the optimal string
 * alignment distance). A swap counts once, because it is the commonest slip of the hand.
 */
export function editDistance(left: string, right: string): number {
  const rows: number[][] = [Array.from({ length: right.length + 1 }, (_, column) => column)];
  for (let row = 1; row <= left.length; row++) {
    const cells = [row];
    for (let column = 1; column <= right.length; column++) {
      const same = left[row - 1] === right[column - 1];
      const above = rows[row - 1] ?? [];
      let least = Math.min(
        (above[column] ?? 0) + 1,
        (cells[column - 1] ?? 0) + 1,
        (above[column - 1] ?? 0) + (same ? 0 : 1),
      );
      if (row > 1 && column > 1 && left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1]) {
        least = Math.min(least, (rows[row - 2]?.[column - 2] ?? 0) + 1);
      }
      cells.push(least);
    }
    rows.push(cells);
  }
  return rows[left.length]?.[right.length] ?? 0;
}

/** A third of the word, and at least two: enough for a slip, too little for another word. */
function tolerance(word: string): number {
  return Math.max(2, Math.floor(word.length / 3));
}

// A pasted page must not cost quadratic time.
const longestWord = 200;

/** What the writer may have meant: at most three candidates, nearest first, equal distances by name. */
export function nearMisses(word: string, candidates: readonly string[]): readonly string[] {
  if (word.length > longestWord) return [];
  const wanted = word.toLowerCase();
  return [...new Set(candidates)]
    .map((candidate) => ({ candidate, distance: editDistance(wanted, candidate.toLowerCase()) }))
    .filter(({ distance }) => distance <= tolerance(word))
    .sort((a, b) => a.distance - b.distance || (a.candidate < b.candidate ? -1 : 1))
    .slice(0, 3)
    .map(({ candidate }) => candidate);
}
