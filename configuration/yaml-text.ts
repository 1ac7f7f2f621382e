import { parseDocument, type ScalarTag } from "yaml";
import type { Problem } from "./problem";
import { enginePlainScalar } from "./yaml-scalars";

/** The value of a YAML text, or why it has none. */
export interface YamlReading {
  readonly value: unknown;
  readonly problems: readonly Problem[];
}

// Catches every unquoted scalar before the package's own rules do.
const plainScalar: ScalarTag = {
  tag: "tag:partner-access,plain",
  default: true,
  test: /^[\s\S]*$/,
  resolve: (source: string) => enginePlainScalar(source),
};

/** Reads a YAML text as the engine would. `file` names it in problems, which never quote its content. */
export function readYaml(text: string, file: string): YamlReading {
  const document = parseDocument(text, {
    schema: "failsafe",
    merge: true,
    customTags: (tags) => [plainScalar, ...tags],
    logLevel: "silent",
  });
  const problems = document.errors.map((error) =>
    // The package's message quotes the line, which may hold a secret; its code says as much.
    invalid(file, error.linePos?.[0].line, error.code.toLowerCase().replaceAll("_", " ")),
  );
  if (problems.length > 0) return { value: undefined, problems };
  try {
    return { value: document.toJS() as unknown, problems };
  } catch {
    // Aliases of aliases can make a few lines grow without end; the package stops at a hundred.
    return { value: undefined, problems: [invalid(file, undefined, "too many aliases")] };
  }
}

function invalid(file: string, line: number | undefined, what: string): Problem {
  return {
    path: line === undefined ? file : `${file}:${line}`,
    message: `is not valid YAML (${what})`,
    received: undefined,
    allowed: "YAML with every key once, indented with blanks",
    fix: "look at that line and the one before it",
  };
}
