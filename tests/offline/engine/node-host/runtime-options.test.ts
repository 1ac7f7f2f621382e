import { readRuntimeOptions, splitWords } from "../../../../offline/engine/node-host/runtime-options";

describe("the runtime options of Pulumi.yaml", () => {
  it("have the real host's defaults", () => {
    expect(readRuntimeOptions({})).toEqual({
      typescript: true,
      tsconfig: "",
      nodeargs: [],
      packagemanager: "auto",
      production: false,
    });
  });

  it("are all honoured, and unknown ones ignored", () => {
    const given = {
      typescript: false,
      tsconfig: "tsconfig.program.json",
      nodeargs: "--max-old-space-size=512 --no-warnings",
      packagemanager: "pnpm",
      production: true,
      other: 1,
    };
    expect(readRuntimeOptions(given)).toEqual({
      typescript: false,
      tsconfig: "tsconfig.program.json",
      nodeargs: ["--max-old-space-size=512", "--no-warnings"],
      packagemanager: "pnpm",
      production: true,
    });
  });

  it("are refused all at once when they have the wrong type", () => {
    const given = { typescript: "yes", tsconfig: 1, packagemanager: "cargo" };
    expect(() => readRuntimeOptions(given)).toThrow(
      'runtime options in Pulumi.yaml: typescript option must be a boolean, got "yes"; tsconfig option must be a string, got 1; ' +
        'packagemanager option must be one of auto, npm, yarn, pnpm or bun, got "cargo"',
    );
  });

  it.each([
    ["", []],
    ["  a   b ", ["a", "b"]],
    [`--require "a b.js" 'c d'`, ["--require", "a b.js", "c d"]],
    [`a\\ b "say \\"hi\\"" 'no \\ escape'`, ["a b", 'say "hi"', "no \\ escape"]],
    [`--x=""`, ["--x="]],
    [`""`, [""]],
  ])("splits %j as a shell does", (text, words) => {
    expect(splitWords(text)).toEqual(words);
  });

  it("names a quote that is not closed", () => {
    expect(() => splitWords(`a "b`)).toThrow(`nodeargs in Pulumi.yaml has a " without its partner: a "b`);
  });
});
