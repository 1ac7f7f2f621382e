import { z } from "zod";
import type { TicketText } from "../../clients/pull-requests/host";
import { anyStack, commandLine, counted } from "../../model/command-line";
import { markdownName, markdownSentence, terminalName, terminalSentence } from "../../permissions/report/escape";

/** The mark of the one ticket. */
export const driftMark = "partner-access-drift";

/** What `drift --json` says about one stack, as far as a ticket tells it. */
export interface DriftOfStack {
  readonly stack: string;
  /** Nothing differs and everything could be looked up. */
  readonly isOk: boolean;
  /** Sentences: what differs, or what could not be looked up. */
  readonly lines: readonly string[];
}

export interface DriftTicket {
  readonly title: string;
  readonly text: TicketText;
  readonly hasDrift: boolean;
}

const sentence = z.looseObject({ message: z.string() });
const difference = z.looseObject({ kind: z.string(), risk: z.string(), message: z.string() });
const driftDocument = z.looseObject({
  schema: z.literal("partner-access/drift/1"),
  ok: z.boolean(),
  stacks: z.array(z.looseObject({ stack: z.string(), differences: z.array(difference) })),
  problems: z.array(sentence),
});

/** Reads one document. A document that cannot be read is a failed read, never "nothing differs". */
export function readDrift(stack: string, text: string | undefined): DriftOfStack {
  if (text === undefined) return { stack, isOk: false, lines: ["no document: its job failed or did not run"] };
  try {
    const { ok, stacks, problems } = driftDocument.parse(JSON.parse(text));
    const differences = stacks
      .flatMap((it) => it.differences)
      .map(({ kind, risk, message }) => `${risk} risk, ${kind}: ${message}`);
    const lines = [...new Set([...differences, ...problems.map(({ message }) => message)])];
    return {
      stack,
      isOk: ok && lines.length === 0,
      lines: ok || lines.length > 0 ? lines : ["it is not ok, and gives no reason"],
    };
  } catch {
    return { stack, isOk: false, lines: ["its document cannot be read"] };
  }
}

/** Below GitHub's limit for an issue. */
const longest = 60_000;
const mostLines = 30;

/** The ticket over all stacks, in order of their names. Equal input gives an equal text, so an unchanged day edits nothing. */
export function driftTicket(stacks: readonly DriftOfStack[]): DriftTicket {
  const sorted = [...stacks].sort((one, other) => (one.stack < other.stack ? -1 : 1));
  const drifted = sorted.filter(({ isOk }) => !isOk);
  const title =
    drifted.length === 0
      ? "Access drift: none"
      : `Access drift in ${drifted.length} of ${counted(stacks.length, "stack")}`;
  const head =
    drifted.length === 0
      ? `Everything live matches what is declared, in all ${counted(stacks.length, "stack")} that were checked.\n`
      : `Something live differs from what is declared, or could not be read. \`${commandLine("drift", "-s", anyStack)}\` shows it; a ` +
        `pull request or \`${commandLine("up", "-s", anyStack)}\` ends it.\n`;
  return {
    title,
    hasDrift: drifted.length > 0,
    text: {
      markdown: body(drifted, head, (it) => `\n### ${markdownName(it)}\n\n`, markdownSentence),
      plain: body(drifted, head.replace(/`/g, ""), (it) => `\n${terminalName(it)}\n`, terminalSentence),
    },
  };
}

function body(
  drifted: readonly DriftOfStack[],
  head: string,
  headingOf: (stack: string) => string,
  render: (line: string) => string,
): string {
  let text = head;
  for (const [index, { stack, lines }] of drifted.entries()) {
    const shown = lines.slice(0, mostLines).map((line) => `- ${render(line)}\n`);
    const more = lines.length > mostLines ? [`- and ${lines.length - mostLines} more\n`] : [];
    const part = `${headingOf(stack)}${[...shown, ...more].join("")}`;
    if (text.length + part.length > longest) {
      return `${text}\n${drifted.length - index} more stacks are left out, because there is no room for them.\n`;
    }
    text += part;
  }
  return text;
}
