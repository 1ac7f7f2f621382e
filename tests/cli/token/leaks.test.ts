import { spawn } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { createSignedInTenant, recordOf, type SignedInTenant, writeIdlePulumi } from "../../support/consumer";
import { startTestEmulator, type TestEmulator } from "../../support/emulator";
import { findLeaks, formsOf, type Place, placeOf, placesIn } from "../../support/leaks";

// Secrets full of characters that encodings change: the user's password is one of them.
jest.mock("../../../offline/emulator/http/secrets", () => {
  const { createSecrets } = jest.requireActual("../../../offline/emulator/http/secrets");
  const odd = ([name, random]: [string, unknown]) => [name, `${name} "<&%/+é\\> ${String(random)}`];
  return {
    createSecrets: () => Object.fromEntries(Object.entries(createSecrets()).map((entry) => odd(entry as never))),
  };
});

const mockHandedOut: unknown[] = [];

// Everything the emulator ever answers passes here: client secrets, access tokens, refresh tokens.
jest.mock("../../../offline/emulator/http/http-message", () => {
  const actual = jest.requireActual("../../../offline/emulator/http/http-message");
  return {
    ...actual,
    renderResponse(response: { body?: unknown }) {
      mockHandedOut.push(response.body);
      return actual.renderResponse(response);
    },
  };
});

let emulator: TestEmulator;
let tenant: SignedInTenant;
let folder: string;
const written: Place[] = [];
const argumentLists = new Set<string>();
/** What `token` printed: the one place where a token may be. */
const printed = new Set<string>();

beforeAll(async () => {
  emulator = await startTestEmulator({ log: (line) => written.push(placeOf("the emulator's log", line)) });
  tenant = await createSignedInTenant(emulator);
  await tenant.signIn();
  folder = await mkdtemp(join(tmpdir(), "partner-access-leaks-"));
  await Promise.all(["home", "tmp", "bin"].map((name) => mkdir(join(folder, name))));
  await writeIdlePulumi(join(folder, "bin"));
  await tenant.put("client-secret", tenant.application.secret, recordOf(tenant, emulator.world.clock.now()));
});
afterAll(async () => {
  await emulator.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Runs a command with homes of its own, and keeps all it writes and the arguments it is given. */
async function run(argv: readonly string[], input = "", env: Record<string, string> = {}): Promise<number | null> {
  const project = resolve(__dirname, "../../..");
  const running = new Set(await processIds());
  const child = spawn(process.execPath, [join(project, "bin/partner-access.js"), ...argv], {
    cwd: project,
    env: {
      // The level at which Microsoft's libraries would print bearer tokens.
      AZURE_LOG_LEVEL: "verbose",
      PATH: [join(folder, "bin"), process.env["PATH"]].join(delimiter),
      ...{ HOME: join(folder, "home"), TMPDIR: join(folder, "tmp"), PARTNER_ACCESS_CACHE: join(folder, "cache") },
      ...emulator.env,
      ...env,
    },
  });
  const texts = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"] as const) {
    child[stream].setEncoding("utf8").on("data", (text: string) => {
      texts[stream] += text;
    });
  }
  child.stdin.on("error", () => undefined).end(input);
  const watching = setInterval(() => void noteArguments(running), 50);
  const code = await new Promise<number | null>((done) => child.once("close", done));
  clearInterval(watching);
  if (argv[0] === "token" && code === 0) printed.add(texts.stdout.trim());
  else written.push(placeOf(`stdout of ${argv.join(" ")}`, texts.stdout));
  written.push(placeOf(`stderr of ${argv.join(" ")}`, texts.stderr));
  return code;
}

/** Linux only; elsewhere there are none, and the check of what was noted says so. */
async function processIds(): Promise<readonly string[]> {
  const names = process.platform === "linux" ? await readdir("/proc") : [];
  return names.filter((name) => /^\d+$/.test(name));
}

/** Of the processes that were not running before: a machine may have hundreds. */
async function noteArguments(running: ReadonlySet<string>): Promise<void> {
  for (const id of await processIds()) {
    if (running.has(id)) continue;
    const text = await readFile(`/proc/${id}/cmdline`, "utf8").catch(() => "");
    if (text.includes("partner-access")) argumentLists.add(text);
  }
}

/** A token's signature: without it nobody can use the rest, and no two tokens share one. */
const signatureOf = (token: string) => token.split(".")[2] ?? token;

function secrets(): Map<string, string> {
  const found = new Map<string, string>(Object.entries(emulator.secrets));
  for (const [index, body] of mockHandedOut.entries()) {
    if (typeof body !== "object" || body === null) continue;
    const {
      access_token: access,
      refresh_token: refresh,
      id_token: id,
      secretText,
      refreshToken,
    } = body as Record<string, unknown>;
    for (const [name, text] of Object.entries({ access, refresh, id, secretText, refreshToken })) {
      if (typeof text !== "string") continue;
      found.set(`${name} ${index}`, ["access", "id"].includes(name) ? signatureOf(text) : text);
    }
  }
  return found;
}

async function places(): Promise<Place[]> {
  const control = async (name: string) =>
    placeOf(`/_emulator/${name}`, JSON.stringify(await emulator.control("GET", name)));
  return [
    ...written,
    ...placesIn(folder, "homes"),
    placeOf("argument lists", [...argumentLists].join("\n")),
    await control("state"),
    await control("journal"),
  ];
}

describe("tokens, passwords and refresh tokens", () => {
  it("pass through every command that uses them, working and failing", async () => {
    const password = emulator.secrets.userPassword;
    expect(await run(["token", "-s", "dev"])).toBe(0);
    expect(await run(["verify", "-s", "dev", "--json"])).toBe(0);
    expect(await run(["rotate", "-s", "dev", "--renew-every", "0"])).toBe(0);
    expect(await run(["token", "-s", "dev", "--flow", "password"], password)).toBe(2);
    await tenant.settings({ signIn: { requiresMfa: false } });
    expect(await run(["token", "-s", "dev", "--flow", "password"], `${password}\n`)).toBe(0);
    expect(await run(["token", "-s", "dev", "--flow", "password", "--json"], `${password} wrong`)).toBe(2);
    expect(await run(["verify", "-s", "dev", "--flow", "password"], password)).toBe(1);
    await emulator.control("POST", "clock", { advance: "PT5S" });
    await tenant.user({ revokeSessions: true });
    expect(await run(["token", "-s", "dev", "--json"])).toBe(2);
    expect(await run(["verify", "-s", "dev"])).toBe(1);
    expect(await run(["rotate", "-s", "dev", "--renew-every", "0", "--json"])).toBe(1);
  });

  it("are all known to this test", () => {
    const known = secrets();
    const values = new Set(known.values());
    expect(printed.size).toBe(2);
    for (const token of printed) expect(values.has(signatureOf(token))).toBe(true);
    const kinds = [...known.keys()].map((name) => name.split(" ")[0]);
    for (const kind of ["userPassword", "access", "refresh", "id", "secretText", "refreshToken"])
      expect(kinds).toContain(kind);
  });

  it("are nowhere but in the one line of token: no output, log, argument list, file, journal or state", async () => {
    expect(findLeaks(await places(), secrets())).toEqual([]);
  });

  it("were searched where they could be, and would be found in any form", async () => {
    const all = await places();
    expect(all.filter(({ name }) => name.startsWith("homes/cache")).length).toBeGreaterThan(10);
    if (process.platform === "linux") expect(argumentLists.size).toBeGreaterThan(3);
    expect(
      all.filter(({ name }) => name.startsWith("stdout of verify")).some(({ content }) => content.length > 0),
    ).toBe(true);
    const known = secrets();
    const refresh = [...known].find(([name]) => name.startsWith("refresh "))?.[1] ?? "";
    for (const text of [refresh, emulator.secrets.userPassword]) {
      for (const [form, it] of formsOf(text)) {
        const content = Buffer.from(`before ${it} after`, form === "UTF-16" ? "latin1" : "utf8");
        expect(findLeaks([{ name: "planted", content }], known)).not.toEqual([]);
      }
    }
  });
});
