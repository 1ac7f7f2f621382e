/**
 * Makes texts from outside safe for the place where they are printed. The names of applications, readers and files appear in reviews: they
 * must not end a line, start a command, notify a person, or look like something else.
 */

// Letters and marks pass; what cannot be seen, or changes the order of what can, is spelled out.
const invisible = /^(?:[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]|(?! )\p{Zs})$/u;
const everyInvisible = new RegExp(invisible.source.slice(1, -1), "gu");
/** More marks on one letter than any language needs would draw over the lines above and below. */
const mark = /^\p{M}$/u;
const mostMarks = 4;

/** One line of visible text, for a page or another renderer that escapes by itself. What is spelled out counts with its length, so no text can crowd out another. */
export function visibleText(text: string, longest: number): string {
  let shown = "";
  let marks = 0;
  for (const character of text) {
    marks = mark.test(character) ? marks + 1 : 0;
    const piece = marks > mostMarks || invisible.test(character) ? spelled(character) : character;
    if (shown.length + piece.length > longest) return `${shown}…`;
    shown += piece;
  }
  return shown;
}

/** A name in Markdown: in code, where GitHub and Azure DevOps neither link nor notify. Every mark of Markdown or HTML is an entity. */
export function markdownName(text: string): string {
  return `<code>${entities(visibleText(text, 120)) || "(empty)"}</code>`;
}

/** A sentence in Markdown. Outside code an entity alone does not stop a mention, so an invisible blank follows the mark. */
export function markdownSentence(text: string): string {
  return entities(visibleText(text, 400))
    .replace(/&#64;/g, "&#64;&#8203;")
    .replace(/&#35;/g, "&#35;&#8203;")
    .replace(/\bGH-/gi, (start) => `${start}&#8203;`)
    .replace(/&#58;\/\//g, "&#58;&#8203;//");
}

/** A name on a terminal or in a log, in quotation marks. */
export function terminalName(text: string): string {
  return `"${terminalSentence(visibleText(text, 120)).replace(/["\\]/g, "\\$&")}"`;
}

/** A sentence on a terminal or in a log. Azure Pipelines obeys `##vso[` anywhere in a line, GitHub `##[` as well. */
export function terminalSentence(text: string): string {
  return visibleText(text, 400).replace(/##/g, "#\\u{23}").replace(/::/g, ":\\u{3a}");
}

/** JSON on one line, without a byte that a terminal or a log would obey. */
export function safeJson(value: unknown): string {
  return JSON.stringify(value)
    .replace(everyInvisible, (hidden) =>
      Array.from({ length: hidden.length }, (_, index) => `\\u${hex(hidden.charCodeAt(index)).padStart(4, "0")}`).join(
        "",
      ),
    )
    .replace(/##/g, "\\u0023#")
    .replace(/::/g, "\\u003a:");
}

/** Everything in ASCII but letters, digits, blanks and `, - / ; ? %`; and the dot of `www.`, which would make a link. */
function entities(text: string): string {
  return text
    .replace(/[!-+:<-@[-`{-~]/g, (mark) => (mark === "%" ? mark : `&#${mark.charCodeAt(0)};`))
    .replace(/\bwww\./gi, (start) => `${start.slice(0, -1)}&#46;`);
}

function spelled(character: string): string {
  return `\\u{${hex(character.codePointAt(0) ?? 0)}}`;
}

function hex(code: number): string {
  return code.toString(16);
}
