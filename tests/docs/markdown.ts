import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";

export const root = resolve(__dirname, "../..");

/** Every document a person reads, relative to the root. */
export const documents: readonly string[] = [
  ...readdirSync(root).filter((name) => name.endsWith(".md")),
  ...["offline/README.md", "tokens/README.md"],
  ...["docs", "decisions"].flatMap((folder) =>
    readdirSync(join(root, folder))
      .filter((name) => name.endsWith(".md"))
      .map((name) => `${folder}/${name}`),
  ),
].sort();

export const read = (path: string): string => readFileSync(join(root, path), "utf8");

export interface Link {
  readonly from: string;
  readonly target: string;
}

/** Links of a document, those inside code left out. */
export function linksOf(document: string): readonly Link[] {
  return [...withoutCode(read(document)).matchAll(/\[[^\]]*\]\(([^)\s]+)\)/g)].map((match) => ({
    from: document,
    target: match[1] ?? "",
  }));
}

/** Where a link of ours leads: a file relative to the root, and a heading in it. */
export function placeOf({ from, target }: Link): { readonly file: string; readonly anchor: string | undefined } {
  const [path = "", anchor] = target.split("#");
  const file = path === "" ? from : relative(root, resolve(root, dirname(from), path));
  return { file, anchor };
}

/** The anchors GitHub gives to a document's headings. */
export function anchorsOf(document: string): readonly string[] {
  return [...withoutCode(read(document)).matchAll(/^#{1,6} (.+)$/gm)].map((match) =>
    (match[1] ?? "")
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
      .trim()
      .replaceAll(/\s/g, "-"),
  );
}

/** Texts between single backticks, and the lines of fenced blocks. */
export function codeOf(document: string): readonly string[] {
  const text = read(document);
  const blocks = blocksOf(document).flatMap(({ code }) => code.split("\n"));
  const spans = [...text.replaceAll(/^```[\s\S]*?^```$/gm, "").matchAll(/`([^`\n]+)`/g)].map((match) => match[1] ?? "");
  return [...blocks, ...spans];
}

/** One fenced block: its language, the word after it, and the text. */
export interface Block {
  readonly document: string;
  readonly language: string;
  readonly mark: string;
  readonly code: string;
}

export function blocksOf(document: string): readonly Block[] {
  return [...read(document).matchAll(/^```(\w*) ?([^\n]*)\n([\s\S]*?)^```$/gm)].map(
    ([, language = "", mark = "", code = ""]) => ({ document, language, mark, code }),
  );
}

/** The command lines of every shell block with this mark, each once. */
export function linesMarked(mark: string): readonly string[] {
  const blocks = documents.flatMap(blocksOf).filter((block) => block.language === "sh" && block.mark === mark);
  return [...new Set(blocks.flatMap(({ code }) => code.replaceAll("\\\n", " ").split("\n")))].filter(
    (line) => line !== "",
  );
}

/** The rows of the table that begins with this header cell, as cells without their backticks. */
export function tableAfter(document: string, firstHeader: string): readonly (readonly string[])[] {
  const lines = read(document).split("\n");
  const start = lines.findIndex((line) => line.startsWith(`| ${firstHeader} |`));
  if (start < 0) throw new Error(`${document} has no table that begins with "${firstHeader}"`);
  const end = lines.findIndex((line, index) => index > start && !line.startsWith("|"));
  return lines.slice(start + 2, end).map((line) =>
    line
      .slice(1, -1)
      .split("|")
      .map((cell) => cell.trim()),
  );
}

function withoutCode(text: string): string {
  return text.replaceAll(/^```[\s\S]*?^```$/gm, "").replaceAll(/`[^`\n]*`/g, "");
}
