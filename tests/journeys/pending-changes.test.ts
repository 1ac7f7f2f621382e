import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { homeTenant, partnerTenant } from "../../offline/emulator/seed/constants";
import { type CommandResult, runCommand } from "../support/command-process";
import { expectSuccess, type Journey, refusalOf, startJourney } from "../support/journey";
import { shortenProof } from "../support/shorten-proof";
import { entriesOf, readState, type State, viewOf } from "./tenant-view";

const clientSecret = "partner-insights-contoso-client-secret";
let journey: Journey;

jest.setTimeout(600_000);
beforeAll(async () => {
  journey = await startJourney();
  await shortenProof(journey);
  expectSuccess(await journey.stacks.up("dev"));
});
afterAll(() => journey?.stop());

const nowOf = async () => (await readState(journey)).now as string;
const stackFile = () => join(journey.directory, "Pulumi.dev.yaml");

async function rotate(...argv: string[]): Promise<{ result: CommandResult; writes: readonly string[] }> {
  const env = {
    ...journey.env,
    PATH: `${dirname(journey.pulumi)}:${journey.env["PATH"]}`,
    PARTNER_ACCESS_NOW: await nowOf(),
  };
  const { result, writes } = await journey.during(() =>
    runCommand(["rotate", "-s", "dev", "--json", ...argv], env, journey.directory),
  );
  return { result, writes: writes.map(({ method, path }) => `${method} ${path.split("/").at(-1)}`) };
}

/** Both tenants without what a rotation may change: the application's credentials, and the entry's versions. */
async function tenantsElse(): Promise<unknown> {
  const { tenants } = structuredClone(await readState(journey));
  for (const application of tenants[partnerTenant.id].applications) delete application.passwordCredentials;
  for (const vault of tenants[homeTenant.id].vaults) {
    for (const secret of vault.secrets) if (secret.name === clientSecret) delete secret.versions;
  }
  return tenants;
}

/** The state without slots and entry. Outputs of stack and slots' component tell the new secret's key id and dates. */
async function stateElse(): Promise<unknown> {
  const state = await journey.stacks.state("dev");
  return JSON.parse(state?.exported ?? "{}")
    .deployment.resources.sort((one: State, other: State) => one.urn.localeCompare(other.urn))
    .filter(({ urn }: State) => !/partner-secret-[ab]$|partner-client-secret$/.test(urn))
    .map(({ urn, id, inputs, outputs }: State) =>
      /::pulumi:pulumi:Stack::|RotatingClientSecret::/.test(urn)
        ? plain({ urn, id, inputs })
        : plain({ urn, id, inputs, outputs }),
    );
}

/** Secrets are encrypted anew at every write. */
const plain = (value: unknown) => JSON.parse(JSON.stringify(value, (key, it) => (key === "ciphertext" ? "" : it)));

/** Changes of a stack file that are no part of a rotation, all of them merged and none applied. */
const pending: readonly (readonly [readonly (string | number)[], unknown])[] = [
  [["application", "displayName"], "Another name"],
  [["application", "owners", 1], "c0ffee00-0000-4000-8000-000000000007"],
  [["application", "redirectUri"], "http://localhost:8500/"],
  [
    ["permissions", 1, "delegated"],
    ["openid", "offline_access"],
  ],
  [["consent"], { kind: "tenant", reason: "all analysts" }],
  [["reportingUser"], { userPrincipalName: "nobody@contoso.example" }],
  [["vault", "readers", 0, "name"], "renamed"],
  [["vault", "refreshTokenReaders"], []],
  [["vault", "clientId"], homeTenant.rotator.clientId],
  [["vault", "name"], "fabrikam-elsewhere"],
  [["vault", "prefix"], "moved-"],
  [["migrate"], "a better name"],
  [["rotation"], { everyDays: 120, overlapDays: 14, lifetimeDays: 300 }],
];

describe("a rotation while other changes wait for their approval", () => {
  let original: string;
  let first: string;

  beforeAll(async () => {
    original = readFileSync(stackFile(), "utf8");
    [first = ""] = viewOf(await readState(journey)).keyIds;
    for (const [path, value] of pending) await journey.configure(path, value);
    await journey.emulator.control("POST", "clock", { advance: "P91D" });
  });

  it("goes through when it is due, changes slots and entry alone, and says what it left", async () => {
    const [tenants, state] = [await tenantsElse(), await stateElse()];
    const { result, writes } = await rotate();
    expect(result.document.problems).toEqual([]);
    expect(result.document.stacks[0]).toMatchObject({ outcome: "rotated", reason: "due", before: first });
    expect(result.document.stacks[0].sentence).toContain("Not applied: ");
    expect(writes).toEqual(["POST addPassword", `PUT ${clientSecret}`]);
    expect(await tenantsElse()).toEqual(tenants);
    expect(await stateElse()).toEqual(state);
    // The lifetime that was applied: another one waits too.
    const { tags } = entriesOf(await readState(journey))[clientSecret].versions.at(-1);
    const { start, end } = JSON.parse(tags.slotB);
    expect((Date.parse(end) - Date.parse(start)) / 86_400_000).toBe(180);
  });

  it("goes through in an emergency too, which ends the compromised secret", async () => {
    const [tenants, state] = [await tenantsElse(), await stateElse()];
    const { result, writes } = await rotate("--compromised", "found in a log");
    expect(result.document.problems).toEqual([]);
    expect(result.document.stacks[0]).toMatchObject({ outcome: "rotated", reason: "compromised" });
    expect(writes).toEqual(["POST addPassword", `PUT ${clientSecret}`, "POST removePassword", "POST removePassword"]);
    expect(await tenantsElse()).toEqual(tenants);
    expect(await stateElse()).toEqual(state);
    expect(viewOf(await readState(journey)).keyIds).toEqual([result.document.stacks[0].after]);
  });

  it.each([
    ["another passphrase", "encryptionsalt: v1:EXbQyHfmIWM=:v1:PBf7YqvLhyKvc2YZ:KfIr8H8Qyh40T4GYW4Zfh5lvEkyVKw==\n"],
    ["a key service that nobody here can ask", "secretsprovider: hashivault://fabrikam\nencryptedkey: AAAA\n"],
  ])("leaves the state to its own key while %s is merged, in an emergency too", async (_what, merged) => {
    const waiting = readFileSync(stackFile(), "utf8");
    const keyOf = async () =>
      JSON.parse((await journey.stacks.state("dev"))?.exported ?? "{}").deployment.secrets_providers;
    const [key, state, files] = [await keyOf(), await stateElse(), readdirSync(journey.directory)];
    writeFileSync(stackFile(), `${waiting.replace(/^encryptionsalt: .*\n/m, "")}${merged}`);
    const { result, writes } = await rotate("--compromised", `leaked while ${_what} waits`);
    expect(result.document.problems).toEqual([]);
    expect(result.document.stacks[0]).toMatchObject({ outcome: "rotated", reason: "compromised" });
    expect(result.document.stacks[0].sentence).toContain("encrypts the state anew: ");
    expect(writes).toEqual(["POST addPassword", `PUT ${clientSecret}`, "POST removePassword"]);
    expect(await keyOf()).toEqual(key);
    expect(await stateElse()).toEqual(state);
    // The file keeps the key that waits, and no copy is left.
    expect(readFileSync(stackFile(), "utf8")).toContain(merged);
    expect(readdirSync(journey.directory)).toEqual(files);
    writeFileSync(stackFile(), waiting);
  });

  it("is refused where merged code would do something else with slots or entry, and leaves no request", async () => {
    const slots = "components/rotating-client-secret.ts";
    const [honest, sly] = [
      "applicationId,\n        displayName",
      'applicationId: "/applications/c0ffee00-0000-4000-8000-0000000000ff",\n displayName',
    ];
    await journey.edit(slots, (text) => text.replace(honest, sly));
    const before = readFileSync(stackFile(), "utf8");
    const { result, writes } = await rotate("--compromised", "found on a disk");
    await journey.edit(slots, (text) => text.replace(sly, honest));
    expect(result.code).toBe(1);
    expect(result.document.problems.map(({ code }: State) => code)).toContain("inseparable");
    expect(result.document.problems.at(-1).message).toContain(
      "would belong to /applications/c0ffee00-0000-4000-8000-0000000000ff, applied is",
    );
    expect(writes).toEqual([]);
    expect(readFileSync(stackFile(), "utf8")).toBe(before);
  });

  it("leaves a stack that needs nothing more once they are taken back", async () => {
    writeFileSync(stackFile(), original);
    const { result, writes } = await journey.during(async () =>
      journey.withEnv({ PARTNER_ACCESS_NOW: await nowOf() }).up("dev"),
    );
    expectSuccess(result);
    expect(writes).toEqual([]);
  });

  it("is refused by a program whose run is not limited, whoever asks", async () => {
    const env = { PARTNER_ACCESS_APPLIED: "{}", PARTNER_ACCESS_NOW: await nowOf() };
    const { result, writes } = await journey.during(() => journey.withEnv(env).preview("dev"));
    expect(refusalOf(result)).toContain("this run is not limited to slots and entry (--target): unset it");
    expect(writes).toEqual([]);
  });
});
