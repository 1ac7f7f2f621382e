import { findRepair } from "../../../cli/recover/repair";
import type { Tenant } from "../../../cli/shared/tenant";
import { readStackState } from "../../../clients/pulumi/stack-state";
import { day } from "../../../model/day";
import { guidOf } from "../../support/azure-answers";
import { partOf } from "../../support/part-of";

const urn = (type: string, name: string) => `urn:pulumi:dev::p::${type}::${name}`;
const resource = (type: string, name: string, outputs: object) => ({ ...{ type, outputs }, urn: urn(type, name) });
const application = resource("azuread:index/application:Application", "partner-application", {
  clientId: guidOf("client"),
});
const entry = resource("azure-native:keyvault:Secret", "partner-client-secret", { tags: { record: "damaged" } });
const memory = resource("pulumi:index:Stash", "partner-deployment", { output: { id: guidOf("deployment") } });
const secret = resource("azuread:index/applicationPassword:ApplicationPassword", "partner-secret-a", {
  ...{ displayName: "partner-access/dev/4", endDate: "2026-08-28T00:00:00Z", keyId: guidOf("secret 4") },
});

/** An entry whose every version has lost its record. */
const tenant = partOf<Tenant>({
  ...{ stack: "dev", today: day("2026-03-10"), vaultUri: "https://v.example" },
  configuration: {
    ...{ tenant: { id: guidOf("tenant") }, vault: { prefix: "p-" } },
    rotation: { everyDays: 90, overlapDays: 7, lifetimeDays: 180 },
  },
  vault: {
    versions: async () => [{ tags: {}, version: "1", isEnabled: true }],
    latest: async () => ({ tags: {}, isEnabled: true }),
  },
  graph: { application: async () => undefined },
});

const repairWith = (...resources: readonly object[]) =>
  findRepair(tenant, { state: async () => readStackState(JSON.stringify({ deployment: { resources } })) });

describe("a published entry whose record is lost everywhere", () => {
  it("is repaired with a record made anew from the secrets in the state", async () => {
    const repair = await repairWith(application, entry, memory, secret);
    expect(repair?.what).toBe("record");
    expect(JSON.stringify(repair?.tags)).toContain(guidOf("secret 4"));
    expect(repair?.tags).toMatchObject({ clientId: guidOf("client"), deployment: guidOf("deployment") });
  });

  it.each([
    ["no secret", [application, entry, memory]],
    ["no deployment", [application, entry, secret]],
    ["no application", [entry, memory, secret]],
  ])("is an error that names both ways out where the state holds %s", async (_, resources) => {
    await expect(repairWith(...resources)).rejects.toMatchObject({
      problems: [
        {
          code: "no-record",
          message: expect.stringContaining("nor the state of dev shows what is published"),
          fix: expect.stringMatching(/^Restore a version .* recover -s dev --lost-state$/),
        },
      ],
    });
  });

  it("is none of ours to repair where this state published nothing", async () => {
    expect(await repairWith(application, memory, secret)).toBeUndefined();
  });
});
