import { execFile, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { linesMarked, read } from "../docs/markdown";
import { runCommand } from "../support/command-process";
import { findLeaks, placeOf } from "../support/leaks";
import { copyProject, type ProjectCopy } from "../support/project-copy";
import type { State } from "./tenant-view";

const run = promisify(execFile);

let copy: ProjectCopy;
let before: Record<string, string>;
/** Where the commands put what they need while they run. */
let temporary: string;

beforeAll(() => {
  copy = copyProject();
  before = copy.fingerprints();
  temporary = mkdtempSync(join(tmpdir(), "partner-access-demo-test-"));
});
afterAll(() => {
  copy?.remove();
  rmSync(temporary, { recursive: true, force: true });
});
jest.setTimeout(600_000);

const environment = () => ({
  TMPDIR: temporary,
  ...(process.env["PARTNER_ACCESS_CACHE"] && { PARTNER_ACCESS_CACHE: process.env["PARTNER_ACCESS_CACHE"] }),
});
const demo = (...argv: string[]) => runCommand(["demo", ...argv], environment(), copy.directory);

const press = (command: string) => `npm run --silent partner-access -- ${command}`;

/** Commands in the shell of `demo --keep`, and what each says: all that the documents mark `sh emulator`, and some more. */
const namedCommands: readonly (readonly [string, RegExp])[] = [
  ["status -s dev", /dev {2}ok\n[\s\S]*published .*\(0 days ago\)[\s\S]*refresh token {2}0 days old/],
  ["status --from-vault https://fabrikam-partner-access.vault.emulator.test", /ok/],
  ["stacks", /dev {2}/],
  ["verify -s dev", /ok .*Insights answered with \d+ datasets/],
  ["token -s dev --header", /^Authorization: Bearer$/m],
  [
    "token --vault https://fabrikam-partner-access.vault.emulator.test --prefix partner-insights-contoso-",
    /^eyJ[\w-]{10,18}$/m,
  ],
  ["roles -s dev", /Executive Report Viewer/],
  ["deployer -s dev --github OWNER/REPO --for administrator", /^#!\/bin\/sh/],
  ["rotate -s dev --plan", /not-due/],
  ["drift -s dev", /dev/],
  ["credentials -s dev", /current/],
  ["preflight -s dev --as deployer", /ready/],
  ["insights datasets -s dev", /CustomersAndTenants/],
  ["emulator add-tenant adatum", /up -s adatum/],
  ["diff --base HEAD", /no permission changes|is granted "User.Read"/],
];

/** Runs all of them one after the other, and answers what they printed; values of tokens stay out of it. */
async function everyCommand(byHand: (script: string) => Promise<{ stdout: string; stderr: string }>): Promise<string> {
  let shown = "";
  await byHand(
    "sed -i 's/delegated: .openid, profile, offline_access./delegated: [openid, profile, offline_access, User.Read]/' Pulumi.dev.yaml",
  );
  for (const [command, expected] of namedCommands) {
    // 1 is "found something": diff has a difference to find.
    // A token is cut before it is shown.
    const shortened = command.startsWith("token ") ? `${press(command)} | cut -c 1-21` : press(command);
    const { stdout, stderr } = await byHand(`{ ${shortened} || [ $? = 1 ]; }`);
    expect({
      command,
      stdout: expected.test(stdout) ? "as expected" : stdout,
      stderr: expected.test(stdout) ? "" : stderr,
    }).toEqual({ command, stdout: "as expected", stderr: "" });
    shown += stdout + stderr;
  }
  await byHand("git checkout --quiet Pulumi.dev.yaml");
  const typed = linesMarked("emulator").map((line) => line.replace(/^npm run (?:--silent )?partner-access -- /, ""));
  expect(typed.length).toBeGreaterThan(10);
  expect(typed.filter((command) => !namedCommands.some(([named]) => named === command))).toEqual([]);
  const left = await byHand(
    "deactivate_emulator; env | grep -cE '^(HTTPS_PROXY|ARM_CLIENT_SECRET|PULUMI_BACKEND_URL)='; type deactivate_emulator 2>&1 || true",
  );
  expect(left.stdout).toMatch(/^0\n.*not found/);
  return shown;
}

/** What a secret looks like when nobody knows it: one of Entra's, a code or refresh token, or a signed token. */
const secretShapes = /[\w.-]{200}|[\w~.-]{3}8Q~[\w~.-]{34}|eyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]{10,}/;

const stepNames = [
  "emulated Microsoft",
  "pulumi up",
  "what the tenant holds",
  "what the vault holds",
  "a token from the vault",
  "the user signs in",
  "the first Insights call",
  "pulumi up, again",
  "a change, in words",
  "a rotation",
  "a page to look at",
];

describe("partner-access demo", () => {
  it("answers one document, shows what exists, and leaves nothing behind", async () => {
    const { code, stdout, stderr, document } = await demo("--json");
    expect({ code, problems: document?.problems }).toEqual({ code: 0, problems: [] });
    expect(stdout.trimEnd().split("\n")).toHaveLength(1);
    expect(document).toMatchObject({ schema: "partner-access/demo/1", ok: true, stacks: [{ stack: "dev" }] });
    const { steps } = document.stacks[0];
    expect(steps.map(({ name }: State) => name)).toEqual([...stepNames, "clean up"]);
    for (const page of ["README.md", "docs/try.md"]) {
      const told = [...read(page).matchAll(/^✓ (.+?) {2,}/gm)].map(([, name]) => name);
      expect([page, told.length > 5, told.filter((name) => ![...stepNames, "clean up"].includes(name ?? ""))]).toEqual([
        page,
        true,
        [],
      ]);
    }
    for (const step of steps) {
      expect(step).toEqual({
        name: expect.any(String),
        ok: true,
        seconds: expect.any(Number),
        detail: expect.any(String),
      });
    }
    expect(stderr).toContain("Partner Insights access (contoso)");
    expect(stderr).toContain("Microsoft Partner Center user_impersonation (delegated)");
    expect(stderr).toContain("partner-insights-contoso-client-secret");
    expect(stderr).toContain("reports@contoso.example, with password and MFA");
    expect(stderr).toMatch(/Insights answered with \d+ datasets/);
    expect(stderr).toContain('widens the consent to "user_impersonation" of "Microsoft Partner Center"');
    // The copy that the change is made in has the keys of the state as well.
    expect(stderr).not.toContain("encryptionsalt");
    expect(stderr).toMatch(/no changes, \d+ resources as they were/);
    expect(`${stdout}${stderr}`).not.toMatch(secretShapes);

    expect(copy.fingerprints()).toEqual(before);
    expect(readdirSync(temporary)).toEqual(["partner-access-demo.html"]);
    rmSync(join(temporary, "partner-access-demo.html"));
    const [origin = ""] = /https:\/\/localhost:\d+/.exec(steps[0].detail) ?? [];
    expect(await isAnswering(origin)).toBe(false);
  });

  it("ends with 1 and names the step when one fails, and cleans up all the same", async () => {
    const file = join(copy.directory, "Pulumi.dev.yaml");
    const text = readFileSync(file, "utf8");
    writeFileSync(file, text.replace("domain: contoso.example", "domain: fabrikam.example"));
    try {
      const { code, document } = await demo("--json");
      expect(code).toBe(1);
      expect(document.ok).toBe(false);
      expect(document.problems).toEqual([
        {
          code: "step-failed",
          message: expect.stringContaining("Nothing was changed for this tenant"),
          fix: expect.any(String),
        },
      ]);
      expect(document.stacks[0].steps.map(({ name, ok }: State) => [name, ok])).toEqual([
        ["emulated Microsoft", true],
        ["pulumi up", false],
        ["clean up", true],
      ]);
    } finally {
      writeFileSync(file, text);
    }
    expect(readdirSync(temporary)).toEqual([]);
    expect(copy.fingerprints()).toEqual(before);
  });

  it("with --keep prints how to go on by hand, which works, and no secret", async () => {
    // The documents have one line that starts it.
    expect(linesMarked("demo")).toEqual(["npm run partner-access -- demo --keep"]);
    const { code, stdout, stderr } = await demo("--keep", "--json");
    expect(code).toBe(0);
    expect(stderr).toContain("All HTTPS of that shell then goes to the emulator");
    const [, folder = ""] = /^ {2}cd (\S+)$/m.exec(stderr) ?? [];
    const [, source = ""] = /^ {2}(source \S+)/m.exec(stderr) ?? [];
    const [, end = ""] = /^When you are done: (.+)$/m.exec(stderr) ?? [];
    const byHand = (script: string) =>
      run("bash", ["-c", `cd ${folder} && ${source} && ${script}`], {
        env: { PATH: process.env["PATH"], HOME: process.env["HOME"] },
      });
    try {
      const preview = await byHand("pulumi preview -s dev --non-interactive");
      expect(preview.stdout).toMatch(/\d+ unchanged/);
      const shown = await everyCommand(byHand);

      const exported = await byHand("pulumi stack export -s dev --show-secrets");
      const { env } = JSON.parse((await byHand(`node -p 'JSON.stringify({ env: process.env })'`)).stdout);
      const secrets = new Map<string, string>(
        ["ARM_CLIENT_SECRET", "ARM_OIDC_TOKEN", "PULUMI_CONFIG_PASSPHRASE"].map((name) => [name, env[name]]),
      );
      for (const { type, outputs } of JSON.parse(exported.stdout).deployment.resources) {
        if (type.endsWith(":ApplicationPassword")) secrets.set("client secret", JSON.parse(outputs.value.plaintext));
      }
      expect([...secrets.keys()]).toHaveLength(4);
      const places = [
        placeOf("stdout", stdout),
        placeOf("stderr", stderr),
        placeOf("preview", preview.stdout + preview.stderr),
        placeOf("commands", shown),
      ];
      expect(findLeaks(places, secrets)).toEqual([]);
    } finally {
      await run("bash", ["-c", end]);
    }
    expect(copy.fingerprints()).toEqual(before);
    await expectSoon(() => readdirSync(temporary).length === 0);
  });
});

describe("partner-access emulator", () => {
  it.each([
    ["this Node", []],
    // The command starts itself again with the Node that npm installed, and must hand the end on to it.
    ["a Node that is too old", ["-r", "./old-node.js"]],
  ])(
    "started with %s prints one line with its environment, and no secret anywhere else, whatever it is asked",
    async (_node, argv) => {
      writeFileSync(
        join(copy.directory, "old-node.js"),
        'Object.defineProperty(process, "versions", { value: { ...process.versions, node: "20.11.0" } });',
      );
      const child = spawn(process.execPath, [...argv, join(copy.directory, "bin/partner-access.js"), "emulator"], {
        cwd: copy.directory,
        env: { PATH: process.env["PATH"], HOME: process.env["HOME"], ...environment() },
        stdio: ["ignore", "pipe", "pipe"],
      });
      let stderr = "";
      child.stderr.on("data", (chunk) => {
        stderr += chunk;
      });
      const lines: string[] = [];
      const printed = createInterface({ input: child.stdout }).on("line", (line) => lines.push(line));
      const ended = new Promise((done) => child.once("close", done));
      try {
        await new Promise((ready) => printed.once("line", ready));
        const { origin, caFile, env, pulumi, tenants } = JSON.parse(lines[0] ?? "");
        expect(Object.keys(JSON.parse(lines[0] ?? ""))).toEqual(["origin", "caFile", "env", "pulumi", "tenants"]);
        expect(tenants.map(({ role }: State) => role)).toEqual(["partner", "home"]);
        const { stdout: version } = await run(pulumi, ["version"], { env });
        expect(version).toMatch(/^v3\.\d+\.\d+/);
        expect(readdirSync(dirname(pulumi))).toContain("pulumi-language-nodejs");

        const secret: string = env.ARM_CLIENT_SECRET;
        const ask = (method: string, path: string, body?: string) => send(origin, caFile, method, path, body, secret);
        const answers = [
          await ask(
            "POST",
            `/${tenants[0].id}/oauth2/v2.0/token`,
            `grant_type=password&client_secret=${encodeURIComponent(secret)}`,
          ),
          await ask("GET", `/v1.0/users?client_secret=${encodeURIComponent(secret)}`),
          await ask("POST", "/v1.0/applications", JSON.stringify({ displayName: "x", [secret]: secret })),
          await ask("GET", "/_emulator/journal"),
          await ask("GET", "/_emulator/state"),
        ];
        const places = answers.map((text, place) => placeOf(`answer ${place}`, text));
        const known = new Map(
          ["ARM_CLIENT_SECRET", "ARM_OIDC_TOKEN", "PULUMI_CONFIG_PASSPHRASE"].map((name) => [name, env[name]]),
        );
        expect(
          findLeaks([...places, placeOf("stderr", stderr), placeOf("stdout", lines.slice(1).join("\n"))], known),
        ).toEqual([]);
      } finally {
        child.kill("SIGTERM");
      }
      expect(await ended).toBe(0);
      expect(lines).toHaveLength(1);
      expect(readdirSync(temporary)).toEqual([]);
    },
  );
});

function send(origin: string, caFile: string, method: string, path: string, body = "", bearer = ""): Promise<string> {
  return new Promise((done, fail) => {
    const headers = {
      authorization: `Bearer ${bearer}`,
      "content-type": path.includes("token") ? "application/x-www-form-urlencoded" : "application/json",
    };
    const call = request(`${origin}${path}`, { method, headers, ca: readFileSync(caFile) }, (response) => {
      let text = "";
      response.on("data", (chunk) => {
        text += chunk;
      });
      response.on("end", () => done(text));
    });
    call.on("error", fail);
    call.end(body);
  });
}

function isAnswering(origin: string): Promise<boolean> {
  return new Promise((done) => {
    const call = request(`${origin}/_emulator/state`, { rejectUnauthorized: false }, () => done(true));
    call.on("error", () => done(false));
    call.end();
  });
}

async function expectSoon(holds: () => boolean): Promise<void> {
  for (let tries = 0; tries < 100 && !holds(); tries += 1) await new Promise((next) => setTimeout(next, 100));
  expect(holds()).toBe(true);
}
