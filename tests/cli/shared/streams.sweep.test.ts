import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { commands } from "../../../cli/commands";
import { dayOf, firstSecond } from "../../../model/day";
import { partnerTenant } from "../../../offline/emulator/seed/constants";
import { runCommand } from "../../support/command-process";
import { createSignedInTenant, prefix, recordOf, reports, type SignedInTenant, vaultUri } from "../../support/consumer";
import { startTestEmulator, type TestEmulator } from "../../support/emulator";
import { type GitHubServer, githubToken, startGitHub } from "../../support/github-server";

jest.setTimeout(300_000);
let emulator: TestEmulator;
let tenant: SignedInTenant;
let github: GitHubServer;
let folder: string;
let back: () => void;

beforeAll(async () => {
  [emulator, github] = await Promise.all([startTestEmulator(), startGitHub()]);
  tenant = await createSignedInTenant(emulator);
  await tenant.signIn();
  await tenant.user({ roles: ["Executive Report Viewer"] });
  const { secret, secretEnd, clientId } = tenant.application;
  const tags = { ...recordOf(tenant, emulator.world.clock.now()), clientId, managedBy: "partner-insights-access" };
  const body = { value: secret, attributes: { exp: firstSecond(dayOf(new Date(secretEnd))) }, tags };
  const address = `${vaultUri}/secrets/${prefix}client-secret?api-version=7.6`;
  expect((await emulator.call("PUT", address, { as: "home-deployer", body })).status).toBe(200);
  back = emulator.snapshot();
});
beforeEach(() => {
  back();
  emulator.forgetTokens();
  folder = mkdtempSync(join(tmpdir(), "partner-access-streams-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
afterAll(async () => {
  await Promise.all([emulator?.stop(), github?.stop()]);
});

const stack = ["-s", "dev"];
const plainPath = `${dirname(process.execPath)}:/usr/bin:/bin`;

/** A Pulumi CLI that knows its version, and else answers so. */
function pulumi(answer: string) {
  const file = join(folder, "pulumi");
  writeFileSync(file, `#!/bin/sh\n[ "$1" = version ] && { echo v3.259.0; exit 0; }\n${answer}\n`);
  chmodSync(file, 0o755);
  return { PATH: `${folder}:${plainPath}` };
}
const noStack = () => pulumi("echo \"error: no stack named 'dev' found\" >&2; exit 255");

/** What a drift job leaves for `drift-issue`. */
function found(ok: boolean) {
  mkdirSync(join(folder, "found"));
  const [outcome, differences] = ok ? ["as-declared", []] : ["drifted", [difference]];
  const document = {
    schema: "partner-access/drift/1",
    ok,
    stacks: [{ stack: "dev", outcome, differences, problems: [] }],
  };
  writeFileSync(join(folder, "found", "dev.json"), JSON.stringify({ ...document, problems: [] }));
  return { GITHUB_REPOSITORY: "fabrikam/partner-access", GITHUB_API_URL: github.url, GITHUB_TOKEN: githubToken };
}
const difference = { kind: "undeclared", code: "credential", message: "a credential", risk: "high", reasons: [] };

interface Row {
  readonly command: string;
  readonly code: 0 | 1;
  readonly argv: readonly string[] | (() => readonly string[]);
  /** A result, which must stand on standard output and there only. */
  readonly result: RegExp;
  /** Prepares the world, and answers further variables. */
  readonly env?: () => Record<string, string> | Promise<Record<string, string>>;
}
const remove = async (keyId: string) => {
  const path = `/v1.0/applications(appId='${tenant.application.clientId}')/removePassword`;
  await emulator.call("POST", path, { as: "partner-administrator", body: { keyId } });
  return {};
};
const gone = () => remove(tenant.application.keyId);
const answersOfNew = [
  ...["--tenant-id", partnerTenant.id, "--domain", partnerTenant.domain, "--user", reports],
  ...["--subscription-id", partnerTenant.id, "--vault-client-id", partnerTenant.id],
  ...["--resource-group", "group", "--vault-name", "fabrikam-partner-access"],
];

const rows: readonly Row[] = [
  { command: "new", code: 0, argv: ["adatum", "--print", ...answersOfNew], result: /partner-insights-access:tenant:/ },
  {
    command: "deployer",
    code: 0,
    argv: [...stack, "--github", "a/b", "--for", "administrator"],
    result: /^#!\/bin\/sh/,
  },
  { command: "preflight", code: 0, argv: stack, result: /ready/ },
  { command: "preflight", code: 1, argv: stack, env: () => ({ ARM_CLIENT_SECRET: "wrong" }), result: /checks? failed/ },
  { command: "roles", code: 0, argv: stack, result: /Executive Report Viewer/ },
  { command: "insights", code: 0, argv: ["datasets", ...stack], result: /CustomersAndTenants/ },
  { command: "token", code: 0, argv: [...stack, "--flow", "app-only"], result: /eyJ/ },
  { command: "verify", code: 0, argv: stack, result: /ok +insights/ },
  { command: "verify", code: 1, argv: stack, env: gone, result: /failed +token/ },
  { command: "status", code: 0, argv: stack, result: /^dev {2}ok$/m },
  { command: "status", code: 1, argv: stack, env: gone, result: /look here/ },
  { command: "credentials", code: 0, argv: stack, result: /^current/m },
  { command: "stop", code: 0, argv: [...stack, "--yes"], result: /^dev {2}stopped/m },
  { command: "resume", code: 0, argv: [...stack, "--yes"], result: /^dev {2}already-running/m },
  { command: "stacks", code: 0, argv: [], result: /^dev / },
  { command: "diff", code: 0, argv: ["--base", "HEAD", ...stack], result: /no permission changes/i },
  { command: "up", code: 1, argv: [...stack, "--yes"], env: noStack, result: /^dev: failed$/m },
  { command: "rotate", code: 0, argv: [...stack, "--plan"], env: noStack, result: /not-due/ },
  { command: "rotate", code: 1, argv: stack, env: async () => ({ ...noStack(), ...(await gone()) }), result: /failed/ },
  { command: "recover", code: 1, argv: stack, env: noStack, result: /^dev: failed$/m },
  { command: "drift", code: 1, argv: stack, result: /not as declared/ },
  {
    command: "drift-issue",
    code: 0,
    argv: () => ["--documents", join(folder, "found")],
    env: () => found(true),
    result: /ticket/,
  },
  {
    command: "drift-issue",
    code: 1,
    argv: () => ["--documents", join(folder, "found")],
    env: () => found(false),
    result: /ticket/,
  },
];

/** Where the others are run to their end, and their streams compared: they need a person, the engine, a server of pull requests, or write a file. */
const elsewhere: Readonly<Record<string, string>> = {
  demo: "tests/journeys/demo.test.ts",
  emulator: "tests/cli/emulator/add-tenant.test.ts",
  "sign-in": "tests/cli/sign-in/sign-in.test.ts",
  catalog: "tests/cli/catalog/catalog.test.ts",
  comment: "tests/cli/comment/comment.test.ts",
  approved: "tests/cli/comment/comment.test.ts",
  init: "tests/cli/init/init.test.ts",
  "ci apply-list": "tests/cli/ci/apply-list.test.ts",
  "ci rotation-turn": "tests/cli/ci/rotation-turn.test.ts",
  "ci operate": "tests/cli/ci/operate.test.ts",
  "ci show-request": "tests/cli/ci/show-request.test.ts",
  "ci install-pulumi": "tests/cli/ci/install-pulumi.test.ts",
};

it("knows every command", () => {
  const tried = new Set([...rows.map(({ command }) => command), ...Object.keys(elsewhere)]);
  expect([...tried].sort()).toEqual(commands.map(({ name }) => name).sort());
});

describe("results on standard output, everything else on standard error, the document alone with --json", () => {
  it.each(rows.map((row) => [`${row.command} with exit code ${row.code}`, row] as const))("%s", async (_name, row) => {
    const env = { ...emulator.env, PATH: plainPath, ...(await row.env?.()) };
    const argv = [...row.command.split(" "), ...(typeof row.argv === "function" ? row.argv() : row.argv)];
    const before = emulator.snapshot();
    const plain = await runCommand(argv, env);
    expect({ code: plain.code, stdout: plain.stdout, stderr: plain.stderr }).toEqual({
      code: row.code,
      stdout: expect.stringMatching(row.result),
      stderr: expect.not.stringMatching(row.result),
    });
    before();
    const { code, document, stderr } = await runCommand([...argv, "--json"], env);
    expect(code).toBe(row.code);
    // The whole of standard output was parsed as one document, and held against its schema.
    expect(document).toMatchObject({ schema: expect.stringContaining(row.command), ok: row.code === 0 });
    expect(stderr).not.toMatch(/^\{/m);
  });
});
