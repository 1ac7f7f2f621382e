import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./markdown";

/**
 * Compares what stands between a document's marks `<!-- NAME: … -->` and `<!-- /NAME -->` with what the code says now.
 * `npm run docs:generate` writes it.
 */
export function expectSection(document: string, name: string, text: string): void {
  const file = join(root, document);
  const marks = new RegExp(`(<!-- ${name}:[^>]*-->\n)([\\s\\S]*?)(<!-- /${name} -->)`);
  const written = readFileSync(file, "utf8");
  if (!marks.test(written)) throw new Error(`${document} has no marks for "${name}"`);
  if (process.env["GOLDEN"] === "approve") {
    writeFileSync(
      file,
      written.replace(marks, (_, open, __, close) => open + text + close),
    );
  }
  expect(marks.exec(readFileSync(file, "utf8"))?.[2]).toBe(text);
}

/** A table in Markdown. A bar would begin a cell. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(header), `|${header.map(() => "---|").join("")}`, ...rows.map(line), ""].join("\n");
}

/** Words of a declaration as Markdown: a name in angle brackets is no element. Code stays as it is. */
export function prose(text: string): string {
  return text
    .split(/(`[^`]*`)/)
    .map((part) => (part.startsWith("`") ? part : part.replaceAll("<", "&lt;").replaceAll(">", "&gt;")))
    .join("");
}
