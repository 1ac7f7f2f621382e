import { execFileSync } from "node:child_process";
import { resolve } from "node:path";

const root = resolve(__dirname, "../..");

/** What a process answers that loads Pulumi's SDK and turns a function into text. */
function inProcess(...preloaded: readonly string[]): { readonly atStart: readonly string[]; readonly text: string } {
  const script = `
    const pulumi = require("@pulumi/pulumi");
    const heavy = ["typescript", "arborist"];
    const atStart = heavy.filter((name) => Object.keys(require.cache).some((path) => path.includes("/" + name + "/")));
    const factor = 3;
    pulumi.runtime.serializeFunction((number) => number * factor)
      .then(({ text }) => process.stdout.write(JSON.stringify({ atStart, text })));`;
  const flags = preloaded.flatMap((path) => ["-r", path]);
  return JSON.parse(
    execFileSync(process.execPath, [...flags, "-e", script], { cwd: root, encoding: "utf8", stdio: "pipe" }),
  );
}

/** The frames the SDK noted for a promise, and whether other errors keep theirs. */
function tracesInProcess(...argv: readonly string[]): { readonly ofPromise: number; readonly ofError: number } {
  const script = `
    require("@pulumi/pulumi");
    const { debuggablePromise } = require("@pulumi/pulumi/runtime/debuggable");
    const frames = (stack) => stack.split("\\n").length - 1;
    const promise = Promise.resolve();
    debuggablePromise(promise, "a test");
    process.stdout.write(JSON.stringify({ ofPromise: frames(promise._debugStackTrace), ofError: frames(new Error().stack) }));`;
  const env = { PATH: process.env["PATH"], ...(argv.includes("leaks") ? { PULUMI_DEBUG_PROMISE_LEAKS: "true" } : {}) };
  const flags = argv.includes("quick") ? ["-r", "./bin/quick-start.js"] : [];
  return JSON.parse(execFileSync(process.execPath, [...flags, "-e", script], { cwd: root, encoding: "utf8", env }));
}

describe("stack traces of promises", () => {
  it("are left out, those of errors are not", () => {
    const usual = tracesInProcess();
    // The day the SDK notes none, withoutTraces can go.
    expect(usual.ofPromise).toBeGreaterThan(0);
    expect(tracesInProcess("quick")).toEqual({ ofPromise: 0, ofError: usual.ofError });
  });

  it("are there for whoever looks for a promise that never settles", () => {
    expect(tracesInProcess("quick", "leaks").ofPromise).toBeGreaterThan(0);
  });
});

describe("packages that are loaded late", () => {
  it("are not loaded when the SDK starts, and do all they do otherwise when it asks for them", () => {
    const usual = inProcess();
    // The day the SDK loads neither of them, bin/quick-start.js can go.
    expect(usual.atStart).toEqual(["typescript", "arborist"]);
    expect(usual.text).toContain("number * factor");
    expect(inProcess("./bin/quick-start.js")).toEqual({ atStart: [], text: usual.text });
  });
});
