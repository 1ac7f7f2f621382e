import { execFile, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { shellWord } from "../../model/command-line";

const run = promisify(execFile);

/** Whether the command works on this machine; says so where it does not, because its tests then prove nothing. */
export function isThere(command: string, probe: readonly string[], hint: string): boolean {
  const { status } = spawnSync(command, probe, { stdio: "ignore" });
  if (status !== 0) process.stderr.write(`NOT TESTED: ${command} ${probe.join(" ")} does not work here. ${hint}\n`);
  return status === 0;
}

/** Runs the command with the emulator's environment and a home of its own; answers what it wrote to standard output. */
export class Tool {
  readonly home = mkdtempSync(join(tmpdir(), "other-client-"));

  constructor(
    private readonly command: string,
    private readonly env: Readonly<Record<string, string>>,
  ) {}

  async run(...words: string[]): Promise<string> {
    const env = { PATH: process.env["PATH"] ?? "", HOME: this.home, ...this.env };
    const { stdout } = await run(this.command, words, { env, maxBuffer: 16 * 1024 * 1024 });
    return stdout.trim();
  }

  /** Where others find it by its usual name, whatever it is called here. */
  folderOnPath(): string {
    const folder = join(this.home, "bin");
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "az"), `#!/bin/sh\nexec ${shellWord(this.command)} "$@"\n`, { mode: 0o755 });
    return folder;
  }

  /** The words of the refusal. */
  refusal(...words: string[]): Promise<string> {
    return this.run(...words).then(
      (output) => `not refused: ${output}`,
      (error: { readonly stderr?: string }) => error.stderr ?? String(error),
    );
  }

  remove(): void {
    rmSync(this.home, { recursive: true, force: true });
  }
}
