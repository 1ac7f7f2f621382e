import { read } from "./markdown";
import { problemCodes } from "./problem-codes";

/** The codes that a row of docs/operations.md begins with. */
const explained = read("docs/operations.md")
  .split("\n")
  .filter((line) => line.startsWith("| `"))
  .flatMap((line) => [...(line.split(" | ")[0] ?? "").matchAll(/`([a-z-]+)`/g)].map((match) => match[1] ?? ""));

describe("docs/operations.md", () => {
  it("explains every code that a command can report, and no other", () => {
    expect([...explained].sort()).toEqual([...problemCodes()].sort());
  });

  it("lists the codes of each table in alphabetical order, so that one is found at night", () => {
    const sections = read("docs/operations.md").split("### ").slice(1, -1);
    expect(sections.length).toBeGreaterThan(3);
    for (const section of sections) {
      const first = [...section.matchAll(/^\| `([a-z-]+)`/gm)].map((match) => match[1] ?? "");
      expect(first).toEqual([...first].sort());
    }
  });
});
