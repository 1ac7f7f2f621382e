import { day } from "../../../model/day";
import { startTestEmulator, type TestEmulator } from "../../support/emulator";
import { createPublishedTenant, type Minted, type PublishedTenant } from "../../support/published-tenant";

let emulator: TestEmulator;
let tenant: PublishedTenant;
let secret: Minted;

beforeAll(async () => {
  emulator = await startTestEmulator();
  await emulator.control("POST", "clock", { set: "2026-03-01T08:00:00Z" });
  tenant = await createPublishedTenant(emulator);
  secret = await tenant.mint(1, day("2026-03-01"));
  await tenant.publish(secret);
});
afterAll(() => emulator.stop());

const run = (...argv: string[]) => tenant.run("2026-03-04", ...argv);
const principal = async () =>
  (await emulator.call("GET", `/v1.0/servicePrincipals/${tenant.principalObjectId}`, { as: "partner-deployer" })).body;
const token = () =>
  emulator.requestToken({
    client_id: tenant.clientId,
    client_secret: secret.text,
    grant_type: "client_credentials",
    scope: "https://graph.microsoft.com/.default",
  });

describe("stop and resume", () => {
  it("changes nothing where nobody can answer and --yes is missing", async () => {
    const { code, document, stderr } = await run("stop", "-s", "dev", "--json");
    expect(code).toBe(1);
    expect(document).toMatchObject({ ok: false, problems: [{ code: "declined" }], stacks: [{ outcome: "declined" }] });
    expect(stderr).toContain("run again with --yes");
    expect((await principal()).accountEnabled).toBe(true);
  });

  it("stops with one write to Graph, so that Entra refuses the right secret", async () => {
    expect((await token()).status).toBe(200);
    const before = (await emulator.control("GET", "journal")).length;
    const { code, document, stderr } = await run("stop", "-s", "dev", "--yes", "--json");
    expect([code, document.stacks]).toEqual([
      0,
      [
        {
          stack: "dev",
          clientId: tenant.clientId,
          principalObjectId: tenant.principalObjectId,
          outcome: "stopped",
        },
      ],
    ]);
    expect(stderr).toContain("up to 90 minutes more");
    const writes = (await emulator.control("GET", "journal"))
      .slice(before)
      .filter(({ method, service }: Record<string, string>) => method !== "GET" && service !== "entra");
    expect(writes).toMatchObject([
      { method: "PATCH", path: `/v1.0/servicePrincipals/${tenant.principalObjectId}`, status: 204 },
    ]);
    const refused = await token();
    expect([refused.status, refused.body.error_codes]).toEqual([400, [7000112]]);
  });

  it("says when it is stopped already", async () => {
    const { code, document } = await run("stop", "-s", "dev", "--yes", "--json");
    expect([code, document.stacks[0].outcome]).toEqual([0, "already-stopped"]);
  });

  it("makes rotate refuse, before any engine is asked", async () => {
    const { code, document } = await run("rotate", "-s", "dev", "--plan", "--json");
    expect(code).toBe(1);
    expect(document.stacks[0]).toMatchObject({ outcome: "failed", reason: "stopped" });
  });

  it("resumes, and tokens come again", async () => {
    const { code, document } = await run("resume", "-s", "dev", "--yes", "--json");
    expect([code, document.stacks[0].outcome]).toEqual([0, "resumed"]);
    expect((await token()).status).toBe(200);
    const again = await run("resume", "-s", "dev", "--yes", "--json");
    expect([again.code, again.document.stacks[0].outcome]).toEqual([0, "already-running"]);
  });

  it.each([
    ["stop", true, "already-stopped"],
    ["resume", false, "already-running"],
  ] as const)(
    "%s does its work although an old answer of Graph says that it is done",
    async (command, was, outcome) => {
      const path = `/v1.0/servicePrincipals/${tenant.principalObjectId}`;
      await emulator.call("PATCH", path, { as: "partner-deployer", body: { accountEnabled: was } });
      const old = { ...(await principal()), accountEnabled: !was };
      const stale = { service: "graph", method: "GET", path: "**/servicePrincipals*", when: "before", times: 1 };
      await emulator.control("POST", "faults", [{ ...stale, action: "status", status: 200, body: old }]);
      const { code, document } = await run(command, "-s", "dev", "--yes", "--json");
      await emulator.control("POST", "faults", []);
      expect([code, document.stacks[0].outcome]).toEqual([0, outcome]);
      expect((await principal()).accountEnabled).toBe(!was);
    },
  );

  it("asks even where it looks done: the answer may be old, and the write follows", async () => {
    const { code, document } = await run("resume", "-s", "dev", "--json");
    expect([code, document.stacks[0].outcome]).toEqual([1, "declined"]);
  });

  it("enables no application but this stack's, whatever client id it is given", async () => {
    const { body: foreign } = await emulator.call("POST", "/v1.0/applications", {
      as: "partner-deployer",
      body: { displayName: "Disabled for a reason" },
    });
    const { body: other } = await emulator.call("POST", "/v1.0/servicePrincipals", {
      as: "partner-deployer",
      body: { appId: foreign.appId, accountEnabled: false },
    });
    const { code, document } = await run("resume", "-s", "dev", "--client-id", foreign.appId, "--yes", "--json");
    expect([code, document.problems]).toEqual([2, [expect.objectContaining({ code: "not-ours" })]]);
    const path = `/v1.0/servicePrincipals/${other.id}`;
    expect((await emulator.call("GET", path, { as: "partner-deployer" })).body.accountEnabled).toBe(false);
    // This stack's own is known by the mark on its secrets, even where the vault cannot be read.
    await emulator.control("POST", "faults", [{ service: "vault", when: "before", action: "status", status: 403 }]);
    const own = await run("resume", "-s", "dev", "--client-id", tenant.clientId, "--yes", "--json");
    await emulator.control("POST", "faults", []);
    expect([own.code, own.document.problems]).toEqual([0, []]);
  });

  it("shows the application's name as text: it steers no terminal and forges no line", async () => {
    const named = { ...(await principal()), displayName: "It\u001b[2J\ndev  stopped  ##vso[task.complete]" };
    const fault = { service: "graph", method: "GET", path: "**/servicePrincipals*", when: "before", times: 1 };
    await emulator.control("POST", "faults", [{ ...fault, action: "status", status: 200, body: named }]);
    const { stdout } = await run("resume", "-s", "dev", "--yes");
    await emulator.control("POST", "faults", []);
    const name = String.raw`"It\\u{1b}[2J\\u{a}dev  stopped  #\\u{23}vso[task.complete]"`;
    expect(stdout).toBe(`dev  already-running  ${name} (client id ${tenant.clientId})\n`);
  });

  it.each(["contoso", "", "x')/owners"])("refuses the client id %j before it asks anybody", async (id) => {
    const before = (await emulator.control("GET", "journal")).length;
    const { code, document } = await run("stop", "-s", "dev", "--client-id", id, "--yes", "--json");
    expect([code, document.problems[0].code]).toEqual([2, "invalid-option"]);
    expect(document.problems[0].message).toContain(`a GUID, got ${JSON.stringify(id)}`);
    expect((await emulator.control("GET", "journal")).length).toBe(before);
  });

  it("stops by client id when the vault cannot be read", async () => {
    await emulator.control("POST", "faults", [{ service: "vault", when: "before", action: "status", status: 403 }]);
    const blind = await run("stop", "-s", "dev", "--yes");
    expect(blind.code).toBe(2);
    expect(blind.stderr).toContain(
      "  Without the vault: npm run partner-access -- stop -s dev --client-id CLIENT-ID\n",
    );
    const { code } = await run("stop", "-s", "dev", "--client-id", tenant.clientId, "--yes");
    expect(code).toBe(0);
    expect((await principal()).accountEnabled).toBe(false);
  });
});
