import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { runInterruptible } from "../../../clients/http/interruptible";

const project = resolve(__dirname, "../../..");

/** Writes down each interrupt; ends in order after the first one and at once after the second, as the engine does. */
const fakePulumi = `#!${process.execPath}
const { appendFileSync } = require("node:fs");
if (process.argv[2] === "version") {
  console.log("v3.259.0");
  process.exit(0);
}
// The state of a stack that nothing was deployed to: what up asks beside its preview.
if (process.argv[2] === "stack") {
  console.log(JSON.stringify({ version: 3, deployment: {} }));
  process.exit(0);
}
let count = 0;
process.on("SIGINT", () => {
  count += 1;
  appendFileSync(process.env.INTERRUPTS, "interrupt\\n");
  if (count > 1) process.exit(1);
  setTimeout(() => process.exit(255), Number(process.env.ORDERLY_MS));
});
appendFileSync(process.env.INTERRUPTS, "started " + process.argv[2] + "\\n");
setInterval(() => undefined, 1000);
`;

let folder: string;
let log: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "partner-access-interrupt-"));
  log = join(folder, "interrupts");
  writeFileSync(join(folder, "pulumi"), fakePulumi);
  chmodSync(join(folder, "pulumi"), 0o755);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const said = () => (existsSync(log) ? readFileSync(log, "utf8").trim().split("\n") : []);
async function until(isSo: () => boolean): Promise<void> {
  for (const end = Date.now() + 30_000; !isSo(); await pause(20)) {
    if (Date.now() > end) throw new Error(`waited in vain; said: ${said().join(", ")}`);
  }
}

/** `partner-access up` in a process group of its own, as a shell starts it on a terminal. */
function startUp(orderlyMs: number): { readonly child: ChildProcess; readonly ended: Promise<number | null> } {
  const argv = [join(project, "bin/partner-access.js"), "up", "-s", "dev", "--yes", "--allow-local-state"];
  const child = spawn(process.execPath, argv, {
    cwd: project,
    detached: true,
    stdio: "ignore",
    env: { PATH: `${folder}${delimiter}${dirname(process.execPath)}`, INTERRUPTS: log, ORDERLY_MS: String(orderlyMs) },
  });
  return { child, ended: new Promise((done) => child.once("close", done)) };
}

describe("Ctrl-C on a terminal, which reaches every process of the group", () => {
  it("interrupts the engine once, and waits for it to end in order", async () => {
    const { child, ended } = startUp(1500);
    await until(() => said().includes("started preview"));
    process.kill(-(child.pid ?? 0), "SIGINT");
    expect(await ended).toBe(1);
    expect(said()).toEqual(["started preview", "interrupt"]);
  });

  it("interrupts it a second time only when the person presses again", async () => {
    const { child, ended } = startUp(60_000);
    await until(() => said().includes("started preview"));
    process.kill(-(child.pid ?? 0), "SIGINT");
    await until(() => said().length === 2);
    // A press that comes at once is the same one, handed on by a parent.
    await pause(1200);
    expect(said()).toEqual(["started preview", "interrupt"]);
    process.kill(-(child.pid ?? 0), "SIGINT");
    expect(await ended).toBe(130);
    await until(() => said().length === 3);
    expect(said()).toEqual(["started preview", "interrupt", "interrupt"]);
  });
});

it("starts nothing more once it was asked to stop", async () => {
  const options = { cwd: folder, env: { INTERRUPTS: log, ORDERLY_MS: "0" }, signal: AbortSignal.abort() };
  await expect(runInterruptible(join(folder, "pulumi"), ["up"], options)).rejects.toMatchObject({
    message: 'interrupted: "up" was not started',
    code: "interrupted",
  });
  expect(said()).toEqual([]);
});
