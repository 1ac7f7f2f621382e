import { createWriteStream } from "node:fs";
import { text } from "node:stream/consumers";
import { type Case, caseSchema, judge } from "./judgement";

/** The process that judges: the base revision's code, which the author of a change could not touch. */
async function main(): Promise<void> {
  const { schema, ...given } = JSON.parse(await text(process.stdin)) as Case & { readonly schema: string };
  if (schema !== caseSchema) throw new Error(`this version judges ${caseSchema}, and got ${schema}`);
  createWriteStream("", { fd: 3 }).end(JSON.stringify(judge(given)));
}

void main();
