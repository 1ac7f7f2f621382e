import { readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { createWorkspace, type Workspace } from "../../../cli/demo/workspace";
import { day } from "../../../model/day";
import { callCommand } from "../../support/command-call";
import { startTestEmulator, type TestEmulator } from "../../support/emulator";
import { createPublishedTenant, type Minted, type PublishedTenant, vaultUri } from "../../support/published-tenant";

let emulator: TestEmulator;
let tenant: PublishedTenant;
let workspace: Workspace;
let secret: Minted;

beforeAll(async () => {
  emulator = await startTestEmulator();
  await emulator.control("POST", "clock", { set: "2026-03-01T08:00:00Z" });
  tenant = await createPublishedTenant(emulator);
  secret = await tenant.mint(1, day("2026-03-01"));
  await tenant.publish(secret);
  workspace = await createWorkspace(resolve(__dirname, "../../.."));
  const dev = await readFile(join(workspace.directory, "Pulumi.dev.yaml"), "utf8");
  await writeFile(join(workspace.directory, "Pulumi.other.yaml"), dev.replace("alias: contoso", "alias: other"));
});
afterAll(async () => {
  await emulator.stop();
  await workspace.remove();
});

const run = (today: string, ...argv: string[]) => {
  const now = `${today}T08:00:00Z`;
  return emulator.at(now, () =>
    callCommand(argv, { ...emulator.env, PARTNER_ACCESS_NOW: now }, { projectDirectory: workspace.directory }),
  );
};

describe("rotate", () => {
  it("plans every stack, and one that was never deployed stops no other", async () => {
    const before = (await emulator.control("GET", "journal")).length;
    const { code, document, stderr } = await run("2026-03-04", "rotate", "--all", "--plan", "--json");
    expect(code).toBe(1);
    expect(document.stacks).toMatchObject([
      { stack: "dev", outcome: "not-due", reason: "unchanged", before: secret.slot.keyId, after: secret.slot.keyId },
      { stack: "other", outcome: "failed", reason: "not-deployed", before: null, after: null },
    ]);
    expect(stderr).toBe("");
    const calls = (await emulator.control("GET", "journal")).slice(before);
    const writes = calls.filter(
      ({ method, service }: Record<string, string>) => method !== "GET" && service !== "entra",
    );
    expect(writes).toEqual([]);
  });

  it("plans a due rotation without an engine, and says what would happen", async () => {
    const { code, document } = await run("2026-06-10", "rotate", "-s", "dev", "--plan", "--json");
    expect(code).toBe(0);
    expect(document.stacks[0]).toMatchObject({ outcome: "not-due", reason: "due", problems: [] });
    expect(document.stacks[0].sentence).toContain("Would happen: ");
    expect(document.stacks[0].sentence).toContain("generation 2 goes into slot b");
  });

  it("plans an emergency without writing the request anywhere", async () => {
    const file = join(workspace.directory, "Pulumi.dev.yaml");
    const before = await readFile(file, "utf8");
    const { document } = await run("2026-03-04", "rotate", "-s", "dev", "--plan", "--compromised", "laptop", "--json");
    expect(document.stacks[0]).toMatchObject({ outcome: "not-due", reason: "compromised" });
    const impossible = await run("2026-03-04", "rotate", "-s", "dev", "--compromised", "laptop", "--json");
    expect(impossible.document.stacks[0].reason).toBe("no-pulumi");
    expect(await readFile(file, "utf8")).toBe(before);
  });

  it("prints a line per stack for people", async () => {
    const { stdout } = await run("2026-03-04", "rotate", "-s", "dev", "--plan");
    expect(stdout).toMatch(new RegExp(`^dev +not-due +unchanged +key id ${secret.slot.keyId}  Next rotation on 2026-`));
  });

  it("fails without an engine when a rotation is due, and has changed nothing", async () => {
    const { code, document } = await run("2026-06-10", "rotate", "-s", "dev", "--json");
    expect([code, document.stacks[0].reason]).toEqual([1, "no-pulumi"]);
    expect(await tenant.keyIds()).toEqual([secret.slot.keyId]);
  });

  it("looks after the sign-in where the engine is missing, and tells of both", async () => {
    const tags = { obtainedAt: "2026-06-08T08:00:00Z" };
    await tenant.put("refresh-token", { value: "of no account", tags });
    const { code, document } = await run("2026-06-10", "rotate", "-s", "dev", "--json");
    expect([code, document.stacks[0]]).toMatchObject([
      1,
      {
        outcome: "failed",
        reason: "no-pulumi",
        before: secret.slot.keyId,
        after: secret.slot.keyId,
        refreshToken: { result: "not-due", ageDays: 2, sentence: "The refresh token is 2 days old." },
        problems: [{ code: "no-pulumi" }],
      },
    ]);
  });

  it("does not renew the sign-in of a stopped stack where the engine is missing", async () => {
    const path = `/v1.0/servicePrincipals/${tenant.principalObjectId}`;
    const enable = (accountEnabled: boolean) =>
      emulator.call("PATCH", path, { as: "partner-deployer", body: { accountEnabled } });
    await enable(false);
    const { document } = await run("2026-06-20", "rotate", "-s", "dev", "--json");
    await enable(true);
    expect(document.stacks[0]).toMatchObject({
      reason: "stopped",
      refreshToken: null,
      problems: [{ code: "stopped" }, { code: "no-pulumi" }],
    });
  });

  it("refuses a roll-back to nothing, with the reason", async () => {
    const { code, document } = await run(
      "2026-03-04",
      "rotate",
      "-s",
      "dev",
      "--plan",
      "--rollback",
      "why not",
      "--json",
    );
    expect([code, document.stacks[0].reason]).toEqual([1, "no-rollback"]);
    expect(document.problems[0].message).toContain("records no previous secret");
  });

  it.each([
    ["rotate needs either -s STACK or --all", []],
    ["rotate needs either -s STACK or --all", ["-s", "dev", "--all"]],
    ["--compromised and --rollback exclude each other", ["-s", "dev", "--compromised", "a", "--rollback", "b"]],
    ["a REASON must not be empty", ["-s", "dev", "--compromised", " "]],
    ["the REASON must be one line of 1 to 200 characters", ["-s", "dev", "--compromised", "a\nb"]],
    ["--compromised and --rollback take one stack, got --all (2 stacks)", ["--all", "--compromised", "a"]],
    ["--parallel must be a whole number from 1 to 64, got 0", ["--all", "--parallel", "0", "--plan"]],
  ])("says %j for %j", async (message, argv) => {
    const { code, stderr } = await run("2026-03-04", "rotate", ...argv);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });
});

describe("an entry that somebody touched", () => {
  const name = "partner-insights-contoso-client-secret";
  const onTheVault = async (method: string, path: string, body?: object) => {
    const { status } = await emulator.call(method, `${vaultUri}/${path}?api-version=7.4`, {
      as: "home-deployer",
      body,
    });
    expect(status).toBe(200);
  };
  const problemOf = async (...argv: string[]) => (await run("2026-03-04", ...argv, "--json")).document.problems[0];

  it("fails a rotation that is not due when its latest version is disabled, and lets a due one replace it", async () => {
    await onTheVault("PATCH", `secrets/${name}`, { attributes: { enabled: false } });
    const { code, document } = await run("2026-03-04", "rotate", "-s", "dev", "--plan", "--json");
    expect([code, document.stacks[0].outcome, document.stacks[0].reason]).toEqual([1, "failed", "version-disabled"]);
    expect(document.problems[0].message).toContain(`the latest version of ${name} is disabled`);
    const due = await run("2026-06-10", "rotate", "-s", "dev", "--plan", "--json");
    expect(due.document.stacks[0]).toMatchObject({ outcome: "not-due", reason: "due", problems: [] });
    await onTheVault("PATCH", `secrets/${name}`, { attributes: { enabled: true } });
  });

  it("is named as deleted, with the way back, and is no stack that was never deployed", async () => {
    await onTheVault("DELETE", `secrets/${name}`);
    for (const command of [["rotate", "--plan"], ["status"], ["credentials"]]) {
      const problem = await problemOf(...command, "-s", "dev");
      expect([command, problem.code]).toEqual([command, "deleted-entry"]);
      expect(problem.message).toMatch(new RegExp(`the entry ${name} in ${vaultUri} was deleted on 2026-03-0\\d`));
      expect(problem.fix).toContain(`az keyvault secret recover --vault-name fabrikam-partner-access --name ${name}`);
    }
  });

  it("does not pass for never deployed when nobody may look at deleted entries", async () => {
    const denied = { service: "vault", method: "GET", path: "**/deletedsecrets/*", when: "before" };
    await emulator.control("POST", "faults", [{ ...denied, action: "status", status: 403 }]);
    const problem = await problemOf("rotate", "-s", "dev", "--plan");
    expect(problem.message).toMatch(
      /has no client secret of dev, and it is not known whether one was deleted there: .*403/,
    );
    await emulator.control("POST", "faults", []);
  });

  it("keeps nobody from stopping: the deleted entry still names the application", async () => {
    const { code, document } = await run("2026-03-04", "stop", "-s", "dev", "--yes", "--json");
    expect([code, document.stacks[0].outcome, document.stacks[0].clientId]).toEqual([0, "stopped", tenant.clientId]);
  });
});
