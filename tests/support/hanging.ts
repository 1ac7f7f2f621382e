import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { transformSync } from "@swc/core";
import ts from "typescript";
import type { ProgramInput } from "../../components/stack-program/read-program";

const project = resolve(__dirname, "../..");
const options = {
  jsc: { parser: { syntax: "typescript" as const }, target: "es2023" as const },
  module: { type: "commonjs" as const },
};

type Program = (read?: () => Promise<ProgramInput>) => Promise<Record<string, unknown>>;

/** The sources that run in the program's process and wait for something; the recording of a review is another process. */
export const programFiles = [
  "index.ts",
  ...["components", "components/partner-access", "components/stack-program"].flatMap((folder) =>
    readdirSync(join(project, folder))
      .filter((name) => name.endsWith(".ts"))
      .map((name) => `${folder}/${name}`),
  ),
];

/** Every place where a source of the program waits: `file:line await text`. */
export function awaitsIn(file: string): readonly string[] {
  return placesIn(file, readFileSync(join(project, file), "utf8")).map(({ name }) => name);
}

/** Functions that are handed to an output and wait: what they wait for would never be noticed. */
export function waitingAppliesIn(file: string): readonly string[] {
  const found: string[] = [];
  const source = parsed(file, readFileSync(join(project, file), "utf8"));
  visit(source, (node) => {
    if (!(ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression))) return;
    const isAsync = (argument: ts.Expression) =>
      ts.isArrowFunction(argument) && argument.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.AsyncKeyword);
    if (node.expression.name.text === "apply" && node.arguments.some(isAsync)) found.push(node.getText(source));
  });
  return found;
}

/** The program with a valve at each of its awaits: one that is shut lets nothing through, for ever. */
export class HangingProgram {
  readonly reached = new Set<string>();
  /** The await that hangs. */
  shut: string | undefined;
  readonly program: Program;
  private readonly modules = new Map<string, { exports: unknown }>();

  constructor() {
    this.program = this.load(join(project, "index.ts")) as Program;
  }

  /** What one of its sources exports. */
  exportsOf(file: string): unknown {
    return this.load(join(project, file));
  }

  private load(path: string): unknown {
    const known = this.modules.get(path);
    if (known !== undefined) return known.exports;
    const module = { exports: {} as unknown };
    this.modules.set(path, module);
    const file = relative(project, path);
    const { code } = transformSync(withValves(file, readFileSync(path, "utf8")), options);
    const load = (request: string) => this.resolve(path, request);
    new Function("require", "module", "exports", "valve", code)(load, module, module.exports, this.valve);
    return module.exports;
  }

  private resolve(from: string, request: string): unknown {
    if (!request.startsWith(".")) return require(request);
    const path = join(dirname(from), request);
    const isOfProgram = existsSync(`${path}.ts`) && programFiles.includes(relative(project, `${path}.ts`));
    return isOfProgram ? this.load(`${path}.ts`) : require(path);
  }

  private readonly valve = async (name: string, value: unknown): Promise<unknown> => {
    this.reached.add(name);
    if (name !== this.shut) return value;
    // What it would have said is of no interest, and must not end the test.
    if (value instanceof Promise) value.catch(() => undefined);
    return new Promise(() => undefined);
  };
}

function withValves(file: string, text: string): string {
  const insertions = placesIn(file, text).flatMap(({ name, start, end }) => [
    { at: start, words: `valve(${JSON.stringify(name)}, ` },
    { at: end, words: ")" },
  ]);
  // From the end, so that what is before keeps its place.
  insertions.sort((one, other) => other.at - one.at);
  return insertions.reduce((result, { at, words }) => result.slice(0, at) + words + result.slice(at), text);
}

interface Place {
  readonly name: string;
  /** Where the expression that is waited for begins and ends. */
  readonly start: number;
  readonly end: number;
}

function placesIn(file: string, text: string): readonly Place[] {
  const source = parsed(file, text);
  const places: Place[] = [];
  visit(source, (node) => {
    if (ts.isForOfStatement(node) && node.awaitModifier) throw new Error(`${file}: a valve knows no "for await"`);
    if (!ts.isAwaitExpression(node)) return;
    const { line } = source.getLineAndCharacterOfPosition(node.getStart(source));
    const words = node.getText(source).replace(/\s+/g, " ").slice(0, 60);
    places.push({
      name: `${file}:${line + 1} ${words}`,
      start: node.expression.getStart(source),
      end: node.expression.end,
    });
  });
  return places;
}

function parsed(file: string, text: string): ts.SourceFile {
  return ts.createSourceFile(file, text, ts.ScriptTarget.ES2023, false);
}

function visit(node: ts.Node, see: (node: ts.Node) => void): void {
  see(node);
  ts.forEachChild(node, (child) => visit(child, see));
}
