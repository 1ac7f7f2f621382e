import { renderProblem } from "../../configuration/problem";
import { problemsWith, reader, stranger, validSections } from "./valid-stack";

const { vault } = validSections;

describe("a problem", () => {
  it("tells path, what is wrong, what was received, what is allowed and the likely fix", () => {
    const [problem] = problemsWith({ rotation: { everyDays: 100, lifetimeDays: 150 } });
    expect(renderProblem(problem!)).toBe(
      "rotation.lifetimeDays is less than twice rotation.everyDays, got 150. " +
        "Allowed: 200 or more, with everyDays 100. Fix: write lifetimeDays: 200, or rotate more often.",
    );
  });

  it("names the near misses of a key, an API and a permission", () => {
    const permissions = [
      { api: "Microsoft Partner Centr", delegated: ["x"], reason: "r" },
      { api: "Graph", delegated: ["offline_acces"], reason: "r" },
    ];
    const problems = problemsWith({ permissions, rotation: { everyDay: 90 }, "partner-insight-access:tenant": "x" });
    expect(Object.fromEntries(problems.map(({ path, fix }) => [path, fix]))).toEqual({
      "partner-insight-access:tenant": "did you mean the namespace partner-insights-access",
      "rotation.everyDay": "did you mean everyDays",
      "permissions[0].api": expect.stringContaining("did you mean Microsoft Partner Center"),
      "permissions[1].delegated[0]": "did you mean offline_access",
    });
  });

  it("says when only quotes make a value wrong", () => {
    const fixes = (changes: Record<string, unknown>) => problemsWith(changes).map(({ fix }) => fix);
    expect(fixes({ rotation: { everyDays: "60" } })).toEqual(["write it without quotes"]);
    expect(fixes({ vault: { ...vault, resourceGroup: 2026 } })).toEqual([
      "put it in quotes, so that YAML reads it as a text",
    ]);
    expect(fixes({ rotation: { everyDays: "0060" } })).not.toEqual(["write it without quotes"]);
  });

  it("never comes alone when there are more: everything is reported at once", () => {
    const problems = problemsWith({
      "azuread:tenantId": "x",
      tenant: { id: "x", domain: "contoso.example", alias: "contoso", cloud: "china" },
      permissions: [{ api: "Graph", delegated: ["User.Raed", 5] }],
      vault: { ...vault, name: "-", readers: [reader(stranger), { id: stranger }] },
      rotation: { everyDays: 100, overlapDays: 1 },
    });
    expect(problems.map(({ path }) => path)).toEqual([
      "azuread:tenantId",
      "tenant.id",
      "permissions[0].delegated[1]",
      "permissions[0].reason",
      "vault.name",
      "vault.readers[1].name",
      "vault.readers[1].type",
      "rotation.overlapDays",
      "tenant.cloud",
      "permissions[0].delegated[0]",
      "vault.readers[0]",
      "vault.readers[1]",
      "vault.readers[1]",
      "rotation.lifetimeDays",
    ]);
  });

  it("does not report a reporting user as missing when it is there but wrong", () => {
    expect(problemsWith({ reportingUser: "reports@contoso.example" }).map(({ message }) => message)).toEqual([
      "is not a mapping",
    ]);
  });
});
