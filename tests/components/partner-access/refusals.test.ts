import type { StackConfiguration } from "../../../configuration/stack-configuration";
import { day } from "../../../model/day";
import { guidOf } from "../../support/azure-answers";
import { CLIENT_SECRET_ENTRY, configuration, PARTNER_CENTER, runProgram } from "../../support/partner-program";

const changed = (changes: Partial<StackConfiguration>) => ({ ...configuration, ...changes });
const published = () => runProgram();
const moved = changed({ vault: { ...configuration.vault, prefix: "elsewhere-" } });

describe("before the first write the program refuses", () => {
  it("another tenant than the configured one, before it remembers anything", async () => {
    const memory = new Map();
    const run = runProgram({ memory, signInProblems: ["tenant.domain belongs to another tenant"] });
    await expect(run).rejects.toThrow(
      'PartnerAccess "partner": Nothing was changed for this tenant:\n - tenant.domain belongs to another tenant',
    );
    expect(memory.size).toBe(0);
  });

  it("an empty state over a living entry", async () => {
    const { tags } = await published();
    await expect(runProgram({ vault: { [CLIENT_SECRET_ENTRY]: tags } })).rejects.toThrow(
      /belongs to deployment [0-9a-f-]{36}, this state is deployment [0-9a-f-]{36}: the state was lost/,
    );
  });

  it("an entry that something else wrote", async () => {
    await expect(runProgram({ vault: { [CLIENT_SECRET_ENTRY]: { owner: "someone" } } })).rejects.toThrow(
      /has no readable record \(tag record must be "1" and a checksum, the layout this version writes, got nothing; .*choose another vault or prefix/,
    );
  });

  it("a vault that cannot be read, instead of taking it for an empty one", async () => {
    await expect(runProgram({ vaultFails: 'Status=403 Code="AuthorizationFailed"' })).rejects.toThrow(
      `Cannot tell what the vault's entry ${CLIENT_SECRET_ENTRY} holds; nothing was changed: `,
    );
    await expect(runProgram({ vaultFails: "connect ECONNREFUSED 10.0.0.404:443" })).rejects.toThrow("ECONNREFUSED");
  });

  it("another prefix than the one it publishes to, unless migrate says why", async () => {
    const { memory, tags } = await published();
    const vault = { [CLIENT_SECRET_ENTRY]: tags };
    await expect(runProgram({ memory, vault, configuration: moved })).rejects.toThrow(
      " - vault.prefix is elsewhere-, but this stack publishes to partner-insights-contoso-: consumers would break. " +
        "Restore it, or set migrate to the reason for the move",
    );
    const run = await runProgram({ memory, vault, configuration: { ...moved, migrate: "new names" } });
    expect(run.resource("partner-client-secret").inputs["secretName"]).toBe("elsewhere-client-secret");
    // The move is remembered: the reason need not stay in the file.
    const later = await runProgram({
      memory: run.memory,
      vault: { "elsewhere-client-secret": run.tags },
      configuration: moved,
    });
    expect(later.resource("partner-client-secret").inputs).toEqual(run.resource("partner-client-secret").inputs);
  });

  it("no other prefix when nothing was ever published", async () => {
    const { memory } = await published();
    const run = await runProgram({ memory, configuration: moved });
    expect(run.resource("partner-client-secret").inputs["secretName"]).toBe("elsewhere-client-secret");
  });

  it("another subscription, whose old place it cannot read any more", async () => {
    const { memory } = await published();
    const vault = { ...configuration.vault, subscriptionId: guidOf("other") };
    await expect(runProgram({ memory, configuration: changed({ vault }) })).rejects.toThrow(
      " - vault.subscriptionId is ",
    );
  });

  it("a vault that is not there, or that knows no roles, before the first publish", async () => {
    await expect(runProgram({ isRbacVault: false })).rejects.toThrow(
      " - vault.name: fabrikam-partner-access decides access by access policies",
    );
  });

  it("a stopped application, which an update would enable again", async () => {
    const { memory, tags } = await published();
    const clientId = tags["clientId"]!;
    const stopped = { memory, vault: { [CLIENT_SECRET_ENTRY]: tags }, present: [clientId], disabled: [clientId] };
    await expect(runProgram(stopped)).rejects.toThrow(
      `the service principal of ${clientId} is disabled: this stack was stopped`,
    );
  });

  it("an API whose principal was there and is gone", async () => {
    const first = await runProgram({ present: [PARTNER_CENTER] });
    await expect(runProgram({ memory: first.memory, vault: { [CLIENT_SECRET_ENTRY]: first.tags } })).rejects.toThrow(
      /the service principal of Microsoft Partner Center \(fa3d9a0c-.*\) was there at the first update and is not seen now/,
    );
  });

  it("a reporting user whom this identity may not look up and nobody looked up before", async () => {
    await expect(runProgram({ isDenied: true })).rejects.toThrow(
      " - reportingUser: this identity may not look up reports@contoso.example, and no earlier update did",
    );
  });

  it("a reporting user other than the remembered one, when it may not look", async () => {
    const { memory, tags } = await published();
    const reportingUser = { userPrincipalName: "other@contoso.example", assignedBy: "deployer" as const };
    await expect(
      runProgram({
        memory,
        vault: { [CLIENT_SECRET_ENTRY]: tags },
        isDenied: true,
        configuration: changed({ reportingUser }),
        today: day("2026-01-03"),
      }),
    ).rejects.toThrow("may not look up other@contoso.example");
  });
});
