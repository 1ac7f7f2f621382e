import { type ChildProcess, spawn } from "node:child_process";
import { join, resolve } from "node:path";
import { expectDocument } from "./documents";

/** A command under way, whose words can be waited for and which can be talked to. */
export interface TalkingCommand {
  /** The first match in what it has said on standard error, now or later. */
  said(pattern: RegExp): Promise<string>;
  type(text: string): void;
  readonly ended: Promise<{
    readonly code: number | null;
    readonly stdout: string;
    readonly stderr: string;
    // biome-ignore lint/suspicious/noExplicitAny: a document's shape is the test's own expectation
    readonly document: any;
  }>;
}

const running = new Set<ChildProcess>();

/** Ends what a failed test left running: it would keep its port. */
export function endCommands(): void {
  for (const child of running) child.kill("SIGKILL");
}

/** Starts `partner-access` as a process of its own and lets it run. */
export function startCommand(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  projectDirectory = resolve(__dirname, "../.."),
): TalkingCommand {
  const child = spawn(process.execPath, [join(projectDirectory, "bin/partner-access.js"), ...argv], {
    cwd: projectDirectory,
    env: { PATH: process.env["PATH"], HOME: process.env["HOME"], ...env },
    stdio: ["pipe", "pipe", "pipe"],
  });
  running.add(child);
  child.on("close", () => running.delete(child));
  let [stdout, stderr] = ["", ""];
  const waiting = new Set<() => void>();
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
    for (const look of waiting) look();
  });
  const ended: TalkingCommand["ended"] = new Promise((done, fail) => {
    child.on("error", fail);
    child.on("close", (code) => {
      const document = stdout.startsWith("{") ? JSON.parse(stdout) : undefined;
      try {
        if (document !== undefined) expectDocument(document);
        done({ code, stdout, stderr, document });
      } catch (error) {
        fail(error);
      }
    });
  });
  return {
    ended,
    type: (text) => child.stdin.end(text),
    said: (pattern) =>
      new Promise((done, fail) => {
        const look = () => {
          const match = pattern.exec(stderr);
          if (match === null) return;
          waiting.delete(look);
          done(match[1] ?? match[0]);
        };
        waiting.add(look);
        void ended.then(() => fail(new Error(`ended without saying ${pattern}: ${stderr}${stdout}`)), fail);
        look();
      }),
  };
}
