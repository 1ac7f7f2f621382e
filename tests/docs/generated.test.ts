import { parse } from "yaml";
import { sectionSchemas } from "../../configuration/schemas";
import { commandPages } from "./command-pages";
import { argumentTables } from "./component-pages";
import { fieldTable, policyFields, stackFields } from "./fields";
import { expectSection } from "./generated-section";
import { read } from "./markdown";

describe("what is generated", () => {
  it("docs/commands.md holds every command with its options, as the declarations say", () => {
    expectSection("docs/commands.md", "commands", commandPages());
  });

  it("docs/configuration.md holds every field of a stack file, as the schemas say", () => {
    expectSection("docs/configuration.md", "stack-file", fieldTable(stackFields()));
  });

  it("docs/configuration.md holds every field of the access policy, as its schema says", () => {
    expectSection("docs/configuration.md", "access-policy", fieldTable(policyFields()));
  });

  it("docs/components.md holds every argument of a PartnerAccess, as its doc comment says", () => {
    expectSection("docs/components.md", "component-arguments", argumentTables());
  });

  it("says of every field what it means, what is allowed and what holds when it is left out", () => {
    const silent = [...stackFields(), ...policyFields()].filter(
      ({ description, allowed, whenLeftOut }) => description === "" || allowed === "" || whenLeftOut === "",
    );
    expect(silent).toEqual([]);
  });

  it("knows the keys that Pulumi.yaml declares, and no others", () => {
    const declared = Object.keys((parse(read("Pulumi.yaml")) as { config: object }).config);
    expect(Object.keys(sectionSchemas)).toEqual(declared);
    expect([...new Set(stackFields().map(({ path }) => path.split(/[.[]/)[0]))]).toEqual(declared);
  });

  it("the review comment in the README is what `diff --markdown` prints", () => {
    // This golden file is compared with the command's output in tests/cli/review/diff.test.ts.
    const comment = read("tests/golden/diff/consent.md");
    const shown = comment.slice(comment.indexOf("## "), comment.indexOf("<details>")).trimEnd();
    expectSection("README.md", "comment", `${shown.replaceAll(/^(?=.)/gm, "> ").replaceAll(/^$/gm, ">")}\n`);
  });
});
