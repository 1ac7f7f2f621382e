import ts from "typescript";

const mostParameters = 4;

const comparisons = new Set([
  ts.SyntaxKind.EqualsEqualsEqualsToken,
  ts.SyntaxKind.ExclamationEqualsEqualsToken,
  ts.SyntaxKind.LessThanToken,
  ts.SyntaxKind.LessThanEqualsToken,
  ts.SyntaxKind.GreaterThanToken,
  ts.SyntaxKind.GreaterThanEqualsToken,
  ts.SyntaxKind.InKeyword,
  ts.SyntaxKind.InstanceOfKeyword,
]);

/** Functions with too many parameters, and booleans side by side that a reader of the call cannot tell apart, with their lines. */
export function signatureProblems(file: string, text: string): readonly string[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const problems: string[] = [];
  const report = (node: ts.Node, what: string) => {
    const { line } = source.getLineAndCharacterOfPosition(node.getStart(source));
    problems.push(`${file}:${line + 1} ${what}`);
  };
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node)) {
      const { parameters } = node;
      if (parameters.length > mostParameters) report(node, `has ${parameters.length} parameters`);
      if (hasNeighbours(parameters, isBooleanParameter)) report(node, "takes two booleans in a row");
    }
    if ((ts.isCallExpression(node) || ts.isNewExpression(node)) && hasNeighbours(node.arguments ?? [], isBoolean)) {
      report(node, "passes two booleans in a row");
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return problems;
}

function hasNeighbours<T>(items: readonly T[], matches: (item: T) => boolean): boolean {
  return items.some((item, place) => {
    const next = items[place + 1];
    return next !== undefined && matches(item) && matches(next);
  });
}

function isBooleanParameter({ type, initializer }: ts.ParameterDeclaration): boolean {
  const types = type !== undefined && ts.isUnionTypeNode(type) ? type.types : [type];
  return (
    types.some((it) => it?.kind === ts.SyntaxKind.BooleanKeyword) ||
    (initializer !== undefined && isBoolean(initializer))
  );
}

function isBoolean(expression: ts.Expression): boolean {
  if (ts.isParenthesizedExpression(expression)) return isBoolean(expression.expression);
  if (ts.isPrefixUnaryExpression(expression)) return expression.operator === ts.SyntaxKind.ExclamationToken;
  if (ts.isBinaryExpression(expression)) return comparisons.has(expression.operatorToken.kind);
  return expression.kind === ts.SyntaxKind.TrueKeyword || expression.kind === ts.SyntaxKind.FalseKeyword;
}
