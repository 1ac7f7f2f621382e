import { delimiter, dirname } from "node:path";
import { decodeJwt } from "jose";
import { partnerTenant } from "../../offline/emulator/seed/constants";
import { runCommand } from "../support/command-process";
import { expectSuccess, type Journey, startJourney } from "../support/journey";
import { publishedValue, readState, viewOf } from "./tenant-view";

const refreshTokenEntry = "partner-insights-contoso-refresh-token";
const reports = partnerTenant.reportingUser.userPrincipalName;

let journey: Journey;
beforeAll(async () => {
  journey = await startJourney();
});
afterAll(() => journey?.stop());
jest.setTimeout(300_000);

/** A command as a scheduled run or a consumer starts it, on the emulated day. */
async function command(argv: readonly string[]) {
  const { now } = await journey.emulator.control("GET", "state");
  const PATH = [dirname(journey.pulumi), journey.env["PATH"]].join(delimiter);
  return runCommand(argv, { ...journey.env, PATH, PARTNER_ACCESS_NOW: now }, journey.directory);
}

/** What a finished sign-in leaves in the vault. */
async function signIn(clientId: string): Promise<string> {
  const { emulator } = journey;
  const facts = { tenant: partnerTenant.id, userPrincipalName: reports, clientId };
  const { refreshToken } = await emulator.control("POST", "refresh-tokens", facts);
  const tags = { userPrincipalName: reports, obtainedAt: emulator.world.clock.now().toISOString() };
  const address = `https://fabrikam-partner-access.vault.emulator.test/secrets/${refreshTokenEntry}?api-version=7.6`;
  const body = { value: refreshToken, attributes: { enabled: true }, tags };
  expect((await emulator.call("PUT", address, { as: "home-administrator", body })).status).toBe(200);
  return refreshToken;
}

// One stack from its first update to a token after a rotation, by the commands and identities of real life.
describe("a token", () => {
  it("is refused before anybody signed in, and a power without a user is not taken instead", async () => {
    expectSuccess(await journey.stacks.up("dev"));
    const { code, stdout, stderr } = await command(["token", "-s", "dev"]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain("No user has signed in yet");
  });

  it("comes after a sign-in, and leads to the first Insights answer", async () => {
    await signIn(viewOf(await readState(journey)).clientId);
    const { code, stdout } = await command(["token", "-s", "dev"]);
    expect(code).toBe(0);
    expect(decodeJwt(stdout.trim())).toMatchObject({ upn: reports, amr: ["pwd", "mfa"] });
    const verified = await command(["verify", "-s", "dev", "--json"]);
    expect(verified.document).toMatchObject({ ok: true, problems: [] });
  });

  it("goes on after a rotation of the secret by the engine, which renews the sign-in and overwrites nothing", async () => {
    const before = publishedValue(journey, refreshTokenEntry);
    await journey.emulator.control("POST", "clock", { advance: "P86D" });
    journey.emulator.forgetTokens();
    const { code, document } = await command(["rotate", "-s", "dev", "--json"]);
    expect({ code, problems: document.problems }).toEqual({ code: 0, problems: [] });
    expect(document.stacks[0]).toMatchObject({ outcome: "rotated", refreshToken: { result: "renewed", ageDays: 0 } });
    const after = publishedValue(journey, refreshTokenEntry);
    expect(after).not.toBe(before);
    // Ten days later the first refresh token is dead, the renewed one is not.
    await journey.emulator.control("POST", "clock", { advance: "P10D" });
    const verified = await command(["verify", "-s", "dev", "--json"]);
    expect(verified.document).toMatchObject({ ok: true, problems: [] });
    expect(publishedValue(journey, refreshTokenEntry)).toBe(after);
  });
});
