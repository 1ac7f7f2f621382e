import type { Child, Children } from "./children";
import type { ProcessStart } from "./program-start";

/** How a program ended, in the words the engine shows. */
export interface ProgramEnd {
  /** Empty when it ended well, or when the program has told its error itself. */
  readonly error: string;
  /** The error was told already: the engine stops without another message. */
  readonly bail: boolean;
}

/** The exit code of `cmd/run` when it has logged the error in full. */
const loggedExitCode = 32;

const outOfMemory =
  "Detected a possible out of memory error. Consider increasing the memory available to the nodejs process by setting the `nodeargs` " +
  "runtime option in Pulumi.yaml to `nodeargs: --max-old-space-size=<size>` where `<size>` is the maximum memory in megabytes that " +
  "can be allocated to nodejs.";

export interface Sinks {
  readonly stdout: { write(chunk: Buffer): unknown };
  readonly stderr: { write(chunk: Buffer): unknown };
}

/** Runs one program to its end. `onStart` gets the process, for a caller that may have to stop it. */
export async function runProgram(
  start: ProcessStart,
  children: Children,
  sinks: Sinks,
  onStart: (child: Child) => void,
): Promise<ProgramEnd> {
  let isOutOfMemory = false;
  const child = children.start(start, {
    onStdout: (chunk) => sinks.stdout.write(chunk),
    onStderr: (chunk) => {
      isOutOfMemory ||= chunk.includes("<--- Last few GCs --->");
      sinks.stderr.write(chunk);
    },
  });
  onStart(child);
  try {
    const code = await child.ended;
    if (code === 0) return { error: "", bail: false };
    if (code === loggedExitCode) return { error: "", bail: true };
    const hint = isOutOfMemory ? `. ${outOfMemory}` : "";
    return { error: `Program exited with non-zero exit code: ${code}${hint}`, bail: false };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { error: `Problem executing program (could not run language executor): ${message}`, bail: false };
  }
}
