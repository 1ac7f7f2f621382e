import type { JournalEntry } from "../../offline/emulator/http/journal";
import type { Station } from "../../offline/emulator/http/passage";
import type { Journey } from "../support/journey";
import type { Running } from "./command";

/** Starts something and kills its process tree at the first such call. Fails when there is none. */
export async function killedAt(
  { emulator }: Journey,
  start: () => Running,
  isMeant: (call: JournalEntry) => boolean,
  station: Station = "arrived",
): Promise<void> {
  let met: JournalEntry | undefined;
  let killed: Promise<unknown> | undefined;
  let running: Running | undefined;
  const ignore = emulator.onPassage((at, entry) => {
    if (met === undefined && (at !== station || !isMeant(entry))) return undefined;
    met ??= entry;
    killed ??= running?.kill();
    return new Promise<void>(() => undefined);
  });
  running = start();
  const { code, stdout, stderr } = await running.ended;
  await killed;
  ignore();
  if (met === undefined) throw new Error(`it ended with ${code} without such a call: ${stdout} ${stderr}`);
}

/** A call by its method and path: `POST /v1.0/applications`. */
export const looksLike =
  (call: RegExp) =>
  ({ method, path }: JournalEntry): boolean =>
    call.test(`${method} ${path}`);
