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

describe("packages that are loaded late", () => {
  it("are not loaded when the SDK starts, and do all they do otherwise when it asks for them", () => {
    const usual = inProcess();
    // The day the SDK loads neither of them, bin/lazy-packages.js can go.
    expect(usual.atStart).toEqual(["typescript", "arborist"]);
    expect(usual.text).toContain("number * factor");
    expect(inProcess("./bin/lazy-packages.js")).toEqual({ atStart: [], text: usual.text });
  });
});
