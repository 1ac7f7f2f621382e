import { judge } from "../../../cli/review/judgement";

describe("a stack that could not be compared", () => {
  it("is told on one line that can be read, whatever its message holds", () => {
    const problem = 'The configuration of stack "dev" has 2 problems:\r\n - one\n - two ##vso[task]\u001b[31m';
    const side = {
      name: "main",
      stacks: [{ stack: "dev", problem }],
      policyText: undefined,
      projectFile: undefined,
      stackFiles: {},
    };
    const unjudged = { code: [], lockFiles: [], workflows: [], dependencies: [] };
    const { isOk, terminal } = judge({
      at: "2026-01-01T00:00:00Z",
      base: { ...side, stacks: [] },
      head: side,
      unjudged,
      hasColour: false,
    });
    expect(isOk).toBe(false);
    const lines = terminal.split("\n").filter((line) => line.includes("problems"));
    expect(lines).toEqual([expect.stringContaining('"dev" has 2 problems: - one - two #\\u{23}vso[task]\\u{1b}[31m')]);
    expect(terminal).not.toContain("\\u{a}");
    for (const obeyed of ["##vso", "\u001b"]) expect(terminal).not.toContain(obeyed);
  });
});
