import { YamlMistake } from "./yaml-mistake";

/** A place in the lines of a YAML text. */
export class YamlCursor {
  private row = 0;
  private column = 0;

  constructor(private readonly lines: readonly string[]) {}

  /** The number of this line, from 1. */
  get line(): number {
    return this.row + 1;
  }

  get at(): number {
    return this.column;
  }

  private get text(): string {
    return this.lines[this.row] ?? "";
  }

  /** What is left of this line. */
  get rest(): string {
    return this.text.slice(this.column);
  }

  /** How many blanks this line begins with. */
  get indent(): number {
    return /^ */.exec(this.text)?.[0].length ?? 0;
  }

  get isBlank(): boolean {
    return /^ *$/.test(this.text);
  }

  get isEnd(): boolean {
    return this.row >= this.lines.length;
  }

  get isLastLine(): boolean {
    return this.row === this.lines.length - 1;
  }

  skip(characters: number): void {
    this.column += characters;
  }

  skipBlanks(): void {
    this.skip(/^ */.exec(this.rest)?.[0].length ?? 0);
  }

  /** Goes to the beginning of the next line; false where there is none. */
  nextLine(): boolean {
    this.row += 1;
    this.column = 0;
    return !this.isEnd;
  }

  /** Past one `---` above the content. */
  skipDocumentStart(): void {
    while (!this.isEnd && /^ *(#|$)/.test(this.text)) this.nextLine();
    if (/^---( +#.*| *)$/.test(this.text)) this.nextLine();
  }

  /** Goes to the next line that is neither blank nor a comment, at its first character; false at the end. */
  nextContent(): boolean {
    while (!this.isEnd && /^ *(#|$)/.test(this.text)) this.nextLine();
    this.column = this.indent;
    if (/^(---|\.\.\.)( |$)/.test(this.text)) {
      throw this.mistake("has another document", "keep one document: the engine reads no other");
    }
    if (this.rest.startsWith("\t")) throw this.mistake("has a tab", "indent with blanks");
    return !this.isEnd;
  }

  /** Goes to the next line, past a comment. Anything else is a mistake. */
  endLine(): void {
    if (!/^( +#| *$)/.test(this.rest)) throw this.unexpected("the end of the line");
    this.nextLine();
  }

  unexpected(expected: string): YamlMistake {
    if (/^ *\t/.test(this.rest)) return this.mistake("has a tab", "write blanks");
    const found = this.rest.trimStart() === "" ? "the line ends" : `column ${this.column + 1} holds something else`;
    return this.mistake(`should have ${expected}, but ${found}`, "put a text with special characters in quotes");
  }

  mistake(what: string, fix: string): YamlMistake {
    return this.mistakeAt(this.line, what, fix);
  }

  mistakeAt(line: number, what: string, fix: string): YamlMistake {
    return new YamlMistake(line, what, fix);
  }
}
