import { spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";

const root = resolve(__dirname, "../..");

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
