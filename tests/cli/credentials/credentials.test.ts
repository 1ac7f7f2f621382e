import { day } from "../../../model/day";
import { startTestEmulator, type TestEmulator } from "../../support/emulator";
import { createPublishedTenant, type PublishedTenant } from "../../support/published-tenant";

let emulator: TestEmulator;
let tenant: PublishedTenant;

beforeAll(async () => {
  emulator = await startTestEmulator();
  await emulator.control("POST", "clock", { set: "2026-03-01T08:00:00Z" });
  tenant = await createPublishedTenant(emulator);
});
afterAll(() => emulator.stop());

describe("credentials", () => {
  it("tells current, previous, orphan and foreign apart, and changes nothing", async () => {
    const start = day("2026-03-01");
    const first = await tenant.mint(1, start);
    const second = await tenant.mint(2, start);
    const orphan = await tenant.mint(3, start);
    const foreign = await tenant.mint(2, start, "made by hand");
    const lookAlike = await tenant.mint(99, start);
    const otherOrigin = await tenant.mint(2, start, "partner-access/prod/2");
    await tenant.publish(first);
    await tenant.publish(second, { current: "b", slots: { a: first.slot, b: second.slot } });
    const { code, document } = await tenant.run("2026-03-04", "credentials", "-s", "dev", "--json");
    expect(code).toBe(1);
    const kinds = document.stacks[0].credentials.map(({ keyId, kind }: Record<string, string>) => [keyId, kind]);
    expect(kinds).toEqual([
      [first.slot.keyId, "previous"],
      [second.slot.keyId, "current"],
      [orphan.slot.keyId, "orphan"],
      [foreign.slot.keyId, "foreign"],
      [lookAlike.slot.keyId, "foreign"],
      [otherOrigin.slot.keyId, "foreign"],
    ]);
    expect(await tenant.keyIds()).toHaveLength(6);
  });

  it("tells a person how to remove what may go", async () => {
    const { stdout, stderr } = await tenant.run("2026-03-04", "credentials", "-s", "dev");
    expect(stdout).toMatch(/^orphan {4}\S+ {2}expires 2026-08-28 {2}"partner-access\/dev\/3" {2}may be removed$/m);
    expect(stderr).toContain(
      "Nothing was changed. To remove what may go: npm run partner-access -- credentials -s dev --retire-orphans",
    );
  });

  it("refuses to remove anything without the engine, whose state knows what was minted", async () => {
    const { code, stderr } = await tenant.run("2026-03-04", "credentials", "-s", "dev", "--retire-orphans");
    expect(code).toBe(2);
    expect(stderr).toContain("there is no pulumi on PATH");
    expect(await tenant.keyIds()).toHaveLength(6);
  });

  it("shows the name of a credential as text: it steers no terminal and forges no line", async () => {
    const { slot } = await tenant.mint(4, day("2026-03-01"), "It\u001b[2J\ncurrent  ##vso[task.complete]");
    const { stdout } = await tenant.run("2026-03-04", "credentials", "-s", "dev");
    const name = String.raw`"It\\u{1b}[2J\\u{a}current  #\\u{23}vso[task.complete]"`;
    expect(stdout.split("\n")).toContain(`foreign   ${slot.keyId}  expires 2026-08-28  ${name}`);
    expect(stdout).not.toContain("\u001b");
  });
});
