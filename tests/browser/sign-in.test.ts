import { partnerTenant } from "../../offline/emulator/seed/constants";
import type { UserAgent } from "../cli/sign-in/user-agent";
import { type DrivenTenant, startDrivenTenant } from "../support/driver/driven-tenant";
import { endCommands, startCommand } from "../support/talking-command";
import { findChromium, startBrowser } from "./chromium";

const user = partnerTenant.reportingUser.userPrincipalName;
let tenant: DrivenTenant;
let browser: UserAgent & { stop(): Promise<void> };

beforeAll(async () => {
  const executablePath = findChromium();
  if (executablePath === undefined) throw new Error("no chromium, chromium-browser or google-chrome on PATH");
  tenant = await startDrivenTenant();
  expect(await tenant.up()).toMatchObject({ ok: true });
  browser = await startBrowser(executablePath);
});
afterEach(endCommands);
afterAll(async () => {
  await browser?.stop();
  await tenant?.stop();
});

const change = (path: "users" | "settings", changes: object) =>
  tenant.emulator.control("POST", path, { tenant: partnerTenant.id, ...changes });

/** Signs in as somebody does who types what the pages ask for. */
async function signIn(code?: string) {
  const command = startCommand(["sign-in", "-s", "dev", "--json"], tenant.emulator.env);
  const url = await command.said(/^(https:\/\/localhost:\S+)$/m);
  const password = tenant.emulator.secrets.userPassword;
  const page = await browser.signIn(url, code === undefined ? { password } : { password, code });
  return { ...page, code: (await command.ended).code };
}

it("signs the reporting user in", async () => {
  const { oneTimeCode } = await change("users", { userPrincipalName: user });
  expect(await signIn(oneTimeCode)).toMatchObject({ code: 0, title: "Signed in" });
});

it("says on the last page why a sign-in was refused", async () => {
  await change("users", { userPrincipalName: user, mfa: false });
  await change("settings", { signIn: { requiresMfa: false } });
  expect(await signIn()).toMatchObject({
    code: 2,
    title: "Not signed in",
    text: expect.stringContaining("without MFA"),
  });
});
