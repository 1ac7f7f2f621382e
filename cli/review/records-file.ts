import { readFile, stat, writeFile } from "node:fs/promises";
import { z } from "zod";
import type { RecordedStack } from "../../components/partner-access/recording/recorded-stack";
import { commandLine, counted } from "../../model/command-line";
import { terminalSentence } from "../../permissions/report/escape";
import { CommandError } from "../shared/document";

const schemaName = "partner-access/records/1";
/** A thousand tenants take about 60 MB. */
const mostBytes = 512 * 1024 * 1024;

const reason = z.string();
const anything = z.record(z.string(), z.unknown());
const record = z.looseObject({ type: z.string(), name: z.string(), inputs: anything });
const recorded = z.strictObject({
  stack: z.string().max(200),
  domain: z.string(),
  reasons: z.strictObject({
    permissions: z.array(
      z.strictObject({
        apiClientId: z.string(),
        kind: z.enum(["delegated", "application"]),
        permission: z.string(),
        reason,
      }),
    ),
    consent: reason.nullable(),
    readers: z.array(z.strictObject({ principalId: z.string(), reason })),
  }),
  records: z.array(record),
  identities: z.array(z.strictObject({ objectId: z.string(), identity: z.looseObject({ kind: z.string() }) })),
});
const failed = z.strictObject({ stack: z.string().max(200), problem: z.string() });
const recordsFile = z.strictObject({ schema: z.literal(schemaName), stacks: z.array(z.union([recorded, failed])) });

/** Writes what one revision's programs declared, as data for a job that runs none of its code. */
export async function writeRecordsFile(path: string, stacks: readonly RecordedStack[]): Promise<void> {
  await writeFile(path, `${JSON.stringify({ schema: schemaName, stacks })}\n`);
}

/** Reads what another job wrote. That job ran unreviewed code, so only the shape is trusted, and the content is judged. */
export async function readRecordsFile(path: string): Promise<ReadonlyMap<string, RecordedStack>> {
  const file = await stat(path).catch(() => undefined);
  if (file === undefined || !file.isFile()) throw invalid(path, "there is no such file");
  if (file.size > mostBytes) throw invalid(path, `it has ${counted(file.size, "byte")}, more than ${mostBytes}`);
  const { data, error } = recordsFile.safeParse(parsed(await readFile(path, "utf8"), path));
  if (error !== undefined) {
    const [first] = error.issues;
    // Both quote what the file says.
    throw invalid(path, terminalSentence(`${first?.path.map(String).join(".")}: ${first?.message}`));
  }
  return new Map(data.stacks.map((stack) => [stack.stack, stack as RecordedStack]));
}

function parsed(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's message quotes the text.
    throw invalid(path, "it is not JSON");
  }
}

function invalid(path: string, why: string): CommandError {
  return new CommandError([
    {
      code: "unreadable-records",
      message: `${path} is not a records file: ${why}`,
      fix: `It must be the file that the previous job wrote: ${commandLine("diff", "--records-to", "FILE")}`,
    },
  ]);
}
