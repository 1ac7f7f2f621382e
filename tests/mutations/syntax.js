const ts = require("typescript");

/**
 * Replaces one piece of code, found in the syntax tree: inside the function, method or constant of a name, the one node that
 * reads like `find`. Spaces, line breaks, comments and trailing commas do not count, and `_` stands for any one node.
 */
function mutate(text, { file, within, find, replace }) {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const pattern = readPattern(find);
  const places = everyNode(source)
    .filter((node) => nameOf(node) === within)
    .flatMap((declaration) => everyNode(declaration))
    .filter((node) => isAlike(node, pattern));
  const [place, ...others] = new Set(places);
  if (place === undefined || others.length > 0) {
    const found = place === undefined ? "no" : others.length + 1;
    throw new Error(`the mutation of ${file} does not apply: ${found} nodes of ${within} read like ${find}`);
  }
  return text.slice(0, place.getStart(source)) + replace + text.slice(place.getEnd());
}

/** A statement ends with a semicolon; anything else is an expression. */
function readPattern(find) {
  const isStatement = /[;}]$/.test(find) && !find.startsWith("{");
  const source = ts.createSourceFile("pattern.ts", isStatement ? find : `(${find});`, ts.ScriptTarget.Latest, true);
  const [statement] = source.statements;
  return isStatement ? statement : statement.expression.expression;
}

function everyNode(node) {
  return [node, ...node.getChildren().flatMap(everyNode)];
}

function nameOf(node) {
  const isNamed = ts.isFunctionLike(node) || ts.isVariableDeclaration(node) || ts.isPropertyAssignment(node);
  return isNamed && node.name !== undefined ? node.name.getText() : undefined;
}

function isAlike(node, pattern) {
  if (pattern.kind === ts.SyntaxKind.Identifier && pattern.text === "_") return true;
  if (node.kind !== pattern.kind) return false;
  const [ours, theirs] = [partsOf(node), partsOf(pattern)];
  if (theirs.length === 0) return node.getText() === pattern.getText();
  return ours.length === theirs.length && theirs.every((part, place) => isAlike(ours[place], part));
}

function partsOf(node) {
  const parts = node.getChildren();
  const isList = node.kind === ts.SyntaxKind.SyntaxList;
  return isList && parts.at(-1)?.kind === ts.SyntaxKind.CommaToken ? parts.slice(0, -1) : parts;
}

module.exports = { mutate };
