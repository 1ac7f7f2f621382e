import { homeSubscription, homeTenant } from "../../offline/emulator/constants";
import { expectSuccess, type Journey, startJourney } from "../support/journey";
import { entriesOf, entryReaders, publishedValue, readState, type State, viewOf } from "./tenant-view";

const vaultName = "contoso-own-vault";
const clientSecret = "partner-insights-contoso-client-secret";
const vaultPath =
  `/subscriptions/${homeSubscription.id}/resourceGroups/${homeSubscription.resourceGroup}` +
  `/providers/Microsoft.KeyVault/vaults/${vaultName}`;

let journey: Journey;

beforeAll(async () => {
  journey = await startJourney();
  await journey.configure(["vault", "name"], vaultName);
});
afterAll(() => journey?.stop());
jest.setTimeout(240_000);

const ownVault = (state: State) => state.tenants[homeTenant.id].vaults.find((it: State) => it.name === vaultName);
const asAdministrator = (method: string, path: string) =>
  journey.emulator.call(method, `${path}?api-version=2023-07-01`, { as: "home-administrator" });

async function expectPublished(): Promise<void> {
  const state = await readState(journey);
  const { clientId } = viewOf(state);
  expect(Object.keys(entriesOf(state, vaultName))).toHaveLength(3);
  expect(entriesOf(state)).toEqual({});
  expect(entryReaders(state)).toHaveLength(3);
  const answer = await journey.emulator.requestToken({
    client_id: clientId,
    client_secret: publishedValue(journey, clientSecret, vaultName),
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
      "delete vault-writer",
    ]);
    await journey.configure(["vault", "mode"], "create");
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
});
