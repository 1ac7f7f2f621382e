import { partnerTenant } from "../../offline/emulator/seed/constants";
import { expectSuccess, type Journey, refusalOf, startJourney } from "../support/journey";
import { shortenProof } from "../support/shorten-proof";
import { entriesOf, entryReaders, readState, type State, viewOf } from "./tenant-view";

const partnerCenterAppId = "fa3d9a0c-3fb0-42cc-9193-47c7ecd2edbd";
const clientSecret = "partner-insights-contoso-client-secret";

let journey: Journey;

beforeAll(async () => {
  journey = await startJourney();
  await shortenProof(journey);
});
afterAll(() => journey?.stop());
jest.setTimeout(240_000);

const faults = (...list: object[]) => journey.emulator.control("POST", "faults", list);
const made = async (path: RegExp) =>
  (await journey.writes()).filter((call) => call.method === "POST" && call.status === 201 && path.test(call.path))
    .length;

/** Types and names of the resources that the state knows. */
async function declared(): Promise<string[]> {
  const { deployment } = JSON.parse(await journey.stacks.run(["stack", "export", "--stack", "dev"]));
  return (deployment.resources ?? []).map(({ type, urn }: State) => `${type} ${urn.split("::").at(-1)}`);
}

/** What must be there once, however often the first update had to be repeated. */
async function expectNothingTwice(): Promise<void> {
  const state = await readState(journey);
  const view = viewOf(state);
  expect(view.keyIds).toHaveLength(1);
  const { servicePrincipals } = state.tenants[partnerTenant.id];
  expect(servicePrincipals.filter((it: State) => it.appId === partnerCenterAppId)).toHaveLength(1);
  expect(view.granted).toHaveLength(2);
  expect(await made(/^\/v1\.0\/applications$/)).toBe(1);
  expect(await made(/^\/v1\.0\/servicePrincipals$/)).toBe(2);
  expect(state.deleted[partnerTenant.id].applications).toEqual([]);
  expect(await declared()).toContain(
    `azuread:index/servicePrincipal:ServicePrincipal partner-api-${partnerCenterAppId}`,
  );
}

// One stack whose first update fails at its end in three ways, and is repeated each time.
describe("a first update", () => {
  it("that cannot prove the secret publishes nothing, and keeps what it made", async () => {
    // From the moment the secret is minted, Conditional Access refuses every sign-in: only the proof still asks for one.
    const undo = journey.emulator.onChange(async ({ path }) => {
      if (!path.endsWith("/addPassword")) return;
      const body = { error: "interaction_required", error_codes: [53003], error_description: "AADSTS53003: Blocked." };
      await faults({ service: "entra", method: "POST", when: "before", action: "status", status: 400, body });
    });
    const run = await journey.stacks.up("dev");
    undo();
    const said = refusalOf(run);
    expect(said).toContain("partner-client-secret: ");
    expect(said).toContain("AADSTS53003");
    expect(said).toContain("Conditional Access blocks this application");
    await faults();
    expect(Object.keys(entriesOf(await readState(journey)))).not.toContain(clientSecret);
    await expectNothingTwice();
  });

  it("that may not write the entry proves the same secret again, and no second one", async () => {
    await faults({
      service: "arm",
      method: "PUT",
      path: `**/secrets/${clientSecret}`,
      when: "before",
      action: "status",
      status: 403,
    });
    const { keyIds } = viewOf(await readState(journey));
    const run = await journey.stacks.up("dev");
    expect(refusalOf(run)).toContain("partner-client-secret: Status=403");
    await faults();
    expect(viewOf(await readState(journey)).keyIds).toEqual(keyIds);
    expect(Object.keys(entriesOf(await readState(journey)))).not.toContain(clientSecret);
    await expectNothingTwice();
  });

  it("that may not let the reader in has published, and says what is missing", async () => {
    await faults({
      service: "arm",
      method: "PUT",
      path: `**/secrets/${clientSecret}/providers/Microsoft.Authorization/roleAssignments/*`,
      when: "before",
      action: "status",
      status: 403,
    });
    const run = await journey.stacks.up("dev");
    expect(refusalOf(run)).toContain("partner-client-secret-reader-report-builder: Status=403");
    await faults();
    expect(entriesOf(await readState(journey))[clientSecret].versions).toHaveLength(1);
    await expectNothingTwice();
  });

  it("is completed by the next one, with only what was missing", async () => {
    const { result, writes } = await journey.during(() => journey.stacks.up("dev"));
    expectSuccess(result);
    // What else the failed run got to depends on what was under way beside it: the other entries, and who may read them.
    const done = writes.map(({ method, path }) => `${method} ${path.split("/").slice(-2, -1)}`);
    expect(done).toContain("PUT roleAssignments");
    expect(done.filter((it) => !["PUT roleAssignments", "PUT secrets"].includes(it))).toEqual([]);
    expect(writes.filter(({ path }) => path.endsWith(`/secrets/${clientSecret}`))).toEqual([]);
    const state = await readState(journey);
    expect(entriesOf(state)[clientSecret].versions).toHaveLength(1);
    expect(entryReaders(state)).toHaveLength(3);
    await expectNothingTwice();
    expect(await journey.stacks.outputs("dev")).toMatchObject({ clientId: viewOf(state).clientId });

    const again = await journey.during(() => journey.stacks.up("dev"));
    expectSuccess(again.result);
    expect(again.writes).toEqual([]);
  });
});
