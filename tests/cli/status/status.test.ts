import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { day } from "../../../model/day";
import { partnerTenant } from "../../../offline/emulator/seed/constants";
import { applicationNotes } from "../../../rotation/mark";
import { startTestEmulator, type TestEmulator } from "../../support/emulator";
import { createPublishedTenant, deployment, type PublishedTenant, vaultUri } from "../../support/published-tenant";

let emulator: TestEmulator;
let tenant: PublishedTenant;

beforeEach(async () => {
  emulator = await startTestEmulator();
  await emulator.control("POST", "clock", { set: "2026-03-01T08:00:00Z" });
  tenant = await createPublishedTenant(emulator);
});
afterEach(() => emulator.stop());

const codes = (problems: readonly { code: string }[]) => problems.map(({ code }) => code);

/** Generation 1 replaced by generation 2 on 1 March. */
async function publishTwo() {
  const first = await tenant.mint(1, day("2025-12-05"));
  const second = await tenant.mint(2, day("2026-03-01"));
  await tenant.publish(first);
  const record = await tenant.publish(second, { current: "b", slots: { a: first.slot, b: second.slot } });
  return { first, second, record };
}

describe("status", () => {
  it("tells a healthy tenant's published and previous secret and when it changes", async () => {
    const { first, second, record } = await publishTwo();
    const { code, document } = await tenant.run("2026-03-04", "status", "-s", "dev", "--json");
    expect({ code, document }).toEqual({
      code: 0,
      document: {
        schema: "partner-access/status/1",
        ok: true,
        problems: [],
        stacks: [
          {
            stack: "dev",
            ok: true,
            published: {
              keyId: second.slot.keyId,
              generation: 2,
              publishedOn: "2026-03-01",
              starts: second.slot.start,
              expires: "2026-08-28",
              ageDays: 3,
            },
            previous: {
              keyId: first.slot.keyId,
              generation: 1,
              starts: first.slot.start,
              expires: first.slot.end,
              removableOn: record.overlapEnds,
            },
            nextRotation: expect.stringMatching(/^2026-05-2\d$/),
            refreshToken: null,
            value: { result: "accepted", detail: "Entra issues a token for exactly this value" },
            problems: [],
          },
        ],
      },
    });
  });

  it("finds a value that Entra refuses below right tags, and says where it cannot look at one", async () => {
    const { slot, text } = await tenant.mint(1, day("2026-03-01"));
    const status = () => tenant.run("2026-03-04", "status", "-s", "dev", "--json");
    for (const wrong of [`${text}\n`, "typed by hand"]) {
      await tenant.publish({ slot, text: wrong });
      const { code, document } = await status();
      expect([code, codes(document.problems), document.stacks[0].value.result]).toEqual([
        1,
        ["value-refused"],
        "refused",
      ]);
      expect(document.problems[0].message.includes("white space")).toBe(wrong !== wrong.trim());
      expect(JSON.stringify(document)).not.toContain(wrong.trim());
    }
    await tenant.publish({ slot, text });
    // The list of versions is another path: the identity may list and not read.
    const read = { service: "vault", method: "GET", when: "before", action: "status", status: 403, times: 100 };
    const paths = ["/secrets/*-client-secret", "/secrets/*-client-secret/"];
    await emulator.control(
      "POST",
      "faults",
      paths.map((path) => ({ ...read, path })),
    );
    const blind = await status();
    expect([blind.code, blind.document.stacks[0].value.result]).toEqual([0, "not-checked"]);
    expect(blind.document.stacks[0].value.detail).toMatch(/^not checked: Key Vault refused .* 403/);
  });

  it("answers a person in lines, without a secret", async () => {
    const { second } = await publishTwo();
    const { code, stdout } = await tenant.run("2026-03-04", "status", "-s", "dev");
    expect(code).toBe(0);
    expect(stdout).toContain(`current        generation 2, key id ${second.slot.keyId}, published 2026-03-01 (3 days`);
    expect(stdout).toContain("kept until 2026-03-08");
    expect(stdout).not.toContain(second.text);
  });

  it("finds a credential that is gone from Entra, a stopped principal and an orphan", async () => {
    const { first, second } = await publishTwo();
    const orphan = await tenant.mint(3, day("2026-03-01"));
    await tenant.remove(second.slot.keyId);
    await tenant.remove(first.slot.keyId);
    await emulator.call("PATCH", `/v1.0/servicePrincipals/${tenant.principalObjectId}`, {
      as: "partner-deployer",
      body: { accountEnabled: false },
    });
    const { code, document } = await tenant.run("2026-03-04", "status", "-s", "dev", "--json");
    expect(code).toBe(1);
    expect(codes(document.problems)).toEqual(["stopped", "credential-missing", "previous-missing", "orphan"]);
    expect(document.problems.at(-1).message).toContain(orphan.slot.keyId);
  });

  it("finds an application that a killed run created, by its notes and whatever it is called, and says how to remove it", async () => {
    await publishTwo();
    for (const notes of [applicationNotes(deployment), "somebody else's", null]) {
      const body = {
        displayName: "TERRAFORM_UPDATE_1",
        notes,
        "owners@odata.bind": [`${emulator.origin}/v1.0/directoryObjects/${partnerTenant.deployer.objectId}`],
      };
      const { status } = await emulator.call("POST", "/v1.0/applications", { as: "partner-deployer", body });
      expect(status).toBe(201);
    }
    const { code, document } = await tenant.run("2026-03-04", "status", "-s", "dev", "--json");
    expect([code, codes(document.problems)]).toEqual([1, ["extra-application"]]);
    expect(document.problems[0].fix).toBe("Remove it: npm run partner-access -- recover -s dev");
  });

  it("finds a disabled latest version and an expiry that is not Entra's", async () => {
    const first = await tenant.mint(1, day("2026-03-01"));
    const exp = Date.parse("2027-01-01T00:00:00Z") / 1000;
    await tenant.publish(first, {}, { attributes: { enabled: false, exp } });
    const { code, document } = await tenant.run("2026-03-04", "status", "-s", "dev", "--json");
    expect(code).toBe(1);
    expect(codes(document.problems)).toEqual(["version-disabled", "expiry-differs"]);
    expect(document.problems[1].message).toContain("expires on 2027-01-01, Entra says 2026-08-28");
  });

  it("says that a stack was never deployed, and that a record cannot be read", async () => {
    const never = await tenant.run("2026-03-04", "status", "-s", "dev", "--json");
    expect([never.code, codes(never.document.problems)]).toEqual([1, ["not-deployed"]]);
    const first = await tenant.mint(1, day("2026-03-01"));
    await tenant.publish(first, {}, { tags: { managedBy: "partner-insights-access", record: "1" } });
    const damaged = await tenant.run("2026-03-04", "status", "-s", "dev", "--json");
    expect([damaged.code, codes(damaged.document.problems)]).toEqual([1, ["unreadable-record"]]);
  });

  it("takes exactly one of -s, --all and --from-vault", async () => {
    for (const argv of [[], ["-s", "dev", "--all"]]) {
      const { code, stderr } = await tenant.run("2026-03-04", "status", ...argv);
      expect(code).toBe(2);
      expect(stderr).toContain("status needs one of -s STACK, --all and --from-vault URL");
    }
  });
});

describe("status --html", () => {
  it("writes a page with the tenant, its problems and what the stack file grants, and no secret", async () => {
    const { second } = await publishTwo();
    const orphan = await tenant.mint(3, day("2026-03-01"));
    const folder = mkdtempSync(join(tmpdir(), "partner-access-status-"));
    const file = join(folder, "status.html");
    const { code, stderr } = await tenant.run("2026-03-04", "status", "-s", "dev", "--html", file);
    expect([code, stderr]).toEqual([1, expect.stringContaining(`wrote ${file}\n`)]);
    const page = readFileSync(file, "utf8");
    expect(page).toContain("Wednesday, 4 March 2026");
    expect(page).toContain("<bdi>contoso.example</bdi>");
    expect(page).toContain(orphan.slot.keyId);
    expect(page).toContain('<code class="command" translate="no">npm run partner-access -- recover -s dev</code>');
    expect(page).toContain("<strong><bdi>user_impersonation</bdi></strong>");
    expect(page).not.toContain(second.text);
    expect(readdirSync(folder)).toEqual(["status.html"]);
    rmSync(folder, { recursive: true });
  });

  it("refuses a file that cannot be, before it reads anything", async () => {
    for (const file of ["", tmpdir(), join(tmpdir(), "no-such-folder", "status.html")]) {
      const { code, stdout, stderr } = await tenant.run("2026-03-04", "status", "-s", "dev", "--html", file);
      expect([code, stdout]).toEqual([2, ""]);
      expect(stderr).toContain(`--html must name a file to write, got ${JSON.stringify(file)}`);
    }
  });
});

describe("status --openmetrics", () => {
  it("prints metrics and nothing else, with the exit code of the status", async () => {
    await publishTwo();
    const well = await tenant.run("2026-03-04", "status", "-s", "dev", "--openmetrics");
    expect([well.code, well.stdout]).toEqual([
      0,
      expect.stringMatching(/^# HELP [\s\S]*stack="dev"\} 1\n[\s\S]*# EOF\n$/),
    ]);
    const vault = await tenant.run("2026-06-20", "status", "--from-vault", vaultUri, "--openmetrics");
    expect([vault.code, vault.stdout]).toEqual([1, expect.stringContaining('code="overdue"} 1\n')]);
    const both = await tenant.run("2026-03-04", "status", "-s", "dev", "--openmetrics", "--json");
    expect([both.code, both.stderr]).toEqual([
      2,
      expect.stringContaining("--openmetrics and --json exclude each other"),
    ]);
  });
});

describe("status --from-vault", () => {
  const alarm = (today: string, env: Record<string, string> = {}) =>
    tenant.run(today, "status", "--from-vault", vaultUri, "--json", ...Object.values(env));

  it("is quiet until a rotation is 14 days overdue", async () => {
    const first = await tenant.mint(1, day("2026-03-01"));
    await tenant.publish(first, { dueOn: day("2026-05-25") });
    const before = await alarm("2026-06-07");
    expect([before.code, before.document.problems]).toEqual([0, []]);
    expect(before.document.stacks[0]).toMatchObject({
      stack: "partner-insights-contoso",
      nextRotation: "2026-05-25",
      value: { result: "not-checked", detail: "not checked: a vault's list of entries shows no values" },
    });
    const after = await alarm("2026-06-08");
    expect([after.code, codes(after.document.problems)]).toEqual([1, ["overdue"]]);
  });

  it("rings from 30 days before the end", async () => {
    const first = await tenant.mint(1, day("2026-03-01"));
    await tenant.publish(first, { dueOn: day("2026-08-28") });
    expect((await alarm("2026-07-28")).code).toBe(0);
    const near = await alarm("2026-07-29");
    expect([near.code, codes(near.document.problems)]).toEqual([1, ["near-expiry"]]);
    expect(codes((await alarm("2026-08-28")).document.problems)).toEqual(["expired"]);
  });

  it("rings when a refresh token is older than 60 days, and not for the placeholder", async () => {
    await tenant.publish(await tenant.mint(1, day("2026-03-01")));
    const token = (obtainedAt: string, enabled: boolean) =>
      tenant.put("refresh-token", { value: "of no account", attributes: { enabled }, tags: { obtainedAt } });
    await token("2025-01-01T00:00:00Z", false);
    expect((await alarm("2026-03-04")).code).toBe(0);
    await token("2026-01-03T10:00:00Z", true);
    const young = await alarm("2026-03-04");
    expect([young.code, young.document.stacks[0].refreshToken]).toEqual([0, { ageDays: 60 }]);
    const old = await alarm("2026-03-05");
    expect([old.code, codes(old.document.problems)]).toEqual([1, ["refresh-token-old"]]);
  });

  it("rings when the client secret was written over without its tags, or is gone, and another deployment is well", async () => {
    const other = await tenant.mint(1, day("2026-03-01"));
    await tenant.publish(other);
    const tags = { managedBy: "partner-insights-access" };
    const write = (name: string, body: object) =>
      emulator.call("PUT", `${vaultUri}/secrets/${name}?api-version=7.6`, { as: "home-deployer", body });
    await write("adatum-client-id", { value: tenant.clientId, tags });
    const gone = await alarm("2026-03-04");
    expect([gone.code, codes(gone.document.problems)]).toEqual([1, ["client-secret-missing"]]);
    expect(gone.document.stacks.map(({ stack, ok }: { stack: string; ok: boolean }) => [stack, ok])).toEqual([
      ["adatum", false],
      ["partner-insights-contoso", true],
    ]);
    // As `az keyvault secret set` writes one; the secret of a stranger beside it is nobody's business.
    await write("adatum-client-secret", { value: "by hand" });
    await write("stranger-client-secret", { value: "by hand" });
    const written = await alarm("2026-03-04");
    expect([written.code, codes(written.document.problems)]).toEqual([1, ["unreadable-record"]]);
    expect(written.document.problems[0].message).toContain("adatum-client-secret");
  });

  it("needs list rights on the vault and nothing else", async () => {
    await tenant.publish(await tenant.mint(1, day("2026-03-01")));
    const before = (await emulator.control("GET", "journal")).length;
    const { code } = await alarm("2026-03-04");
    const calls = (await emulator.control("GET", "journal")).slice(before);
    expect(code).toBe(0);
    const paths = calls
      .filter(({ service }: { service: string }) => service !== "entra")
      .map(({ method, path, status }: Record<string, string>) => `${method} ${path} ${status}`);
    // The vault first answers 401 to say where to sign in.
    expect([...new Set(paths)]).toEqual(["GET /secrets 401", "GET /secrets 200"]);
  });

  it("fails when the vault holds nothing of ours: an alarm on the wrong vault would never ring", async () => {
    const { code, document } = await alarm("2026-03-04");
    expect([code, codes(document.problems)]).toEqual([2, ["nothing-found"]]);
  });

  it("refuses an address that is no vault's", async () => {
    const { code, stderr } = await tenant.run("2026-03-04", "status", "--from-vault", "fabrikam");
    expect(code).toBe(2);
    expect(stderr).toContain(
      "--from-vault must be a vault's address like https://fabrikam.vault.azure.net, got fabrikam",
    );
  });
});
