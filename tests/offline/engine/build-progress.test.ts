import { createBuildProgress, duration } from "../../../offline/engine/build-progress";

it("counts modules while sources are fetched and packages while they are compiled", () => {
  const progress = createBuildProgress("3.259.0");
  progress.read("go: downloading cel.dev/expr v0.25.2");
  expect(progress.tell(1)).toContain("fetching its sources, 1 module so far, 1 s");
  progress.expect(1683);
  for (const line of ["internal/goarch", "github.com/pulumi/pulumi/pkg/v3/engine", "", "# some/package: warning"]) {
    progress.read(line);
  }
  expect(progress.tell(75)).toContain("compiling and linking, 2 of at most 1683 packages, 1 min 15 s");
  expect(progress.lastLines()).toBe("# some/package: warning");
});

it("keeps the last twenty lines that are no progress", () => {
  const progress = createBuildProgress("3.259.0");
  for (let line = 1; line <= 30; line += 1) progress.read(`problem ${line}`);
  expect(progress.lastLines().split("\n")).toHaveLength(20);
  expect(progress.lastLines()).toContain("problem 30");
});

it.each([
  [0.4, "0 s"],
  [59.4, "59 s"],
  [60, "1 min 0 s"],
  [372, "6 min 12 s"],
])("writes %d seconds as %s", (seconds, text) => {
  expect(duration(seconds)).toBe(text);
});
