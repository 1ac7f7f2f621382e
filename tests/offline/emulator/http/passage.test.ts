import { partnerTenant } from "../../../../offline/emulator/seed/constants";
import { startTestEmulator, type TestEmulator } from "../../../support/emulator";

let emulator: TestEmulator;
beforeAll(async () => {
  emulator = await startTestEmulator();
  await emulator.tokenOf("partner-administrator", "https://graph.microsoft.com");
});
afterAll(() => emulator.stop());

const create = (displayName: string) =>
  emulator.call("POST", "/v1.0/applications", { as: "partner-administrator", body: { displayName } });
const isThere = (name: string) =>
  emulator.world.tenants
    .get(partnerTenant.id)
    ?.applications.all()
    .some(({ properties }) => properties["displayName"] === name);

it("shows each call before it is judged, after it is committed and after it is answered", async () => {
  const seen: unknown[] = [];
  const isAnswered = new Promise<void>((done) => {
    const stop = emulator.onPassage((station, { method, path, status }) => {
      // The token request of the beginning may still be on its last station.
      if (path !== "/v1.0/applications") return;
      seen.push([station, `${method} ${path}`, isThere("watched"), status]);
      if (station !== "answered") return;
      stop();
      done();
    });
  });
  await create("watched");
  await isAnswered;
  await create("not watched");
  expect(seen).toEqual([
    ["arrived", "POST /v1.0/applications", false, null],
    ["committed", "POST /v1.0/applications", true, null],
    ["answered", "POST /v1.0/applications", true, 201],
  ]);
});

it("holds a call for as long as the listener does", async () => {
  let release: (() => void) | undefined;
  const stop = emulator.onPassage((station) => {
    if (station !== "arrived" || release !== undefined) return;
    return new Promise<void>((done) => {
      release = done;
    });
  });
  const held = create("held");
  while (release === undefined) await new Promise((done) => setImmediate(done));
  expect((await create("another")).status).toBe(201);
  expect(isThere("held")).toBe(false);
  release();
  expect((await held).status).toBe(201);
  stop();
});
