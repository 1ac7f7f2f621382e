import { problemsWith, validSections } from "./valid-stack";

const { tenant, vault } = validSections;

describe("two stacks", () => {
  const other = (changes: Record<string, unknown>) => {
    const sections = { ...validSections, ...changes };
    const values = Object.fromEntries(
      Object.entries(sections).map(([key, value]) => [`partner-insights-access:${key}`, JSON.stringify(value)]),
    );
    return { otherStacks: [{ stack: "fabrikam", values }] };
  };

  it("may not write the same entries of a vault, whatever the case of its name", () => {
    const problems = problemsWith({}, other({ vault: { ...vault, name: "FABRIKAM-partner-access" } }));
    expect(problems.map(({ path, message, received }) => [path, message, received])).toEqual([
      [
        "vault.prefix",
        'gives the vault entries the names that stack "fabrikam" writes in the same vault',
        '"partner-insights-contoso-"',
      ],
    ]);
  });

  it("may share a vault with different prefixes, or a prefix in different vaults", () => {
    expect(problemsWith({}, other({ tenant: { ...tenant, alias: "fabrikam" } }))).toEqual([]);
    expect(problemsWith({}, other({ vault: { ...vault, prefix: "Other-" } }))).toEqual([]);
    expect(problemsWith({}, other({ vault: { ...vault, name: "another-vault" } }))).toEqual([]);
  });

  it("are told apart even when the other one is wrong elsewhere", () => {
    const problems = problemsWith({}, other({ rotation: { everyDays: "x" }, permissions: 7 }));
    expect(problems.map(({ path }) => path)).toEqual(["vault.prefix"]);
  });

  it("are two: a stack is never compared with itself", () => {
    const { otherStacks } = other({});
    expect(problemsWith({}, { otherStacks: [{ ...otherStacks[0]!, stack: "contoso" }] })).toEqual([]);
  });
});
