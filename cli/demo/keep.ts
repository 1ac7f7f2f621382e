import { execFile } from "node:child_process";
import { appendFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { commandLine, shellWord } from "../../model/command-line";
import type { CommandContext } from "../shared/command";
import type { EmulatorProcess } from "../shared/emulator-process";
import type { Workspace } from "./workspace";

const run = promisify(execFile);

/** Leaves everything running, and prints how to go on by hand. */
export async function keep(
  results: CommandContext["stdout"],
  context: CommandContext,
  emulator: EmulatorProcess,
  { directory }: Workspace,
): Promise<void> {
  const file = join(directory, "emulator.env");
  // Only its owner may read it: one of the variables is a client secret.
  await writeFile(file, shellFile(emulator.line.env, dirname(emulator.line.pulumi)), { mode: 0o600 });
  await commitCopy(directory, context);
  emulator.release();
  results.write(
    [
      "",
      "The emulator keeps running, and the copy is a git repository. In this or another terminal:",
      `  cd ${shellWord(directory)}`,
      `  source ${shellWord(file)}`,
      "  pulumi preview -s dev",
      `  ${commandLine("status", "-s", "dev")}`,
      `  ${commandLine("verify", "-s", "dev")}`,
      `  ${commandLine("emulator", "add-tenant", "adatum")}`,
      `That sets ${Object.keys(emulator.line.env).join(" ")}.`,
      "All HTTPS of that shell then goes to the emulator, which serves Microsoft's services only. To restore the shell: deactivate_emulator",
      `When you are done: kill ${emulator.pid}; rm -rf ${shellWord(directory)}`,
      "",
    ].join("\n"),
  );
}

/** Sets the variables, and a function that puts back what was there before. */
function shellFile(env: Readonly<Record<string, string>>, path: string): string {
  const quote = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
  const names = [...Object.keys(env), "PARTNER_ACCESS_NOW"];
  const before = (name: string) => `partner_access_before_${name}`;
  return [
    // The emulator's clock is the machine's: a time set earlier would differ.
    ...names.map((name) => `${before(name)}="\${${name}-}"`),
    `${before("PATH")}="$PATH"`,
    "unset PARTNER_ACCESS_NOW",
    ...Object.entries(env).map(([name, value]) => `export ${name}=${quote(value)}`),
    `export PATH=${quote(path)}:"$PATH"`,
    "deactivate_emulator() {",
    ...names.map(
      (name) => `  if [ -n "$${before(name)}" ]; then export ${name}="$${before(name)}"; else unset ${name}; fi`,
    ),
    `  PATH="$${before("PATH")}"`,
    `  unset ${[...names, "PATH"].map(before).join(" ")}`,
    "  unset -f deactivate_emulator",
    "}",
    "",
  ].join("\n");
}

/** `diff` compares commits, so the copy gets one. Without git only `diff` does not work. */
async function commitCopy(directory: string, { stderr, signal }: CommandContext): Promise<void> {
  const git = (...argv: string[]) => run("git", argv, { cwd: directory, signal });
  const author = ["-c", "user.name=demo", "-c", "user.email=demo@contoso.example", "-c", "commit.gpgsign=false"];
  try {
    await git("init", "--quiet", "--initial-branch", "main");
    await appendFile(join(directory, ".git/info/exclude"), "node_modules\nemulator.env\n");
    await git("add", "--all");
    await git(...author, "commit", "--quiet", "--message", "demo: as the emulated tenant was deployed");
  } catch (error) {
    stderr.write(
      `The copy is not a git repository, so diff cannot compare it: ${(error as Error).message.split("\n")[0]}\n`,
    );
  }
}
