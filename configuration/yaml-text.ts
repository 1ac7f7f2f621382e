import type { Problem } from "./problem";
import { BlockReader } from "./yaml-block";
import { YamlCursor } from "./yaml-cursor";
import { YamlMistake } from "./yaml-mistake";
import { YamlNodes } from "./yaml-nodes";
import { yamlLines } from "./yaml-source";

/** The value of a YAML text, or why it has none. */
export interface YamlReading {
  readonly value: unknown;
  readonly problems: readonly Problem[];
}

/**
 * Reads a YAML text as the engine would, or refuses it. The engine's reader (gopkg.in/yaml.v3) does not exist for JavaScript: only YAML
 * that all readers read alike is accepted, see decision 10. `file` names it in problems, which never quote its content.
 */
export function readYaml(source: Uint8Array | string, file: string): YamlReading {
  try {
    return { value: readDocument(new YamlCursor(yamlLines(source))), problems: [] };
  } catch (error) {
    if (error instanceof YamlMistake) return { value: undefined, problems: [yamlProblem(error, file)] };
    throw error;
  }
}

function readDocument(cursor: YamlCursor): unknown {
  cursor.skipDocumentStart();
  if (!cursor.nextContent()) return null;
  const value = new BlockReader(cursor, new YamlNodes(cursor)).readBlock(-1);
  if (cursor.nextContent()) throw cursor.unexpected("a key that lines up with the first one");
  return value;
}

/** A mistake in a file, as a problem of it. */
export function yamlProblem({ line, what, fix }: YamlMistake, file: string): Problem {
  return {
    path: line === undefined ? file : `${file}:${line}`,
    message: what,
    received: undefined,
    allowed: "YAML that every reader reads alike",
    fix,
  };
}
