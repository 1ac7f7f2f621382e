import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

/** This checkout. */
export const checkout = resolve(__dirname, "..", "..", "..");

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A folder that is gone after the test file. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "partner-access-engine-"));
  folders.push(folder);
  return folder;
}

/** Writes a shell script that can be executed. */
export function script(file: string, body: string): string {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `#!/bin/sh\n${body}\n`);
  chmodSync(file, 0o755);
  return file;
}

/** A `pulumi` that only tells its version. */
export const fakePulumi = (folder: string, version: string) =>
  script(join(folder, "pulumi"), `[ "$1" = version ] && echo v${version}`);

/** A Node host that only tells its version, as Pulumi's own does. */
export const fakeHost = (folder: string, version: string) =>
  script(join(folder, "pulumi-language-nodejs"), `[ "$1" = -version ] && echo v${version}`);

/**
 * A `go` that "builds" a pulumi that tells `version`. It writes a line into `log` for each build, and its own process id; while a file
 * `hold` exists beside the log the build does not end.
 */
export function fakeGo(folder: string, version = "3.259.0", more = ""): string {
  return script(
    join(folder, "go"),
    `log=${join(folder, "go.log")}
case "$1" in
  env) echo go1.26.1 ;;
  list) echo "go: downloading example.com/one v1.0.0" >&2; echo one; echo two; echo three ;;
  build)
    echo "build $$ goos=$GOOS toolchain=$GOTOOLCHAIN work=$GOWORK cgo=$CGO_ENABLED proxy=$GOPROXY" >> "$log"
    echo "$@" > ${join(folder, "arguments")}
    pwd > ${join(folder, "pwd")}
    ${more}
    echo one >&2; echo two >&2
    while [ -e ${join(folder, "hold")} ]; do sleep 0.05; done
    while [ "$1" != -o ]; do shift; done
    printf '#!/bin/sh\\n[ "$1" = version ] && echo v${version}\\n' > "$2" && chmod +x "$2" ;;
esac`,
  );
}

/** Lines of the builds a fake `go` has begun. */
export function buildsOf(folder: string): string[] {
  const log = join(folder, "go.log");
  return existsSync(log) ? readFileSync(log, "utf8").trim().split("\n") : [];
}

/** Waits until `condition` holds; fails the test after thirty seconds. */
export async function eventually(what: string, condition: () => boolean): Promise<void> {
  const end = Date.now() + 30_000;
  while (!condition()) {
    if (Date.now() > end) throw new Error(`did not happen within 30 s: ${what}`);
    await pause(20);
  }
}

/** Starts another process that looks for an engine by building it; prints the engine as JSON. */
export function findInAnotherProcess(env: NodeJS.ProcessEnv): ChildProcess & { readonly said: () => string } {
  const code = `
    require("${checkout}/offline/engine/find-engine.ts")
      .findEngine({ env: process.env, sources: ["built"], onProgress: (line) => console.error(line), progressEverySeconds: 1 })
      .then((engine) => console.log(JSON.stringify(engine)), (error) => { console.error("failed: " + error.message); process.exit(1); });`;
  const child = spawn(process.execPath, ["-r", join(checkout, "bin", "transpile.js"), "-e", code], {
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (said += chunk));
  return Object.assign(child, { said: () => said });
}

export const ended = (child: ChildProcess) =>
  new Promise<number | null>((done) => (child.exitCode !== null ? done(child.exitCode) : child.once("close", done)));
