import type { JournalEntry } from "../../offline/emulator/http/journal";
import type { Station } from "../../offline/emulator/http/passage";
import type { Journey } from "../support/journey";
import type { Running } from "./command";

/** Starts something and kills its process tree at a call that looks like this (`POST /v1.0/…`). Fails when there is none. */
export async function killedAt(
  { emulator }: Journey,
  start: () => Running,
  call: RegExp,
  station: Station = "arrived",
): Promise<void> {
  let met: JournalEntry | undefined;
  let killed: Promise<unknown> | undefined;
  let running: Running | undefined;
  const ignore = emulator.onPassage((at, entry) => {
    if (met === undefined && (at !== station || !call.test(`${entry.method} ${entry.path}`))) return undefined;
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
