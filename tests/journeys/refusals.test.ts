import { mkdir, rename } from "node:fs/promises";
import { join } from "node:path";
import type { StackRun, Stacks } from "../../clients/pulumi/stacks";
import { folderStore } from "../../model/folder-store";
import { homeTenant, partnerTenant } from "../../offline/emulator/seed/constants";
import { expectSuccess, type JournalEntry, type Journey, refusalOf, startJourney } from "../support/journey";
import { shortenProof } from "../support/shorten-proof";
import { readState, viewOf } from "./tenant-view";

let journey: Journey;
/** Calls of the one deployment that the second half of this file needs. */
let deployment: readonly JournalEntry[];

beforeAll(async () => {
  journey = await startJourney();
  await shortenProof(journey);
});
afterAll(() => journey?.stop());
jest.setTimeout(240_000);

/** Runs an update that must be refused without a write; answers what the engine said, and the calls it made before. */
async function refused(
  stacks: Stacks = journey.stacks,
  run: (stacks: Stacks) => Promise<StackRun> = (it) => it.up("dev"),
) {
  const before = { ...(await readState(journey)), now: "" };
  const { result, calls, writes } = await journey.during(() => run(stacks));
  const said = refusalOf(result);
  expect(writes).toEqual([]);
  expect({ ...(await readState(journey)), now: "" }).toEqual(before);
  return { said, calls };
}

/** Changes the stack's file for one action only. */
async function configured<T>(
  changes: readonly (readonly [readonly string[], unknown, unknown])[],
  action: () => Promise<T>,
) {
  for (const [path, value] of changes) await journey.configure(path, value);
  try {
    return await action();
  } finally {
    for (const [path, , original] of changes) await journey.configure(path, original);
  }
}

const callsOf = (service: string, calls: readonly JournalEntry[]) => calls.filter((call) => call.service === service);

describe("before the first update", () => {
  it("refuses a domain of another tenant, and asks no service but those that sign in", async () => {
    const { said, calls } = await configured(
      [[["tenant", "domain"], homeTenant.domain, partnerTenant.domain]],
      refused,
    );
    expect(said).toContain(
      `tenant.domain ${homeTenant.domain} belongs to tenant ${homeTenant.id}, tenant.id is ${partnerTenant.id}`,
    );
    // The providers sign in when they are declared, before the component can refuse.
    expect(new Set(calls.map(({ service }) => service))).toEqual(new Set(["metadata", "entra"]));
  });

  it("refuses a sign-in to another tenant, with both mistakes in one message", async () => {
    const stacks = journey.withEnv({ ARM_TENANT_ID: homeTenant.id });
    const { said } = await configured([[["tenant", "domain"], homeTenant.domain, partnerTenant.domain]], () =>
      refused(stacks),
    );
    expect(said).toContain(`the identity is of tenant ${homeTenant.id}, and the partner tenant is ${partnerTenant.id}`);
    expect(said).toContain(`tenant.domain ${homeTenant.domain} belongs to tenant ${homeTenant.id}`);
    expect((await refused(stacks)).said).toContain(
      "set ARM_CLIENT_ID to an identity of that tenant, and ARM_TENANT_ID to its id",
    );
  });

  it("refuses swapped identities: neither exists in the other's tenant", async () => {
    const stacks = journey.withEnv({ ARM_CLIENT_ID: homeTenant.deployer.clientId });
    const { said, calls } = await configured(
      [[["vault", "clientId"], partnerTenant.deployer.clientId, homeTenant.deployer.clientId]],
      () => refused(stacks),
    );
    const ofVault = "Entra does not know the identity that writes the vault in the vault's tenant";
    const ofPartner = "set ARM_CLIENT_ID to an identity of that tenant, and ARM_TENANT_ID to its id";
    expect(said).toMatch(new RegExp(`${ofVault}|${ofPartner}`));
    expect(callsOf("graph", calls)).toEqual([]);
    expect(callsOf("arm", calls)).toEqual([]);
    // Each swapped alone is refused too, in a sentence that says which setting it is, and without the provider's quotation of Entra's JSON.
    const alone = (await refused(stacks)).said;
    expect(alone).toContain(
      `the identity is of another tenant (AADSTS700016, client id ${homeTenant.deployer.clientId}, correlation id `,
    );
    expect(alone).toContain(ofPartner);
    const wrongVault = await configured(
      [[["vault", "clientId"], partnerTenant.deployer.clientId, homeTenant.deployer.clientId]],
      refused,
    );
    expect(wrongVault.said).toContain(`${ofVault} (AADSTS700016, client id ${partnerTenant.deployer.clientId}, `);
    expect(`${alone}${wrongVault.said}`).not.toContain("error_description");
  });

  it("refuses a vault that is not there", async () => {
    const { said } = await configured([[["vault", "name"], "fabrikam-elsewhere", "fabrikam-partner-access"]], refused);
    expect(said).toContain("vault.name: there is no vault fabrikam-elsewhere in resource group partner-insights");
  });
});

// One deployment, on which all that follows stands.
describe("over a living deployment", () => {
  beforeAll(async () => {
    const { result, calls } = await journey.during(() => journey.stacks.up("dev"));
    expectSuccess(result);
    deployment = calls;
    // A refused update above remembered a place where nothing was ever published: the next one forgets it.
    const again = await journey.during(() => journey.stacks.up("dev"));
    expectSuccess(again.result);
    expect(again.writes).toEqual([]);
    expect(again.result.changes.map(({ operation, name }) => `${operation} ${name}`)).toEqual(["update partner-place"]);
  });

  it("was made by two identities, each in its own tenant only", async () => {
    const seen = new Set(
      deployment
        .filter(({ caller }) => caller !== null)
        .map((call) => `${call.service}: ${call.caller} in ${call.tenant}`),
    );
    const { clientId } = viewOf(await readState(journey));
    const partner = `${partnerTenant.deployer.clientId} in ${partnerTenant.id}`;
    const home = `${homeTenant.deployer.clientId} in ${homeTenant.id}`;
    expect([...seen].sort()).toEqual(
      [
        `entra: ${partner}`,
        `graph: ${partner}`,
        `entra: ${home}`,
        `arm: ${home}`,
        // The look whether a published entry was deleted.
        `vault: ${home}`,
        `entra: ${clientId} in ${partnerTenant.id}`,
      ].sort(),
    );
  });

  it("refuses an empty state over the living entry, whatever became of the old one", async () => {
    const lost = join(journey.leftovers, "lost");
    await mkdir(lost);
    const stacks = journey.withEnv({ PULUMI_BACKEND_URL: folderStore(lost) });
    await stacks.init("dev");
    const { said } = await refused(stacks);
    expect(said).toContain("the vault's entry partner-insights-contoso-client-secret belongs to deployment");
    expect(said).toContain("the state was lost, the wrong backend is selected, or two stacks share a vault and prefix");
    // The same state under another stack's name is another deployment too.
    await rename(join(journey.directory, "Pulumi.dev.yaml"), join(journey.directory, "Pulumi.other.yaml"));
    try {
      await journey.stacks.init("other");
      const other = await refused(journey.stacks, (it) => it.up("other"));
      expect(other.said).toContain("belongs to deployment");
    } finally {
      await rename(join(journey.directory, "Pulumi.other.yaml"), join(journey.directory, "Pulumi.dev.yaml"));
    }
  });

  it("refuses another prefix or vault than its consumers know, and takes it with a reason", async () => {
    const move = [
      [["vault", "prefix"], "moved-", undefined],
      [["vault", "name"], "fabrikam-elsewhere", "fabrikam-partner-access"],
    ] as const;
    const { said } = await configured(move, refused);
    expect(said).toContain(
      "vault.prefix is moved-, but this stack publishes to partner-insights-contoso-: consumers would break",
    );
    expect(said).toContain("vault.name is fabrikam-elsewhere, but this stack publishes to fabrikam-partner-access");

    const moved = await configured([move[0], [["migrate"], "the old prefix named a person", undefined]], () =>
      journey.during(() => journey.stacks.preview("dev")),
    );
    expectSuccess(moved.result);
    expect(moved.writes).toEqual([]);
    const names = moved.result.changes.map(({ operation, name }) => `${operation} ${name}`);
    expect(names).toContain("replace partner-client-secret");
  });

  it("refuses to enable a principal that somebody disabled", async () => {
    const { principalId } = viewOf(await readState(journey));
    const enable = (accountEnabled: boolean) =>
      journey.emulator.call("PATCH", `/v1.0/servicePrincipals/${principalId}`, {
        as: "partner-administrator",
        body: { accountEnabled },
      });
    expect((await enable(false)).status).toBe(204);
    const { said } = await refused();
    expect(said).toContain("is disabled: this stack was stopped. Resume it first");
    expect((await enable(true)).status).toBe(204);
    const again = await journey.during(() => journey.stacks.up("dev"));
    expectSuccess(again.result);
    expect(again.writes).toEqual([]);
  });
});
