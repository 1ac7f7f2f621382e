import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { expectSuccess, type Journey, refusalOf, startJourney } from "../support/journey";
import { shortenProof } from "../support/shorten-proof";

jest.setTimeout(900_000);
let journey: Journey;
let page: string;

let adatum: { readonly id: string; readonly deployer: { readonly clientId: string } };

beforeAll(async () => {
  page = await readFile(resolve(__dirname, "../../docs/components.md"), "utf8");
  journey = await startJourney();
  await shortenProof(journey);
  adatum = (await journey.emulator.control("POST", "tenants", { domain: "adatum.example" })) as typeof adatum;
});
afterAll(() => journey?.stop());

/** Makes a program of the document the one that the engine runs. Here the package is this checkout. */
async function use(name: string, change: (program: string) => string = (program) => program): Promise<void> {
  const found = new RegExp(`<!-- program: ${name} -->\\n\`\`\`ts\\n([\\s\\S]*?)\`\`\``).exec(page)?.[1];
  if (found === undefined) throw new Error(`docs/components.md has no program ${name}`);
  const program = change(found)
    .replace('"partner-insights-access"', '"./components"')
    .replace("44444444-4444-4444-8444-444444444444", adatum.id)
    .replace("c0ffee00-0000-4000-8000-00000000d044", adatum.deployer.clientId);
  await journey.edit("index.ts", () => `// ${Math.random()}\n${program}`);
}

const infoOf = (run: Awaited<ReturnType<Journey["stacks"]["preview"]>>) =>
  run.diagnostics.map(({ message }) => message).join("\n");

describe("a program that uses PartnerAccess", () => {
  it("with two of them gives each its own application, entries and schedule, and does nothing the second time", async () => {
    await use("two-tenants");
    expectSuccess(await journey.stacks.up("dev"));
    const outputs = (await journey.stacks.outputs("dev")) as { clientIds: string[]; nextRotations: string[] };
    expect(new Set(outputs.clientIds).size).toBe(2);
    expect(outputs.nextRotations[1]! < outputs.nextRotations[0]!).toBe(true);
    const { result, writes } = await journey.during(() => journey.stacks.up("dev"));
    expectSuccess(result);
    expect([result.changes, writes]).toEqual([[], []]);
    const state = (await journey.stacks.state("dev"))?.exported ?? "";
    expect(state).toContain("ciphertext");
    expect(state).not.toContain('"plaintext"');
  });

  it("plans the one unchanged when the other is refused, names that one, and changes nothing", async () => {
    await use("two-tenants", (program) => program.replace('domain: "adatum.example"', 'domain: "fabrikam.example"'));
    const { result, writes } = await journey.during(() => journey.stacks.up("dev"));
    const said = refusalOf(result);
    expect(said).toContain(
      'PartnerAccess "adatum": Nothing was changed for this tenant:\n - tenant.domain fabrikam.example',
    );
    expect(said).not.toContain('PartnerAccess "contoso"');
    expect([result.changes, writes]).toEqual([[], []]);
  });

  it("reports all mistakes in its arguments together, and a missing provider", async () => {
    await use("two-tenants", (program) =>
      program
        .replace("everyDays: 30, lifetimeDays: 90", "everyDays: 0, lifetimeDays: 9999")
        .replace("{ providers: [contoso, home] }", "{}"),
    );
    const said = refusalOf(await journey.stacks.preview("dev"));
    expect(said).toContain('PartnerAccess "adatum": The arguments are wrong; nothing was changed for this tenant:');
    expect(said).toContain("rotation.everyDays");
    expect(said).toContain("rotation.lifetimeDays");
    expect(said).toContain(
      'PartnerAccess "contoso": Nothing was changed for this tenant:\n - opts.providers has no azuread',
    );
  });

  it("waits for a value that never comes: it ends with one sentence, and nothing is deleted", async () => {
    await use("two-tenants", (program) =>
      program.replace('reportingUser: "reports@adatum.example"', "reportingUser: new Promise<string>(() => undefined)"),
    );
    for (const run of [() => journey.stacks.preview("dev"), () => journey.stacks.up("dev")]) {
      const { result, writes } = await journey.during(run);
      expect(refusalOf(result)).toContain(
        'PartnerAccess "adatum": Cannot tell what reportingUser is; nothing was deleted',
      );
      expect(result.exitCode).not.toBe(0);
      expect([result.changes.filter(({ operation }) => operation.startsWith("delete")), writes]).toEqual([[], []]);
    }
    await use("two-tenants");
    expectSuccess(await journey.stacks.destroy("dev"));
  });

  it("plans against a vault that the same program creates, and says what the plan depends on", async () => {
    await use("own-vault");
    const preview = await journey.stacks.preview("dev");
    expectSuccess(preview);
    expect(infoOf(preview)).toContain(
      "This plan depends on vault.id, which this preview does not know yet. It assumes that the vault holds no entry of this stack.",
    );
    expect(preview.changes.map(({ name }) => name)).toContain("contoso-client-secret");
    expectSuccess(await journey.stacks.up("dev"));
    expect(await journey.stacks.outputs("dev")).toMatchObject({
      vaultUri: "https://fabrikam-second.vault.emulator.test/",
    });
    const { result, writes } = await journey.during(() => journey.stacks.up("dev"));
    expectSuccess(result);
    expect([result.changes, writes]).toEqual([[], []]);
    expectSuccess(await journey.stacks.destroy("dev"));
  });

  it("with an existing vault publishes there, protected as it is, and survives another name", async () => {
    await use("existing-vault", (program) =>
      program.replace("{ providers: [partner, home] }", "{ providers: [partner, home], protect: true }"),
    );
    expectSuccess(await journey.stacks.up("dev"));
    await use("existing-vault", (program) =>
      program
        .replace('PartnerAccess(\n  "contoso"', 'PartnerAccess(\n  "renamed"')
        .replace(
          "reportingUser:",
          'prefix: "partner-insights-contoso-", displayName: "Partner Insights access (contoso)", reportingUser:',
        )
        .replace(
          "{ providers: [partner, home] }",
          '{ providers: [partner, home], protect: true, aliases: [{ name: "contoso" }] }',
        ),
    );
    const { result, writes } = await journey.during(() => journey.stacks.up("dev"));
    expectSuccess(result);
    expect(writes).toEqual([]);
  });
});
