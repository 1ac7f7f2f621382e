import { dirname } from "node:path";
import { type CommandResult, runCommand } from "../support/command-process";
import { expectSuccess, type Journey, startJourney } from "../support/journey";
import { readState, viewOf } from "./tenant-view";

jest.setTimeout(600_000);
let journey: Journey;
beforeAll(async () => {
  journey = await startJourney();
  expectSuccess(await journey.stacks.up("dev"));
});
afterAll(() => journey?.stop());

const up = (...argv: string[]): Promise<CommandResult> =>
  runCommand(
    ["up", "-s", "dev", "--yes", "--json", ...argv],
    { ...journey.env, PATH: `${dirname(journey.pulumi)}:${journey.env["PATH"]}` },
    journey.directory,
  );
const ours = async () => {
  const state = await readState(journey);
  const view = viewOf(state, (await shownName()) ?? undefined);
  const application = Object.values(state.tenants)
    // biome-ignore lint/suspicious/noExplicitAny: the emulator's own document
    .flatMap((tenant: any) => tenant.applications)
    .find(({ id }) => id === view.objectId);
  return { view, redirectUris: application.web.redirectUris as string[], name: application.displayName as string };
};
let renamed: string | undefined;
const shownName = async () => renamed;

describe("up, after somebody changed the application by hand", () => {
  const byHand = "https://elsewhere.example/";

  it("refuses before any write while it would write over that, and says what it is", async () => {
    const { view, redirectUris } = await ours();
    const body = { web: { redirectUris: [...redirectUris, byHand] } };
    const path = `/v1.0/applications/${view.objectId}`;
    const answer = await journey.emulator.call("PATCH", path, { as: "partner-administrator", body });
    expect(answer.status).toBe(204);
    await journey.configure(["application", "displayName"], "Another name");
    const { result, writes } = await journey.during(() => up());
    expect(result).toMatchObject({ code: 1, document: { ok: false, stacks: [{ outcome: "refused" }] } });
    expect(result.document.problems).toEqual([
      expect.objectContaining({
        code: "drift",
        message: expect.stringContaining(`undeclared: lets sign-in return to "web: ${byHand}"`),
      }),
    ]);
    expect(writes).toEqual([]);
  });

  it("goes on where it writes something else, and leaves by-hand changes as they are", async () => {
    await journey.configure(["application", "displayName"], undefined);
    await journey.configure(["vault", "readers"], []);
    const { code, stderr, document } = await up();
    expect({ code, problems: document.problems }).toEqual({ code: 0, problems: [] });
    expect(stderr).toContain("not as declared");
    expect((await ours()).redirectUris).toContain(byHand);
  });

  it("writes over it when told to", async () => {
    await journey.configure(["application", "displayName"], "Another name");
    const { code } = await up("--overwrite-drift");
    renamed = "Another name";
    expect(code).toBe(0);
    expect((await ours()).redirectUris).not.toContain(byHand);
  });
});
