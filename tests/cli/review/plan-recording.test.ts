import { planRecording, stacksIn } from "../../../cli/review/plan-recording";

const text = Buffer.from("text");
const files = new Map(
  ["Pulumi.a.yaml", "Pulumi.b.yaml", "index.ts", "components/partner-access/recording/main.ts"].map((path) => [
    path,
    text,
  ]),
);
const plan = (changed: readonly string[], only?: string) => planRecording(files, files, changed, only);

describe("which stacks a review runs", () => {
  it("runs only the stack whose file changed, on both sides", () => {
    expect(plan(["Pulumi.a.yaml"])).toEqual({ base: ["a"], head: ["a"], same: ["b"], untouched: ["b"] });
  });

  it("runs all of them on both sides after a change of code, or of what they share", () => {
    for (const shared of ["index.ts", "access-policy.yaml", "api-catalog.yaml"]) {
      expect(plan([shared])).toEqual({ base: ["a", "b"], head: ["a", "b"], same: [], untouched: [] });
    }
  });

  it("gives each a digest, once, when the lock file changed, and the one that was asked for by name", () => {
    expect(plan(["package-lock.json"])).toEqual({ base: [], head: ["a", "b"], same: ["a", "b"], untouched: [] });
    expect(plan([], "b")).toEqual({ base: [], head: ["b"], same: ["b"], untouched: [] });
  });

  it("runs all of them on both sides when the lock file changed in a project of one's own", () => {
    const own = new Map(["Pulumi.a.yaml", "index.js", "package-lock.json"].map((path) => [path, text]));
    const changed = planRecording(own, own, ["package-lock.json"], undefined);
    expect(changed).toEqual({ base: ["a"], head: ["a"], same: [], untouched: [] });
  });

  it("runs nothing when only prose changed", () => {
    expect(plan(["README.md"])).toEqual({ base: [], head: [], same: ["a", "b"], untouched: ["a", "b"] });
  });

  it("knows stacks by their files at the top only", () => {
    const paths = ["Pulumi.yaml", "Pulumi.b.yaml", "Pulumi.a.yaml", "x/Pulumi.c.yaml"];
    expect(stacksIn(new Map(paths.map((path) => [path, ""])))).toEqual(["a", "b"]);
  });
});
