import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { root } from "./markdown";

/** Where problems are made that an operator sees. `permissions/` names kinds of change in a review, which explains them itself. */
const folders = ["cli", "clients", "components", "configuration", "rotation", "tokens"];

/** Functions that take a problem's code as an argument. */
const makers = /(?:^|\.)(?:problem|fail|failure|refused|engineProblems)$/;

/** Every stable code that production code can report, from the text of its sources. */
export function problemCodes(): ReadonlySet<string> {
  // Below offline/ the emulator raises Microsoft's codes; the commands that start it are beside its folders.
  const offline = readdirSync(join(root, "offline")).filter((name) => name.endsWith(".ts"));
  const sources = [
    ...folders.flatMap((folder) => sourcesIn(join(root, folder))),
    ...offline.map((name) => join(root, "offline", name)),
  ];
  return new Set(sources.flatMap(codesIn));
}

function sourcesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? sourcesIn(path) : path.endsWith(".ts") ? [path] : [];
  });
}

function codesIn(path: string): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAssignment(node) && node.name.getText() === "code") found.push(...textsOf(node.initializer));
    const isNamedCode =
      (ts.isPropertyDeclaration(node) || ts.isBindingElement(node) || ts.isParameter(node)) &&
      node.name.getText() === "code";
    if (isNamedCode && node.initializer !== undefined) found.push(...textsOf(node.initializer));
    if (ts.isCallExpression(node) && makers.test(node.expression.getText())) {
      found.push(...node.arguments.flatMap(textsOf).filter((text) => /^[a-z]+(?:-[a-z]+)*$/.test(text)));
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(path, readFileSync(path, "utf8"), ts.ScriptTarget.Latest, true));
  return found;
}

/** The texts an expression may come to. */
function textsOf(node: ts.Expression): readonly string[] {
  if (ts.isStringLiteralLike(node)) return [node.text];
  if (ts.isConditionalExpression(node)) return [...textsOf(node.whenTrue), ...textsOf(node.whenFalse)];
  if (ts.isBinaryExpression(node)) return [...textsOf(node.left), ...textsOf(node.right)];
  if (ts.isParenthesizedExpression(node) || ts.isAsExpression(node)) return textsOf(node.expression);
  return [];
}
