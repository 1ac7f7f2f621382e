import { spawn } from "node:child_process";
import { join, resolve } from "node:path";
import { expectDocument } from "./documents";

/** What a command of ours answered. */
export interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The JSON document on standard output. Tests know what they expect. */
  // biome-ignore lint/suspicious/noExplicitAny: a document's shape is the test's own expectation
  readonly document: any;
}

/**
 * Runs `partner-access` as a process of its own, because trust and proxies come from the environment at start. Every document it answers
 * is held against its schema.
 */
export function runCommand(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  projectDirectory = resolve(__dirname, "../.."),
): Promise<CommandResult> {
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, [join(projectDirectory, "bin/partner-access.js"), ...argv], {
      cwd: projectDirectory,
      env: { PATH: process.env["PATH"], HOME: process.env["HOME"], ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let [stdout, stderr] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    child.on("error", fail);
    child.on("close", (code) => {
      try {
        done({ code, stdout, stderr, document: readDocument(stdout) });
      } catch (error) {
        fail(error);
      }
    });
  });
}

/** The JSON document in what was printed, held against its schema; undefined when something else was. */
export function readDocument(stdout: string): CommandResult["document"] {
  if (!stdout.startsWith("{")) return undefined;
  const document = JSON.parse(stdout);
  expectDocument(document);
  return document;
}
