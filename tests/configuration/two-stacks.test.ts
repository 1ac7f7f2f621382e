import { usualProjectName } from "../../configuration/values";
import { entryAddress } from "../../configuration/vault-rules";
import { engineValues, type PlainSections, problemsWith, validSections } from "./valid-stack";

const { tenant, vault } = validSections;

describe("two stacks", () => {
  const other = (changes: Record<string, unknown>) => {
    const sections = { ...validSections, ...changes };
    return writtenBy(["fabrikam"], sections);
  };
  const writtenBy = (stacks: readonly string[], sections: PlainSections) => ({
    entryWriters: new Map([[entryAddress(engineValues(sections), usualProjectName) ?? "", new Set(stacks)]]),
  });

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
    expect(problemsWith({}, writtenBy(["contoso"], validSections))).toEqual([]);
  });

  it("are told by three names and a number, so that a thousand of them stay readable", () => {
    const told = (stacks: readonly string[]) =>
      problemsWith({}, writtenBy(["contoso", ...stacks], validSections)).map(({ message }) => message);
    const thousand = Array.from({ length: 1000 }, (_, place) => `s${place}`);
    expect(told(["a", "b"])).toEqual([
      'gives the vault entries the names that the stacks "a" and "b" write in the same vault',
    ]);
    expect(told(thousand)).toEqual([
      'gives the vault entries the names that the stacks "s0", "s1", "s2" and 997 more write in the same vault',
    ]);
  });
});
