import type { CommandContext } from "../shared/command";
import { createProgress, styled } from "../shared/progress";

/** One step of the demo as the report shows it. */
export interface Step {
  readonly name: string;
  readonly ok: boolean;
  readonly seconds: number;
  /** One line: what was seen, or why it failed. */
  readonly detail: string;
}

/** Why a step failed: its error in full, every line of it. */
export interface StepFailure {
  readonly name: string;
  readonly message: string;
}

export interface StepResult {
  readonly detail: string;
  /** Further lines for a person. */
  readonly lines?: readonly string[];
}

/** Runs steps in order and keeps what happened; after a failure the rest is skipped, except what must run (the clean-up). */
export class Steps {
  readonly all: Step[] = [];
  readonly failures: StepFailure[] = [];
  private readonly progress;

  /** `results` is where a person reads them: standard output, unless a document takes its place. */
  constructor(
    private readonly context: CommandContext,
    private readonly results: CommandContext["stdout"],
  ) {
    this.progress = createProgress(context);
  }

  get ok(): boolean {
    return this.all.every((step) => step.ok);
  }

  async run(
    name: string,
    action: (onProgress: (text: string) => void) => Promise<StepResult>,
    options: { readonly always?: boolean } = {},
  ): Promise<void> {
    if (!this.ok && options.always !== true) return;
    const startedAt = performance.now();
    const secondsSoFar = () => Math.round((performance.now() - startedAt) / 100) / 10;
    this.progress.update(`… ${name}`);
    try {
      const { detail, lines = [] } = await action((text) => this.progress.update(`… ${name}: ${text}`));
      this.report({ name, ok: true, seconds: secondsSoFar(), detail }, lines);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      const [detail = "", ...lines] = message.split("\n");
      this.failures.push({ name, message });
      this.report({ name, ok: false, seconds: secondsSoFar(), detail }, lines);
    }
  }

  /** Shows a step and keeps it. */
  report(step: Step, lines: readonly string[] = []): void {
    const mark = step.ok ? styled(this.context, "green", "✓") : styled(this.context, "red", "✗");
    this.progress.done();
    const took = styled(this.context, "dim", `${step.seconds.toFixed(1)} s`.padStart(7));
    this.results.write(`${mark} ${step.name.padEnd(22)} ${took}  ${step.detail}\n`);
    for (const line of lines) this.results.write(`    ${line}\n`);
    this.all.push(step);
  }
}
