/** Numbers that look drawn at random and are the same for the same seed (mulberry32). */
function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const scalars =
  'a|b c|contoso.example|true|null|~|90|-7|0123|0x1F|1_000|1.5|12e4567|.5|2026-03-01|.inf|<<|yes|a:b|a#b|a #b|a: b|- x|---|?|:|a:|&x y|*x|!t|%a|@a|[a, b]|[a,,b]|[]|{}|{a: b}|{"a":1}|{a}|"a"|\'it\'\'s\'|"a\\n b"|"\\u00e9"|"\\ud83d"|größe|1e21|9007199254740993|\'a|"a'.split(
    "|",
  );
const inserted = [
  "  ",
  "\n",
  "\t",
  "\r",
  " #",
  ": ",
  "- ",
  '"',
  "'",
  "[",
  "]",
  "{",
  "}",
  ",",
  "&a ",
  "*a",
  "!",
  "|",
  ">",
  "\u0085",
  "\u2028",
  "\u00a0",
  "\\",
  "0",
  "é",
];

/** Stack files of every shape, right and wrong, of one seed. */
export function generatedTexts(count: number, seed: number, known: string): readonly Buffer[] {
  const roll = dice(seed);
  const pick = <T>(from: readonly T[]): T => from[Math.floor(roll() * from.length)] as T;
  const some = (most: number, make: (place: number) => string) =>
    Array.from({ length: 1 + Math.floor(roll() * most) }, (_, place) => make(place)).join("");
  const blanks = (indent: number) => " ".repeat(indent);
  const comment = () => (roll() < 0.1 ? pick([" # c", " #", " # a: b", "#c", "  # 'x"]) : "");

  function blockText(indent: number): string {
    const line = () =>
      pick([`${blanks(indent + 2)}${pick(scalars)}`, `${blanks(indent + 4)}x`, "", `${blanks(indent + 2)}# x`]);
    return `${pick(["|", ">", "|-", ">+"])}${comment()}${some(4, () => `\n${line()}`)}`;
  }

  function value(indent: number, depth: number): string {
    const kind = depth > 3 ? 0 : roll();
    if (kind < 0.5) return ` ${pick(scalars)}${comment()}\n`;
    if (kind < 0.6) return ` ${blockText(indent)}\n`;
    if (kind < 0.65) return ` ${pick(scalars)}\n${blanks(indent + pick([0, 2, 4]))}${pick(scalars)}\n`;
    if (kind < 0.8) return `${comment()}\n${mapping(indent + pick([2, 2, 4, 1]), depth + 1)}`;
    return `${pick(["", "", " &x"])}\n${list(indent + pick([0, 2]), depth + 1)}`;
  }

  function mapping(indent: number, depth: number): string {
    const key = (place: number) => pick([`k${place}`, `"q${place}"`, `k ${place}`, pick(scalars)]);
    return some(3, (place) => `${blanks(indent)}${key(place)}:${value(indent, depth)}${pick(["", "", "\n", "# c\n"])}`);
  }

  function list(indent: number, depth: number): string {
    return some(3, () =>
      roll() < 0.3
        ? `${blanks(indent)}- ${mapping(indent + 2, depth + 1).trimStart()}`
        : `${blanks(indent)}-${value(indent, depth)}`,
    );
  }

  function changed(text: string): string {
    const characters = [...text];
    for (let change = 0; change <= roll() * 2; change++) {
      const place = Math.floor(roll() * characters.length);
      if (roll() < 0.7) characters.splice(place, 0, pick(inserted));
      else characters.splice(place, 1);
    }
    return characters.join("");
  }

  return Array.from({ length: count }, (_, place) => {
    if (place % 3 === 0) return Buffer.from(changed(known));
    const text = `config:\n${some(3, (key) => `  p:k${key}:${value(2, 0)}`)}`;
    return Buffer.from(place % 3 === 1 ? text : changed(text));
  });
}
