import { blocksOf, documents, linesMarked, read } from "./markdown";

/**
 * Where each mark after the word `sh` says that a block is run: by `.ci/run`, by `tests/journeys/demo.test.ts` in the shell of
 * `demo --keep`, by `tests/packages` from a packed package, or nowhere, because it needs a real tenant.
 */
const marks = ["ci", "demo", "emulator", "package", "real-tenant"];
const shells = ["sh", "bash", "shell", "console", "zsh", "powershell"];
const blocks = documents.flatMap(blocksOf);

describe("the shell blocks of the documents", () => {
  it("say where they are run, or that they need a real tenant", () => {
    const marked = blocks.filter(({ language }) => shells.includes(language));
    expect(marked.length).toBeGreaterThan(10);
    expect(marked.filter(({ language, mark }) => language !== "sh" || !marks.includes(mark))).toEqual([]);
  });

  it("hide in no block of another language", () => {
    const hidden = blocks
      .filter(({ language }) => !shells.includes(language))
      .filter(({ code }) => /^\s*(?:\$ |npm (?:run|ci|start|test)|npx |pulumi (?:up|stack|preview)|az )/m.test(code));
    expect(hidden).toEqual([]);
  });

  it("that CI runs are lines of .ci/run", () => {
    const commands = linesMarked("ci").flatMap((line) => line.split(" && "));
    expect(commands).toEqual(expect.arrayContaining(["npm ci", "npm start", "npm test", "npm run check"]));
    const run = read(".ci/run").split("\n");
    expect(commands.filter((command) => !run.includes(command))).toEqual([]);
  });

  it("that an installed package runs are its commands", () => {
    const { bin } = JSON.parse(read("offline/package.json")) as { bin: Record<string, string> };
    expect(linesMarked("package")).toEqual(Object.keys(bin));
  });

  it("need a real tenant only where a page is about one", () => {
    const pages = new Set(blocks.filter(({ mark }) => mark === "real-tenant").map(({ document }) => document));
    expect([...pages].sort()).toEqual(["docs/azure-devops.md", "docs/operations.md", "docs/real-tenant.md"]);
  });

  it("for a real tenant name none of the emulator's, and the other way round", () => {
    expect(linesMarked("real-tenant").filter((line) => /\.test\b|-s dev\b/.test(line))).toEqual([]);
    expect(linesMarked("emulator").filter((line) => /vault\.azure\.net|-s contoso\b|\baz /.test(line))).toEqual([]);
  });
});
