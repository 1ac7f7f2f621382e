import * as pulumi from "@pulumi/pulumi";
import type { StackConfiguration } from "../configuration/stack-configuration";
import { day } from "../model/day";
import { readRecord } from "../rotation/record";
import { guidOf } from "./support/azure-answers";
import { settled } from "./support/deploy";
import {
  CLIENT_SECRET_ENTRY,
  type CommandContext,
  configuration,
  GRAPH,
  PARTNER_CENTER,
  type Run,
  runProgram,
} from "./support/partner-program";

/** The next run, after the given one: same state, and the vault as it left it. */
function after(run: Run, context: CommandContext = {}): Promise<Run> {
  return runProgram({ memory: run.memory, vault: { [CLIENT_SECRET_ENTRY]: run.tags }, ...context });
}

function changed(changes: Partial<StackConfiguration>): StackConfiguration {
  return { ...configuration, ...changes };
}

const azure = ({ resources }: Run) => resources.filter(({ type }) => /^azur/.test(type));
const inventory = (run: Run) =>
  Object.fromEntries(azure(run).map(({ name, type, inputs }) => [`${type} ${name}`, inputs]));

describe("a first update", () => {
  it("declares the application, its grants, one secret and the entries, all under explicit providers", async () => {
    const run = await runProgram();
    expect(
      azure(run)
        .map(({ name }) => name)
        .sort(),
    ).toEqual([
      "partner-api-fa3d9a0c-3fb0-42cc-9193-47c7ecd2edbd",
      "partner-application",
      "partner-client-id",
      "partner-client-id-reader-report-builder",
      "partner-client-secret",
      "partner-client-secret-reader-report-builder",
      "partner-delegated-00000003-0000-0000-c000-000000000000",
      "partner-delegated-fa3d9a0c-3fb0-42cc-9193-47c7ecd2edbd",
      "partner-principal",
      "partner-refresh-token",
      "partner-reporting-user",
      "partner-secret-a",
    ]);
    for (const { type, name, provider } of azure(run)) {
      expect([name, provider]).toEqual([name, type.startsWith("azuread") ? "partner-tenant" : "vault-tenant"]);
    }
  });

  it("signs in with the partner tenant alone, and with the vault's identity from the configuration", async () => {
    const run = await runProgram();
    expect(run.resource("partner-tenant").inputs).toMatchObject({ tenantId: configuration.tenant.id });
    expect(run.resource("partner-tenant").inputs).not.toHaveProperty("clientId");
    expect(run.resource("vault-tenant").inputs).toMatchObject({
      tenantId: configuration.vault.tenantId,
      subscriptionId: configuration.vault.subscriptionId,
      clientId: configuration.vault.clientId,
    });
    expect(Object.keys(run.resource("vault-tenant").inputs)).not.toContain("clientSecret");
  });

  it("makes the identity that runs it the owner, and remembers it", async () => {
    const run = await runProgram();
    expect(run.resource("partner-application").inputs["owners"]).toEqual(["deployer"]);
    const second = await after(run, { caller: "rotator" });
    expect(second.resource("partner-application").inputs["owners"]).toEqual(["deployer"]);
    expect(second.resource("partner-principal").inputs["owners"]).toEqual(["deployer"]);
  });

  it("declares an API's principal that is missing and refers to one that is there", async () => {
    const run = await runProgram({ present: [PARTNER_CENTER] });
    expect(azure(run).map(({ name }) => name)).not.toContain(`partner-api-${PARTNER_CENTER}`);
    expect(run.resource(`partner-delegated-${PARTNER_CENTER}`).inputs["resourceServicePrincipalObjectId"]).toBe(
      guidOf(`principal ${PARTNER_CENTER}`),
    );
  });

  it("tells where things are and when they change, and no secret", async () => {
    const { result } = await runProgram();
    expect((await settled(result["clientId"] as never)).value).toBe(guidOf("partner-application client"));
    expect((await settled(result["rotation"] as never)).value).toEqual({
      generation: 1,
      publishedOn: "2026-01-02",
      expiresOn: "2026-06-06",
      nextRotationOn: "2026-03-03",
    });
    const { clientId: _, rotation: __, ...rest } = result;
    expect((await settled(pulumi.output(rest) as never)).value).toEqual({
      tenantId: configuration.tenant.id,
      vaultUri: "https://fabrikam-partner-access.vault.example/",
      secretNames: {
        clientId: "partner-insights-contoso-client-id",
        clientSecret: "partner-insights-contoso-client-secret",
        refreshToken: "partner-insights-contoso-refresh-token",
      },
    });
    const { value } = await settled(pulumi.output(result) as never);
    expect(JSON.stringify(value)).toContain(guidOf("partner-application client"));
    expect(JSON.stringify(value)).not.toContain("text of");
  });

  it("is the same in a preview, where nothing that a provider computes is known", async () => {
    const names = azure(await runProgram({ isPreview: true })).map(({ name }) => name);
    expect(names.sort()).toEqual(
      azure(await runProgram())
        .map(({ name }) => name)
        .sort(),
    );
  });
});

describe("a later update", () => {
  it("declares exactly the same when nothing is due, and says nothing", async () => {
    const first = await runProgram();
    const second = await after(first, { today: day("2026-01-05"), present: [PARTNER_CENTER] });
    expect(inventory(second)).toEqual(inventory(first));
    expect(second.logged).toEqual([]);
    expect(second.memory).toEqual(first.memory);
  });

  it("declares exactly the same for the rotator, who may read neither users nor principals", async () => {
    const first = await runProgram();
    const second = await after(first, { today: day("2026-01-05"), caller: "rotator", isDenied: true });
    expect(inventory(second)).toEqual(inventory(first));
    const found = await runProgram({ present: [PARTNER_CENTER] });
    expect(inventory(await after(found, { isDenied: true }))).toEqual(inventory(found));
  });

  it("fills the other slot on the due day and changes nothing else but the published entry", async () => {
    const first = await runProgram();
    const due = await after(first, { today: day("2026-04-02"), present: [PARTNER_CENTER] });
    const before = inventory(first);
    const now = inventory(due);
    const differing = Object.keys(now).filter((key) => JSON.stringify(now[key]) !== JSON.stringify(before[key]));
    expect(differing.sort()).toEqual([
      "azure-native:keyvault:Secret partner-client-secret",
      "azuread:index/applicationPassword:ApplicationPassword partner-secret-b",
    ]);
    expect(due.logged).toEqual(["Client secret: Due since 2026-03-03: generation 2 goes into slot b."]);
  });

  it("drops the previous slot when its overlap is over, and writes nothing", async () => {
    const due = await after(await runProgram(), { today: day("2026-04-02") });
    const retired = await after(due, { today: day("2026-04-09") });
    const { "azuread:index/applicationPassword:ApplicationPassword partner-secret-a": gone, ...rest } = inventory(due);
    expect(gone).toBeDefined();
    expect(inventory(retired)).toEqual(rest);
  });

  it("publishes the previous secret again on a roll-back, and refuses one that comes too late", async () => {
    const due = await after(await runProgram(), { today: day("2026-04-02") });
    const back = await after(due, { today: day("2026-04-03"), rollback: "consumer broke" });
    expect(readRecord(back.tags).record).toMatchObject({ current: "a", publishedOn: "2026-04-03" });
    expect(back.resource("partner-client-secret").inputs["properties"]).toMatchObject({
      value: "text of partner-secret-a",
    });
    await expect(after(due, { today: day("2026-04-20"), rollback: "late" })).rejects.toThrow(
      "the overlap ended on 2026-04-09: generation 1 is retired; rotate instead",
    );
  });

  it("answers a request once, and empties the previous slot when the secret was compromised", async () => {
    const rotation = { ...configuration.rotation, request: "leaked in a log", compromised: true };
    const first = await runProgram();
    const answered = await after(first, { today: day("2026-01-03"), configuration: changed({ rotation }) });
    expect(azure(answered).map(({ name }) => name)).toContain("partner-secret-b");
    expect(azure(answered).map(({ name }) => name)).not.toContain("partner-secret-a");
    const again = await after(answered, { today: day("2026-01-04"), configuration: changed({ rotation }) });
    expect(inventory(again)).toEqual(inventory(answered));
  });
});

describe("what the configuration decides", () => {
  it("grants to the reporting user alone, or to everyone when the configuration says tenant", async () => {
    const user = await runProgram();
    expect(user.resource(`partner-delegated-${GRAPH}`).inputs["userObjectId"]).toBe(guidOf("reports@contoso.example"));
    const tenant = await runProgram({
      configuration: changed({ consent: { kind: "tenant", reason: "all analysts" } }),
    });
    expect(tenant.resource(`partner-delegated-${GRAPH}`).inputs).not.toHaveProperty("userObjectId");
  });

  it("leaves the assignment to the administrator by default, and does not look a user up in vain", async () => {
    const reportingUser = { userPrincipalName: "reports@contoso.example", assignedBy: "admin" as const };
    const consent = { kind: "tenant", reason: "all analysts" } as const;
    const run = await runProgram({ configuration: changed({ reportingUser, consent }) });
    expect(run.resources.map(({ name }) => name)).not.toContain("partner-reporting-user");
    expect(run.calls).not.toContain("azuread:index/getUser:getUser");
  });

  it("creates a vault whose writer is remembered when another identity runs the program", async () => {
    const vault = { ...configuration.vault, mode: "create" as const };
    const first = await runProgram({ configuration: changed({ vault }) });
    expect(first.resource("partner-vault-writer").inputs["principalId"]).toBe("deployer of the vault");
    const second = await after(first, { configuration: changed({ vault }), caller: "rotator" });
    expect(inventory(second)).toEqual(inventory(first));
  });

  it("takes owners from the configuration when it names them", async () => {
    const application = { ...configuration.application, owners: [guidOf("one"), guidOf("two")].sort() };
    const run = await runProgram({ configuration: changed({ application }) });
    expect(run.resource("partner-application").inputs["owners"]).toEqual([guidOf("one"), guidOf("two")].sort());
  });
});
