import { day } from "../../model/day";
import { type DeploymentFacts, deploymentProblems } from "../../rotation/deployment";
import { guidOf } from "../support/azure-answers";

const place = {
  tenantId: guidOf("tenant"),
  subscriptionId: guidOf("subscription"),
  resourceGroup: "partner-insights",
  vaultName: "vault-1",
  prefix: "partner-insights-contoso-",
};
const record = {
  deployment: guidOf("deployment"),
  tenantId: place.tenantId,
  current: "a" as const,
  publishedOn: day("2026-01-02"),
  overlapEnds: day("2026-01-09"),
  dueOn: day("2026-04-02"),
  slots: {},
  handledRequests: [],
};
const facts: DeploymentFacts = {
  deployment: guidOf("deployment"),
  stack: "dev",
  entryName: "partner-insights-contoso-client-secret",
  live: { record },
  configured: place,
  remembered: place,
  hasConsumers: true,
  migrate: undefined,
};
const problems = (changes: Partial<DeploymentFacts>) => deploymentProblems({ ...facts, ...changes });

describe("deploymentProblems", () => {
  it("finds none in its own entry, in an empty vault, and in another spelling of its tenant", () => {
    expect(problems({})).toEqual([]);
    expect(problems({ live: undefined })).toEqual([]);
    expect(problems({ live: { record: { ...record, tenantId: place.tenantId.toUpperCase() } } })).toEqual([]);
  });

  it("names both deployments of a foreign entry, and the likely reasons", () => {
    const [problem, ...more] = problems({ deployment: guidOf("another") });
    expect(more).toEqual([]);
    expect(problem).toContain(
      `belongs to deployment ${guidOf("deployment")}, this state is deployment ${guidOf("another")}`,
    );
    expect(problem).toContain("restore the state or select its backend, or choose another prefix");
  });

  it("does not excuse a foreign entry because of a migration", () => {
    expect(problems({ deployment: guidOf("another"), migrate: "a reason" })).toHaveLength(1);
  });

  it("names every part of the place that differs, unless migrate says why or nobody reads there", () => {
    const configured = { ...place, vaultName: "vault-2", prefix: "x-" };
    expect(problems({ configured })).toEqual([
      "vault.name is vault-2, but this stack publishes to vault-1: consumers would break. Restore it, or set migrate to the reason for the move",
      "vault.prefix is x-, but this stack publishes to partner-insights-contoso-: consumers would break. Restore it, or set migrate to the reason for the move",
    ]);
    expect(problems({ configured, migrate: "new vault" })).toEqual([]);
    expect(problems({ configured, hasConsumers: false })).toEqual([]);
  });

  it("refuses an entry of another tenant", () => {
    expect(problems({ live: { record: { ...record, tenantId: guidOf("other tenant") } } })).toEqual([
      `the vault's entry partner-insights-contoso-client-secret is of tenant ${guidOf("other tenant")}, the configuration says ${place.tenantId}: ` +
        "use a separate stack and prefix for each tenant",
    ]);
  });

  it("lists the damage of unreadable tags", () => {
    const live = {
      problems: [
        { tag: "current", sentence: "must be x" },
        { tag: "record", sentence: "must be y" },
      ],
    };
    expect(problems({ live })[0]).toContain("has no readable record (tag current must be x; tag record must be y)");
  });
});
