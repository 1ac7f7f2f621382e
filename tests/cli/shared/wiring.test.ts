import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { promisify } from "node:util";

const root = resolve(__dirname, "../../..");

it.each([
  ["standard output", ["stacks", "--json"], 0],
  ["standard error", ["rotate"], 2],
] as const)("a command outlives the reader of its %s, without a stack trace", async (what, argv, expected) => {
  const env = { PATH: process.env["PATH"], HOME: process.env["HOME"] };
  const child = spawn(process.execPath, ["bin/partner-access.js", ...argv], { cwd: root, env });
  const [gone, left] = what === "standard error" ? [child.stderr, child.stdout] : [child.stdout, child.stderr];
  gone.destroy();
  let said = "";
  left.on("data", (data: Buffer) => {
    said += data.toString("utf8");
  });
  const [code] = await once(child, "close");
  expect(code).toBe(expected);
  expect(said).not.toMatch(/EPIPE|\n\s+at /);
});

it("no command hears of what only a command hands to its program and an environment still holds", async () => {
  const script = 'console.log(Object.keys(require("./cli/shared/wiring").currentContext().env).join(" "))';
  const handed = { PARTNER_ACCESS_ROLLBACK: "last week's", PARTNER_ACCESS_REPAIR: "{}", PARTNER_ACCESS_APPLIED: "{}" };
  const env = { PATH: process.env["PATH"], HOME: process.env["HOME"], ...handed };
  const { stdout } = await promisify(execFile)(process.execPath, ["-r", "./bin/transpile.js", "-e", script], {
    cwd: root,
    env,
  });
  expect(stdout).toContain("PATH");
  expect(stdout).not.toMatch(/PARTNER_ACCESS_(ROLLBACK|REPAIR|APPLIED)/);
});

it.each([
  [true, true, true],
  [true, false, false],
  [false, true, false],
])(
  "with standard error a terminal (%j) and standard output one (%j), a result has colour: %j",
  async (err, out, expected) => {
    const script = `
    Object.defineProperty(process.stderr, "isTTY", { value: ${err} });
    Object.defineProperty(process.stdout, "isTTY", { value: ${out} });
    const { isTerminal, hasColour } = require("./cli/shared/wiring").currentContext();
    console.log(JSON.stringify([isTerminal, hasColour]));`;
    const env = { PATH: process.env["PATH"], HOME: process.env["HOME"] };
    const { stdout } = await promisify(execFile)(process.execPath, ["-r", "./bin/transpile.js", "-e", script], {
      cwd: root,
      env,
    });
    expect(JSON.parse(stdout)).toEqual([err, expected]);
  },
);
