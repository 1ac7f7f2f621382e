import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { main } from "../../../cli/main";
import { openIdTenant } from "../../../clients/entra/clouds";
import { ServiceError } from "../../../clients/http/errors";
import { readStackFromFiles } from "../../../configuration/read-stack";
import { partnerTenant } from "../../../offline/emulator/seed/constants";
import { captureContext } from "../../support/captured-context";
import { runCommand } from "../../support/command-process";
import { startTestEmulator, type TestEmulator } from "../../support/emulator";

// A person at a terminal is played in this process, which does not trust the emulator; the commands without one run in their own.
jest.mock("../../../clients/entra/clouds", () => ({
  ...jest.requireActual("../../../clients/entra/clouds"),
  openIdTenant: jest.fn(),
}));

const { domain } = partnerTenant;
const others = [
  ...["--user", `reports@${domain}`, "--subscription-id", "33333333-3333-4333-8333-333333333333"],
  ...["--vault-tenant-id", "22222222-2222-4222-8222-222222222222", "--resource-group", "partner-insights"],
  ...["--vault-client-id", "c0ffee00-0000-4000-8000-00000000d002", "--vault-name", "fabrikam-partner-access"],
];

let emulator: TestEmulator;
let projectDirectory: string;
beforeAll(async () => {
  emulator = await startTestEmulator();
});
afterAll(() => emulator.stop());
beforeEach(() => {
  projectDirectory = mkdtempSync(join(tmpdir(), "partner-access-domain-"));
});
afterEach(() => rmSync(projectDirectory, { recursive: true, force: true }));

const written = () => readStackFromFiles(projectDirectory, "contoso").tenant.id;
const command = (...argv: readonly string[]) =>
  runCommand(["new", "contoso", ...others, ...argv, "--print"], emulator.env);

async function typed(...lines: readonly string[]) {
  const terminal = { isTerminal: true, stdin: Readable.from([`${lines.join("\n")}\n`]) };
  const { context, stderr } = captureContext({ projectDirectory, ...terminal });
  return { code: await main(["new", "contoso", ...others], context), stderr: stderr() };
}

describe("the tenant id", () => {
  it("is the one that the domain's public document names", async () => {
    const { stdout, stderr } = await command("--domain", domain);
    expect(stderr).toContain(`Partner tenant id: ${partnerTenant.id}, which ${domain} names`);
    // The stack of this repository writes the same entries: what would be written is refused after it was found.
    expect(stdout + stderr).toContain('stack "dev"');
  });

  it("is an error where no tenant has the domain, with Entra's own words and the option that helps", async () => {
    const { code, stderr } = await command("--domain", "nobody.example");
    expect(code).toBe(2);
    expect(stderr).toMatch(/the tenant of "nobody\.example" could not be found: .*AADSTS90002.*\n.*--tenant-id/);
  });

  it("is not asked on a terminal where the domain names it", async () => {
    jest.mocked(openIdTenant).mockResolvedValueOnce(partnerTenant.id);
    const { code, stderr } = await typed(domain, "");
    expect([code, written()]).toEqual([0, partnerTenant.id]);
    expect(stderr).not.toContain("Its tenant id");
    expect(openIdTenant).toHaveBeenCalledWith(expect.objectContaining({ domain, budgetMs: 10_000 }));
  });

  it("is asked, with the reason, where it cannot be found", async () => {
    const failure = {
      service: "Microsoft sign-in",
      operation: "OpenID configuration",
      code: "ENOTFOUND",
      isTemporary: true,
    };
    jest.mocked(openIdTenant).mockRejectedValueOnce(new ServiceError(failure));
    const { code, stderr } = await typed(domain, partnerTenant.id, "");
    expect([code, written()]).toEqual([0, partnerTenant.id]);
    expect(stderr).toMatch(/ENOTFOUND.*Its tenant id/s);
  });

  it("is not looked for where an answer is missing that nobody can give", async () => {
    jest.mocked(openIdTenant).mockClear();
    const { context } = captureContext({ projectDirectory });
    expect(await main(["new", "contoso", "--domain", domain], context)).toBe(2);
    expect(readdirSync(projectDirectory)).toEqual([]);
    expect(openIdTenant).not.toHaveBeenCalled();
  });
});
