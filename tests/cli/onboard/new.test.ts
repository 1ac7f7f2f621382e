import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import fc from "fast-check";
import { main } from "../../../cli/main";
import { renderStackFile } from "../../../cli/onboard/stack-file-draft";
import { readStackFromFiles } from "../../../configuration/read-stack";
import { readStackFile } from "../../../configuration/stack-file";
import { captureContext } from "../../support/captured-context";
import { expectDocument } from "../../support/documents";

const answers = {
  "tenant-id": "11111111-1111-4111-8111-111111111111",
  domain: "contoso.example",
  user: "reports@contoso.example",
  "vault-tenant-id": "22222222-2222-4222-8222-222222222222",
  "subscription-id": "33333333-3333-4333-8333-333333333333",
  "vault-client-id": "c0ffee00-0000-4000-8000-00000000d002",
  "resource-group": "partner-insights",
  "vault-name": "fabrikam-partner-access",
} as const;
const flags = (given: Readonly<Record<string, string>> = answers) =>
  Object.entries(given).flatMap(([name, value]) => [`--${name}`, value]);

let projectDirectory: string;

beforeEach(() => {
  projectDirectory = mkdtempSync(join(tmpdir(), "partner-access-new-"));
});
afterEach(() => rmSync(projectDirectory, { recursive: true, force: true }));

async function run(argv: readonly string[], input?: string) {
  const terminal = input === undefined ? {} : { isTerminal: true, stdin: Readable.from([input]) };
  const { context, stdout, stderr } = captureContext({ projectDirectory, ...terminal });
  const code = await main(["new", ...argv], context);
  return { code, stdout: stdout(), stderr: stderr() };
}

describe("new", () => {
  it("writes a commented file that passes every check, and says what comes next", async () => {
    const { code, stdout, stderr } = await run(["contoso", ...flags()]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: "Pulumi.contoso.yaml\n" });
    const { tenant, vault, reportingUser, rotation } = readStackFromFiles(projectDirectory, "contoso");
    expect(tenant).toEqual({ id: answers["tenant-id"], domain: answers.domain, alias: "contoso", cloud: "public" });
    expect(vault).toMatchObject({
      tenantId: answers["vault-tenant-id"],
      mode: "existing",
      name: answers["vault-name"],
    });
    expect(reportingUser).toEqual({ userPrincipalName: answers.user, assignedBy: "admin" });
    expect(rotation).toMatchObject({ everyDays: 90, overlapDays: 7, lifetimeDays: 180 });
    expect(readFileSync(join(projectDirectory, "Pulumi.contoso.yaml"), "utf8").match(/^ *#/gm)?.length).toBeGreaterThan(
      10,
    );
    expect(stderr).toContain("npm run partner-access -- deployer -s contoso");
    expect(stderr).toContain("npm run partner-access -- preflight -s contoso");
    expect(stderr).toContain(
      "pulumi stack init contoso --secrets-provider azurekeyvault://VAULT.vault.azure.net/keys/KEY",
    );
  });

  it("names no key service in the emulator's shell, which has a passphrase", async () => {
    const env = { ARM_METADATA_HOSTNAME: "localhost:8443" };
    const { context, stderr } = captureContext({ projectDirectory, env });
    expect(await main(["new", "contoso", ...flags()], context)).toBe(0);
    expect(stderr()).toContain("    pulumi stack init contoso\n");
    expect(stderr()).not.toContain("azurekeyvault");
  });

  it("names who assigns the user where that is no administrator, and refuses whom the file would not take", async () => {
    expect((await run(["contoso", ...flags(), "--assigned-by", "deployer"])).code).toBe(0);
    expect(readStackFromFiles(projectDirectory, "contoso").reportingUser?.assignedBy).toBe("deployer");
    const { code, stderr } = await run(["adatum", ...flags(), "--assigned-by", "nobody"]);
    expect(code).toBe(2);
    expect(stderr).toContain("reportingUser.assignedBy");
  });

  it("never overwrites, and says so before it asks", async () => {
    writeFileSync(join(projectDirectory, "Pulumi.contoso.yaml"), "mine");
    for (const input of [undefined, ""]) {
      const { code, stderr } = await run(["contoso", ...(input === undefined ? flags() : [])], input);
      expect(code).toBe(2);
      expect(stderr).toContain("Pulumi.contoso.yaml exists");
      expect(stderr).not.toContain("Partner tenant id");
    }
    expect(readFileSync(join(projectDirectory, "Pulumi.contoso.yaml"), "utf8")).toBe("mine");
  });

  it("prints the file and writes nothing with --print", async () => {
    const { code, stdout } = await run(["contoso", "--print", ...flags()]);
    expect(code).toBe(0);
    expect(stdout).toContain("partner-insights-access:tenant:");
    expect(readdirSync(projectDirectory)).toEqual([]);
  });

  it("asks on a terminal for what the options leave open", async () => {
    const { domain, user, ...given } = answers;
    const { code, stderr } = await run(["contoso", ...flags(given)], `${domain}\n${user}\n\n`);
    expect({ code, stderr: stderr.split("Next:")[0] }).toEqual({
      code: 0,
      stderr: expect.stringMatching(/^Primary domain of.*Who signs in.*Vault: existing/s),
    });
    expect(readStackFromFiles(projectDirectory, "contoso").reportingUser?.userPrincipalName).toBe(user);
  });

  it("asks again for an answer that no check would accept, and says at once what is wrong with it", async () => {
    const { domain, user, "vault-name": vaultName, ...given } = answers;
    const typed = ["Contoso Example", domain, "reports", user, "https://vault", vaultName, ""];
    const { code, stderr } = await run(["contoso", ...flags(given)], `${typed.join("\n")}\n`);
    expect(code).toBe(0);
    const [asked = ""] = stderr.split("Next:");
    expect(asked.match(/Primary domain|Who signs in|Name of the vault|Vault: existing/g)).toEqual([
      ...["Primary domain", "Primary domain", "Who signs in", "Who signs in"],
      ...["Name of the vault", "Name of the vault", "Vault: existing"],
    ]);
    expect(asked).toContain(
      'tenant.domain is not a domain name, got "Contoso Example". Allowed: a domain in lower case',
    );
    expect(readStackFromFiles(projectDirectory, "contoso").tenant).toMatchObject({ domain });
  });

  it("names every missing option where nobody can answer", async () => {
    const { code, stderr } = await run(["contoso", "--domain", "contoso.example"]);
    expect(code).toBe(2);
    expect(stderr).toContain("--user, --subscription-id, --vault-client-id, --resource-group, --vault-name are");
    expect(readdirSync(projectDirectory)).toEqual([]);
  });

  it("refuses answers that no check would accept, all at once, and writes nothing", async () => {
    const wrong = { ...answers, "tenant-id": "x", domain: "Contoso", "vault-name": "https://x" };
    const { code, stderr } = await run(["contoso", ...flags(wrong)]);
    expect(code).toBe(2);
    for (const path of ["tenant.id", "tenant.domain", "vault.name"]) expect(stderr).toContain(path);
    expect(readdirSync(projectDirectory)).toEqual([]);
  });

  it("refuses the entries of another stack, as every other command does", async () => {
    await run(["contoso", ...flags()]);
    writeFileSync(
      join(projectDirectory, "Pulumi.other.yaml"),
      readFileSync(join(projectDirectory, "Pulumi.contoso.yaml"), "utf8"),
    );
    rmSync(join(projectDirectory, "Pulumi.contoso.yaml"));
    const { code, stderr } = await run(["contoso", ...flags()]);
    expect(code).toBe(2);
    expect(stderr).toContain('stack "other"');
  });

  it.each(["../x", "Contoso", "a", "con.toso", ""])("refuses the alias %j", async (alias) => {
    const { code, stderr } = await run([alias, ...flags()]);
    expect(code).toBe(2);
    expect(stderr).toContain("the alias must be");
  });

  it("answers a document", async () => {
    const { stdout } = await run(["contoso", "--json", ...flags()]);
    const document = JSON.parse(stdout);
    expectDocument(document);
    expect(document.stacks).toEqual([{ stack: "contoso", file: "Pulumi.contoso.yaml", written: true, created: [] }]);
  });

  it("means exactly the texts it was given, whatever they are", () => {
    const texts = fc.string({ unit: "grapheme", maxLength: 30 });
    fc.assert(
      fc.property(texts, texts, (one, two) => {
        const draft = {
          project: "our-partners",
          ...{ alias: "contoso", tenantId: one, domain: two, user: one, vaultTenantId: two, subscriptionId: one },
          ...{ vaultClientId: two, resourceGroup: one, vaultName: two, vaultMode: "existing", assignedBy: undefined },
        };
        const { values, problems } = readStackFile(renderStackFile(draft), "Pulumi.contoso.yaml");
        expect(problems).toEqual([]);
        const read = (name: string) => JSON.parse(values[`our-partners:${name}`] ?? "{}");
        expect(read("tenant")).toEqual({ id: one, domain: two, alias: "contoso" });
        expect(read("vault")).toMatchObject({ subscriptionId: one, clientId: two, resourceGroup: one, name: two });
      }),
      { numRuns: 100 },
    );
  });
});
