import { spawn } from "node:child_process";
import { delimiter, dirname, join } from "node:path";
import type { Journey } from "../support/journey";
import { killTree, stillRunning } from "../support/process-tree";

export interface Ended {
  /** Null when it was killed. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly ended: Promise<Ended>;
  /** SIGKILL for the command and everything below it; settles when none of them runs any more. */
  kill(): Promise<readonly number[]>;
}

/** Starts `partner-access` in a journey's copy of the project, as the scheduled pipeline does. */
export function startCommand(journey: Journey, argv: readonly string[], now: string): Running {
  return start(journey, process.execPath, [join(journey.directory, "bin/partner-access.js"), ...argv], now);
}

/** Starts `pulumi` there, as a person does. */
export function startPulumi(journey: Journey, argv: readonly string[], now: string): Running {
  return start(journey, journey.pulumi, [...argv, "--non-interactive", "--color", "never"], now);
}

function start(journey: Journey, file: string, argv: readonly string[], now: string): Running {
  const child = spawn(file, argv, {
    cwd: journey.directory,
    env: {
      ...journey.env,
      PARTNER_ACCESS_NOW: now,
      PATH: [dirname(journey.pulumi), dirname(process.execPath), journey.env["PATH"]].join(delimiter),
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const { pid } = child;
  if (pid === undefined) throw new Error(`${file} ${argv.join(" ")} did not start`);
  const texts = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (text: string) => {
      texts[name] += text;
    });
  }
  const ended = new Promise<Ended>((done) => child.once("close", (code) => done({ code, ...texts })));
  return {
    ended,
    async kill() {
      const killed = killTree(pid);
      await ended;
      while (stillRunning(killed).length > 0) await new Promise((done) => setTimeout(done, 5));
      return killed;
    },
  };
}
