import { malformed } from "./call";
import type { ServiceError } from "./errors";
import { interruption } from "./errors";
import { bodyText, type Exchange, exchange, type HttpSettings, unanswered } from "./exchange";
import { refusalOf } from "./refusal";
import { retry, standardPause } from "./retry";

/** How long nothing may arrive. A report may be large and the line slow, so the whole of it has no limit of its own but the last one. */
const LONGEST_SILENCE_MS = 60_000;
const LONGEST_DOWNLOAD_MS = 2 * 60 * 60_000;
const BUDGET_MS = 90_000;

/** A body as a stream, asked for again until it begins. It fails when nothing arrives for a minute, when it breaks off, and on Ctrl-C. */
export function download(request: Exchange, settings: HttpSettings): Promise<ReadableStream<Uint8Array>> {
  const { time, signal } = settings;
  const pause = standardPause({ isSafe: true });
  return retry(() => open(request, settings), { pause, budgetMs: BUDGET_MS, time, signal });
}

async function open(request: Exchange, settings: HttpSettings): Promise<ReadableStream<Uint8Array>> {
  const end = new AbortController();
  const until = AbortSignal.any([end.signal, AbortSignal.timeout(LONGEST_DOWNLOAD_MS)]);
  const answer = await unlessSilent(end, () => exchange({ ...request, until }, settings));
  if (!answer.ok || answer.body === null || isPage(answer)) throw await refused(request, answer, settings);
  const reader = answer.body.getReader();
  return new ReadableStream({
    async pull(controller) {
      try {
        const { done, value } = await unlessSilent(end, () => reader.read());
        if (done) controller.close();
        else controller.enqueue(value);
      } catch (error) {
        const { service, operation } = request;
        controller.error(settings.signal?.aborted ? interruption(service, operation) : unanswered(request, error));
      }
    },
    cancel: (reason) => reader.cancel(reason),
  });
}

/** Ends the download when the next piece of it does not come in time. */
async function unlessSilent<T>(end: AbortController, work: () => Promise<T>): Promise<T> {
  const limit = AbortSignal.timeout(LONGEST_SILENCE_MS);
  const abort = () => end.abort(limit.reason);
  limit.addEventListener("abort", abort);
  try {
    return await work();
  } finally {
    limit.removeEventListener("abort", abort);
  }
}

/** A page for people, or JSON in place of a file: an error that came with status 200. */
function isPage({ headers }: Response): boolean {
  return /^(text\/html|application\/json)\b/i.test(headers.get("content-type") ?? "");
}

/** Stores answer XML or a page here: their words are of no use, their status is. */
async function refused(request: Exchange, answer: Response, settings: HttpSettings): Promise<ServiceError> {
  const { service, operation } = request;
  await bodyText(answer, request, settings);
  const { status, headers } = answer;
  if (answer.ok) return malformed(service, operation, "file");
  return refusalOf({ service, operation, status, headers, body: undefined, now: settings.now?.() ?? Date.now() });
}
