import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { endText } from "../../../cli/review/process-end";
import { readRecords } from "../../../cli/review/read-records";
import { copyProgram } from "../../support/program-copy";

const start = "const { configuration, dependencies } = await read();";

let project: string;
let program: string;
beforeAll(async () => {
  project = await mkdtemp(join(tmpdir(), "partner-access-crashes-"));
  await copyProgram(project);
  program = await readFile(join(project, "index.ts"), "utf8");
  const dev = await readFile(join(project, "Pulumi.dev.yaml"), "utf8");
  await writeFile(join(project, "Pulumi.other.yaml"), dev.replaceAll("contoso", "adatum"));
});
afterAll(() => rm(project, { recursive: true, force: true }));

/** What a review says of a stack whose program does this, at its start or in its middle. */
async function problemOf(code: string, place: "top" | "inside" = "inside", stacks = ["dev"]): Promise<unknown[]> {
  const text = place === "top" ? `${code}\n${program}` : program.replace(start, `${code}\n  ${start}`);
  if (text === program) throw new Error("nothing was changed");
  await writeFile(join(project, "index.ts"), text);
  const { signal } = new AbortController();
  const recorded = await readRecords(stacks, { directory: project, signal });
  return recorded.map((it) => ("problem" in it ? it.problem : "recorded"));
}

describe("a program that cannot be run for a review", () => {
  it("is explained by its own error, thrown while it is loaded or later, by all that it leaves behind", async () => {
    expect(await problemOf('throw new Error("broken at the top");', "top", ["dev", "other"])).toEqual([
      "broken at the top",
      "broken at the top",
    ]);
    const [syntax] = await problemOf("const = 1;", "top");
    expect(syntax).toMatch(/index\.ts|Expected|Syntax/);
    const late = 'setImmediate(() => { throw new Error("broken later"); });\n  await new Promise(() => undefined);';
    expect(await problemOf(late)).toEqual(["broken later"]);
    const twice =
      "for (const it of [1, 2]) void Promise.reject(new Error('rejected ' + it));\n  await new Promise(() => undefined);";
    expect(await problemOf(twice)).toEqual(["rejected 1"]);
  });

  it("is explained where it ends its own process, by code or by signal", async () => {
    const means = "its program cannot be run for a review: the process";
    const silent = "without an answer and without an error: the program may end its own process";
    expect(await problemOf("process.exit(0);")).toEqual([`${means} ended with code 0 ${silent}`]);
    expect(await problemOf("process.exit(3);", "top")).toEqual([`${means} ended with code 3 ${silent}`]);
    expect(await problemOf('process.kill(process.pid, "SIGKILL");')).toEqual([expect.stringContaining("SIGKILL")]);
  });

  it("is explained where it declares a dynamic provider, whose code no review can judge", async () => {
    const dynamic = [
      'const { dynamic } = require("@pulumi/pulumi");',
      'const socket = new (require("node:net").Socket)();',
      "const provider = { create: async () => ({ id: String(socket.remotePort) }) };",
      'class Backdoor extends dynamic.Resource { constructor() { super(provider, "b", {}); } }',
      "new Backdoor();",
    ].join("\n  ");
    const [problem] = await problemOf(dynamic);
    expect(problem).toContain("it declares a dynamic provider (pulumi.dynamic)");
    expect(problem).toContain("declare resources of azuread and azure-native instead");
  });

  it("confuses nobody with what it writes in place of answers", async () => {
    const forged = [
      "no JSON",
      "null",
      "[]",
      '{"stack":"dev"}',
      '{"stack":"dev","records":{}}',
      '{"stack":"other","problem":"x"}',
    ];
    const write = `require("node:fs").writeSync(3, ${JSON.stringify(`${forged.join("\n")}\n`)});`;
    expect(await problemOf(write)).toEqual(["recorded"]);
  });
});

describe("how a process ended", () => {
  const ended = { code: 1, signal: null, isTimedOut: false, errors: "" };

  it("is told with the error that Node wrote, without its frame", () => {
    const errors = [
      "/tmp/x/index.ts:12",
      "        throw new Failure('a');",
      "        ^",
      "",
      "TypeError: it cannot be turned into text:",
      "  a captured function",
      "    at Object.<anonymous> (/tmp/x/index.ts:12:9)",
      "    at node:internal/main/run_main_module:36:49 {",
      "  code: 'ERR_X',",
      "  [cause]: undefined",
      "}",
      "",
      "Node.js v24.21.0",
    ].join("\n");
    expect(endText({ ...ended, errors }, 15)).toBe(
      "ended with code 1: TypeError: it cannot be turned into text:\n  a captured function",
    );
  });

  it("is told for memory, time and signals, and where nothing was said", () => {
    const fatal =
      "FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory\n----- Native stack trace -----";
    expect(endText({ ...ended, code: null, signal: "SIGABRT", errors: fatal }, 15)).toBe(
      "was ended by SIGABRT: it ran out of memory",
    );
    expect(endText({ ...ended, code: null, signal: "SIGKILL", isTimedOut: true }, 15)).toBe(
      "did not end within 15 minutes and was stopped",
    );
    expect(endText({ ...ended, errors: "}\n\nNode.js v24.21.0\n" }, 15)).toMatch(/without an error/);
    expect(endText({ ...ended, errors: "one\ntwo\nthree\nfour" }, 15)).toBe("ended with code 1: two\nthree\nfour");
  });
});
