import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { z } from "zod";

export const schemaFolder = resolve(__dirname, "../../docs/schemas");

/** Fails with every difference when a document is not what its schema file promises. */
export function expectDocument(document: Readonly<Record<string, unknown>>): void {
  const [, command = ""] = /^partner-access\/([a-z-]+)\/1$/.exec(String(document["schema"])) ?? [];
  const schema = JSON.parse(readFileSync(join(schemaFolder, `${command}.json`), "utf8"));
  const { error } = z.fromJSONSchema(schema).safeParse(document);
  if (error !== undefined) throw new Error(`docs/schemas/${command}.json: ${z.prettifyError(error)}`);
}
