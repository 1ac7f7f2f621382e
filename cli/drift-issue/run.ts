import { readdir, readFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import type { TicketHost } from "../../clients/pull-requests/host";
import { anyStack, commandLine } from "../../model/command-line";
import { safeJson, terminalName } from "../../permissions/report/escape";
import type { CommandRunner } from "../shared/command";
import { CommandError, type Document } from "../shared/document";
import { openHost } from "../shared/open-host";
import type { DriftIssueCommandOptions } from "./declaration";
import { type DriftTicket, driftMark, driftTicket, readDrift } from "./drift-ticket";

interface DriftIssueDocument extends Document<{ readonly stack: string; readonly ok: boolean }> {
  readonly outcome: Outcome;
}
type Outcome = "none" | "created" | "updated" | "unchanged" | "closed";

/** `partner-access drift-issue`: one issue or work item about all stacks, rewritten in place. */
export const runDriftIssue: CommandRunner<DriftIssueCommandOptions> = async (options, context) => {
  const folder = resolve(context.workingDirectory, options.documents);
  const documents = await readDocuments(folder);
  const named = options.stacks?.split(" ").filter(Boolean) ?? [];
  const names = [...new Set([...named, ...documents.keys()])];
  if (names.length === 0) throw nothingFound(folder);
  const stacks = names.map((stack) => readDrift(stack, documents.get(stack)));
  const ticket = driftTicket(stacks);
  const host = await openHost(context, options.author);
  const outcome = await writeTicket(host, ticket);
  const document: DriftIssueDocument = {
    schema: "partner-access/drift-issue/1",
    ok: !ticket.hasDrift,
    stacks: stacks.map(({ stack, isOk }) => ({ stack, ok: isOk })),
    outcome,
    problems: stacks
      .filter(({ isOk }) => !isOk)
      .map(({ stack }) => ({
        code: "drift",
        message: `${terminalName(stack)} is not as declared`,
        fix: "See the ticket.",
      })),
  };
  if (options.json) context.stdout.write(`${safeJson(document)}\n`);
  else context.stdout.write(`${ticket.title}: ticket ${outcome}\n`);
  return ticket.hasDrift ? 1 : 0;
};

async function writeTicket(host: TicketHost, { title, text, hasDrift }: DriftTicket): Promise<Outcome> {
  const found = await host.findTicket(driftMark);
  if (found === undefined) {
    if (!hasDrift) return "none";
    await host.createTicket(driftMark, { title, text });
    return "created";
  }
  if (found.says(text) && found.isOpen === hasDrift) return "unchanged";
  if (!found.isOpen && !hasDrift) return "unchanged";
  await host.updateTicket(found.id, driftMark, { title, text }, hasDrift);
  return hasDrift ? "updated" : "closed";
}

/** By the stack that each file is named after. What is in them is not believed here. */
async function readDocuments(folder: string): Promise<ReadonlyMap<string, string>> {
  const paths = await readdir(folder, { recursive: true }).catch((error: unknown) => {
    if ((error as { code?: unknown }).code === "ENOENT") return [];
    throw error;
  });
  const files = paths.filter((path) => path.endsWith(".json")).sort();
  const read = files.map(
    async (path) => [basename(path, ".json"), await readFile(join(folder, path), "utf8")] as const,
  );
  return new Map(await Promise.all(read));
}

function nothingFound(folder: string): CommandError {
  return new CommandError([
    {
      code: "nothing-found",
      message: `${folder} contains no drift document, and --stacks names no stack`,
      fix: `Write what this prints into STACK.json there: ${commandLine("drift", "-s", anyStack, "--json")}`,
    },
  ]);
}
