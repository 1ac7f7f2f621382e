export type PackageManager = "npm" | "yarn" | "pnpm" | "bun";

/** The options under `runtime` in Pulumi.yaml, with the real host's defaults. */
export interface RuntimeOptions {
  /** Whether ts-node is registered before the program is loaded. */
  readonly typescript: boolean;
  /** Path of the tsconfig to use, relative to the program's folder; empty means tsconfig.json if there is one. */
  readonly tsconfig: string;
  /** Arguments of the Node that runs the program. */
  readonly nodeargs: readonly string[];
  readonly packagemanager: PackageManager | "auto";
  /** Whether `pulumi install` leaves development dependencies out. */
  readonly production: boolean;
}

const packageManagers = ["auto", "npm", "yarn", "pnpm", "bun"] as const;

/** Checks the options all at once. Unknown ones are ignored, as the real host does. */
export function readRuntimeOptions(given: Readonly<Record<string, unknown>>): RuntimeOptions {
  const problems: string[] = [];
  const read = <T>(name: string, isRight: (value: unknown) => value is T, allowed: string, otherwise: T): T => {
    const value = given[name];
    if (value === undefined) return otherwise;
    if (isRight(value)) return value;
    problems.push(`${name} option must be ${allowed}, got ${JSON.stringify(value)}`);
    return otherwise;
  };
  const options = {
    typescript: read("typescript", isBoolean, "a boolean", true),
    tsconfig: read("tsconfig", isString, "a string", ""),
    nodeargs: splitWords(read("nodeargs", isString, "a string", "")),
    packagemanager: read("packagemanager", isPackageManager, "one of auto, npm, yarn, pnpm or bun", "auto"),
    production: read("production", isBoolean, "a boolean", false),
  };
  if (problems.length > 0) throw new Error(`runtime options in Pulumi.yaml: ${problems.join("; ")}`);
  return options;
}

const isBoolean = (value: unknown): value is boolean => typeof value === "boolean";
const isString = (value: unknown): value is string => typeof value === "string";
const isPackageManager = (value: unknown): value is PackageManager | "auto" =>
  packageManagers.some((name) => name === value);

/** Splits as a shell does, quotes and backslashes included: `--require "a b.js"` is two words. */
export function splitWords(text: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote = "";
  for (let at = 0; at < text.length; at += 1) {
    const letter = text.charAt(at);
    const next = text.charAt(at + 1);
    if (letter === "\\" && quote !== "'" && next !== "") {
      word = (word ?? "") + next;
      at += 1;
    } else if (quote !== "" && letter === quote) quote = "";
    else if (quote === "" && (letter === '"' || letter === "'")) {
      quote = letter;
      word ??= "";
    } else if (quote === "" && /\s/.test(letter)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? "") + letter;
  }
  if (quote !== "") throw new Error(`nodeargs in Pulumi.yaml has a ${quote} without its partner: ${text}`);
  return word === undefined ? words : [...words, word];
}
