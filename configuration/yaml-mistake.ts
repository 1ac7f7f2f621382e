/** Something in a YAML text that is not read, and what to do about it. Never quotes a value: it could be a secret. */
export class YamlMistake extends Error {
  override readonly name = "YamlMistake";

  /** `line` counts from 1; `what` follows the file's name: "has a tab". */
  constructor(
    readonly line: number | undefined,
    readonly what: string,
    readonly fix: string,
  ) {
    super(what);
  }
}
