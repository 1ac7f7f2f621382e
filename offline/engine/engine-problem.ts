/** Why one of the three ways to an engine did not work, and what would help. */
export class EngineProblem extends Error {
  /** What a person can do about it. */
  readonly fix: string;

  constructor(message: string, fix: string) {
    super(message);
    this.name = "EngineProblem";
    this.fix = fix;
  }
}
