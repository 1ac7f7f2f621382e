import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { azureRoles } from "../../model/azure-roles";
import { homeSubscription, homeTenant } from "../../offline/emulator/seed/constants";
import { startCommand, startPulumi } from "../kills/command";
import { killedAt, looksLike } from "../kills/killed-at";
import { ageLocks, lockHolders, stateFolder } from "../kills/left-behind";
import { expectSuccess, type Journey, refusalOf, startJourney } from "../support/journey";
import { shortenProof } from "../support/shorten-proof";
import { entriesOf, entryReaders, publishedValue, readState, type State, viewOf } from "./tenant-view";

const vaultName = "contoso-own-vault";
const clientSecret = "partner-insights-contoso-client-secret";
const vaultPath =
  `/subscriptions/${homeSubscription.id}/resourceGroups/${homeSubscription.resourceGroup}` +
  `/providers/Microsoft.KeyVault/vaults/${vaultName}`;

let journey: Journey;

beforeAll(async () => {
  journey = await startJourney();
  await shortenProof(journey);
  await journey.configure(["vault", "name"], vaultName);
});
afterAll(() => journey?.stop());
jest.setTimeout(600_000);

const ownVault = (state: State) => state.tenants[homeTenant.id].vaults.find((it: State) => it.name === vaultName);
const asAdministrator = (method: string, path: string) =>
  journey.emulator.call(method, `${path}?api-version=2023-07-01`, { as: "home-administrator" });

async function expectPublished(vault = vaultName): Promise<void> {
  const state = await readState(journey);
  const { clientId } = viewOf(state);
  expect(Object.keys(entriesOf(state, vault))).toHaveLength(3);
  expect(entriesOf(state)).toEqual({});
  expect(entryReaders(state)).toHaveLength(3);
  const answer = await journey.emulator.requestToken({
    client_id: clientId,
    client_secret: publishedValue(journey, clientSecret, vault),
    grant_type: "client_credentials",
    scope: `${journey.emulator.origin}/.default`,
  });
  expect(answer.status).toBe(200);
}

// One vault through its life: created, left behind by its stack, deleted by a person, brought back by another deployment.
describe("a vault of the stack's own", () => {
  it("is created with roles, soft delete and purge protection, and with a writer of its entries", async () => {
    await journey.configure(["vault", "mode"], "create");
    expectSuccess(await journey.stacks.up("dev"));
    const state = await readState(journey);
    expect(ownVault(state)).toMatchObject({
      location: homeSubscription.location,
      properties: {
        tenantId: homeTenant.id,
        enableRbacAuthorization: true,
        enableSoftDelete: true,
        enablePurgeProtection: true,
        softDeleteRetentionInDays: 90,
      },
    });
    const writers = state.tenants[homeTenant.id].roleAssignments.filter(
      (it: State) => it.scope.toLowerCase() === vaultPath.toLowerCase(),
    );
    expect(writers.map((it: State) => it.principalId)).toEqual([homeTenant.deployer.objectId]);
    await expectPublished();
  });

  it("is changed no more by the next update, also when it is called existing from then on", async () => {
    const again = await journey.during(() => journey.stacks.up("dev"));
    expectSuccess(again.result);
    expect(again.writes).toEqual([]);
    await journey.configure(["vault", "mode"], "existing");
    const preview = await journey.during(() => journey.stacks.preview("dev"));
    expectSuccess(preview.result);
    expect(preview.writes).toEqual([]);
    expect(preview.result.changes.map(({ operation, name }) => `${operation} ${name}`).sort()).toEqual([
      "delete partner-vault",
      "delete partner-vault-writer",
      "delete partner-vault-writer-id",
    ]);
    await journey.configure(["vault", "mode"], "create");
  });

  it("is taken into a new state after the old one was lost, also by a recovery that was killed half-way", async () => {
    const before = await readState(journey);
    await rm(join(stateFolder(journey), ".pulumi"), { recursive: true });
    const recover = () => {
      const holders = lockHolders(journey);
      ageLocks(journey);
      const named = holders.length > 0 ? ["--lock", holders.join(",")] : [];
      const argv = ["recover", "-s", "dev", "--lost-state", "--json", ...named];
      return startCommand(journey, argv, journey.emulator.world.clock.now().toISOString());
    };
    const { writes } = await journey.during(async () => {
      // While a first run begins a state, then while the engine reads what it imports.
      await killedAt(
        journey,
        recover,
        looksLike(/^GET .*\/vaults\/contoso-own-vault\/secrets\/[a-z-]+-client-secret$/),
      );
      await killedAt(journey, recover, looksLike(/^GET .*\/roleAssignments\/[0-9a-f-]{36}$/));
      const { code, stdout } = await recover().ended;
      const { stacks, problems } = JSON.parse(stdout);
      expect({ code, problems }).toEqual({ code: 0, problems: [] });
      expect(stacks[0].outcome).toBe("recovered");
    });
    // An import tells more about the vault than the program declares: the engine writes it once more, with nothing changed.
    expect(writes.map(({ method, path }) => `${method} ${path}`)).toEqual([`PUT ${vaultPath}`]);
    const after = await readState(journey);
    expect({ ...after, now: "" }).toEqual({ ...before, now: "" });
    const again = await journey.during(() => journey.stacks.up("dev"));
    expectSuccess(again.result);
    expect([again.result.changes, again.writes]).toEqual([[], []]);
    expect(lockHolders(journey)).toEqual([]);
    // The engine writes each file of the store in one step; a kill inside its second file would leave a store that nobody can read.
    const files = await readdir(stateFolder(journey), { recursive: true });
    expect(files.filter((name) => name.endsWith(".attrs"))).toEqual([]);
  });

  it("outlives its stack, empty", async () => {
    expectSuccess(await journey.stacks.destroy("dev"));
    const state = await readState(journey);
    expect(ownVault(state)).toBeDefined();
    expect(entriesOf(state, vaultName)).toEqual({});
  });

  it("is brought back from its soft deletion by mode recover", async () => {
    expect((await asAdministrator("DELETE", vaultPath)).status).toBe(200);
    const gone = await readState(journey);
    expect(ownVault(gone)).toBeUndefined();
    expect(gone.deleted[homeTenant.id].vaults).toHaveLength(1);

    await journey.configure(["vault", "mode"], "recover");
    expectSuccess(await journey.stacks.up("dev"));
    const state = await readState(journey);
    expect(ownVault(state).properties).toMatchObject({ enableRbacAuthorization: true, enablePurgeProtection: true });
    expect(state.deleted[homeTenant.id].vaults).toEqual([]);
    await expectPublished();

    // How it came to be is no property of it.
    await journey.configure(["vault", "mode"], "create");
    const { result, writes } = await journey.during(() => journey.stacks.up("dev"));
    expectSuccess(result);
    expect(writes).toEqual([]);
  });

  it("is not created where one is that this stack's state does not hold: a killed creation goes on as existing", async () => {
    expectSuccess(await journey.stacks.destroy("dev"));
    const left = await journey.during(() => journey.stacks.up("dev"));
    expect(refusalOf(left.result)).toContain(`has a vault ${vaultName} that this stack's state does not hold`);
    expect(left.writes).toEqual([]);

    const second = "contoso-second-vault";
    await journey.configure(["vault", "name"], second);
    const now = journey.emulator.world.clock.now().toISOString();
    const up = () => startPulumi(journey, ["up", "--yes", "--skip-preview", "--stack", "dev"], now);
    const recover = async () => {
      const holders = lockHolders(journey);
      ageLocks(journey);
      const named = holders.length > 0 ? ["--lock", holders.join(",")] : [];
      const { stdout } = await startCommand(journey, ["recover", "-s", "dev", "--json", ...named], now).ended;
      const [{ cleared, problems }] = JSON.parse(stdout).stacks;
      return { cleared, problems: problems as readonly { code: string; message: string }[] };
    };
    await killedAt(journey, up, looksLike(new RegExp(`^PUT .*/vaults/${second}$`)), "committed");
    const { cleared, problems } = await recover();
    expect(cleared).toContainEqual({ operation: "creating", urn: expect.stringContaining("partner-vault") });
    // Nobody guesses whose it is. The way out is printed, and is followed here: mode, script, recovery, update.
    expect(problems[0]?.message).toContain("write vault.mode: existing, and have the vault's owner run the script");
    await journey.configure(["vault", "mode"], "existing");
    const scope = vaultPath.replace(vaultName, second);
    const roles = `/subscriptions/${homeSubscription.id}/providers/Microsoft.Authorization/roleDefinitions`;
    const given = await journey.emulator.call(
      "PUT",
      `${scope}/providers/Microsoft.Authorization/roleAssignments/c0ffee00-0000-4000-8000-00000000aaaa?api-version=2022-04-01`,
      {
        as: "home-administrator",
        body: {
          properties: {
            roleDefinitionId: `${roles}/${azureRoles.secretsOfficer.id}`,
            ...{ principalId: homeTenant.deployer.objectId, principalType: "ServicePrincipal" },
          },
        },
      },
    );
    expect(given.status).toBe(201);
    // What grants is not the recovery's to apply.
    expect((await recover()).problems.map(({ code }) => code)).toEqual(["not-approved"]);
    expectSuccess(await journey.stacks.up("dev"));
    await expectPublished(second);
  });
});
