import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { main } from "../../cli/main";
import { homeTenant } from "../../offline/emulator/seed/constants";
import { captureContext } from "../support/captured-context";
import { type Journey, startJourney } from "../support/journey";
import { contentsOf, findLeaks, formsOf, type Place, placeOf, placesIn } from "../support/leaks";
import { publishedValue, type State } from "./tenant-view";

// The emulator of this test gives its identities secrets full of characters that encodings change.
jest.mock("../../offline/emulator/http/secrets", () => {
  const { createSecrets } = jest.requireActual("../../offline/emulator/http/secrets");
  const odd = ([name, random]: [string, unknown]) => [name, `${name} "<&%/+é\\> ${String(random)}`];
  return {
    createSecrets: () => Object.fromEntries(Object.entries(createSecrets()).map((entry) => odd(entry as never))),
  };
});

const mockHandedOut: unknown[] = [];

// Everything the emulator ever answers passes here: client secrets, access tokens, values of vault entries.
jest.mock("../../offline/emulator/http/http-message", () => {
  const actual = jest.requireActual("../../offline/emulator/http/http-message");
  return {
    ...actual,
    renderResponse(response: { body?: unknown }) {
      mockHandedOut.push(response.body);
      return actual.renderResponse(response);
    },
  };
});

const refreshToken = '0.AXEA-"refresh/token+of=the&user<>é\\ with%20odd~characters"';
const passphrase = 'a "passphrase" with/odd+characters&<>é\\%';
const names = {
  clientSecret: "partner-insights-contoso-client-secret",
  refreshToken: "partner-insights-contoso-refresh-token",
};

let journey: Journey;
/** Standard output, standard error, event logs and answers, as they were written. */
const written: Place[] = [];
/** What stood in argument lists while the engine ran: every user of the machine can read those. */
const argumentLists = new Set<string>();

beforeAll(async () => {
  journey = await startJourney("dev", { log: (line) => written.push(placeOf("the emulator's log", line)) });
  // A backend is empty until the first update, so the passphrase may still change: the stack is made anew with it.
  journey.env["PULUMI_CONFIG_PASSPHRASE"] = passphrase;
  await journey.stacks.run(["stack", "rm", "dev", "--yes", "--preserve-config"]);
  await journey.edit("Pulumi.dev.yaml", (text) => text.replace(/^encryptionsalt:.*\n/m, ""));
  await journey.withEnv({}).init("dev");
});
afterAll(() => journey?.stop());
jest.setTimeout(300_000);

/** Runs the CLI as a person does, and keeps all it writes. */
function pulumi(argv: readonly string[], env: Record<string, string> = {}): Promise<number | null> {
  const name = `pulumi ${argv.join(" ")}`;
  const log = join(journey.leftovers, `events-${written.length}.jsonl`);
  const withLog = ["up", "preview", "refresh", "destroy"].includes(argv[0] ?? "") ? ["--event-log", log] : [];
  const child = spawn(journey.pulumi, [...argv, ...withLog, "--non-interactive", "--stack", "dev"], {
    cwd: journey.directory,
    env: {
      ...journey.env,
      ...env,
      PATH: [dirname(journey.pulumi), journey.env["PATH"]].join(delimiter),
      PULUMI_DEBUG_COMMANDS: "true",
      PULUMI_SKIP_UPDATE_CHECK: "true",
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const watching = setInterval(noteArgumentLists, 100);
  for (const stream of ["stdout", "stderr"] as const) {
    child[stream].on("data", (chunk: Buffer) => written.push(placeOf(`${stream} of ${name}`, chunk)));
  }
  return new Promise((done) => {
    child.once("close", (code) => {
      clearInterval(watching);
      done(code);
    });
  });
}

/** Linux only; elsewhere nothing is noted, and the check of it says so. */
function noteArgumentLists(): void {
  for (const id of process.platform === "linux" ? readdirSync("/proc") : []) {
    if (!/^\d+$/.test(id)) continue;
    try {
      argumentLists.add(readFileSync(`/proc/${id}/cmdline`, "utf8"));
    } catch {
      // It ended meanwhile.
    }
  }
}

/** Every secret of this world by a name that may be shown. */
function secrets(): Map<string, string> {
  const { emulator } = journey;
  const found = new Map<string, string>(Object.entries(emulator.secrets));
  found.set("passphrase", passphrase);
  found.set("refresh token", refreshToken);
  found.set("pipeline token", signatureOf(journey.env["ARM_OIDC_TOKEN"] ?? ""));
  for (const [place, text] of mockHandedOut.flatMap(secretTextsIn).entries()) found.set(`handed out ${place}`, text);
  return found;
}

/** A token's signature: without it nobody can use the rest, and no two tokens share one. */
const signatureOf = (token: string) => token.split(".")[2] ?? token;

function secretTextsIn(body: unknown): string[] {
  if (typeof body !== "object" || body === null) return [];
  const { access_token: token, secretText, value, id } = body as Record<string, unknown>;
  return [
    ...(typeof token === "string" ? [signatureOf(token)] : []),
    ...(typeof secretText === "string" ? [secretText] : []),
    ...(typeof value === "string" && String(id).endsWith(names.clientSecret) ? [value] : []),
  ];
}

/** All that anybody could find afterwards. */
async function places(): Promise<Place[]> {
  const { emulator } = journey;
  const control = async (name: string) =>
    placeOf(`/_emulator/${name}`, JSON.stringify(await emulator.control("GET", name)));
  return [
    ...written,
    ...placesIn(journey.leftovers, "leftovers"),
    ...placesIn(journey.directory, "project").filter(({ name }) => !name.includes("node_modules")),
    placeOf("argument lists", [...argumentLists].join("\n")),
    await control("state"),
    await control("journal"),
  ];
}

const failures = (list: object[]) => journey.emulator.control("POST", "faults", list);
const keyIds = async () => {
  const { deployment } = JSON.parse(
    await journey.withEnv({}).run(["stack", "export", "--stack", "dev", "--show-secrets"]),
  );
  return deployment.resources
    .filter(({ type }: State) => type.endsWith(":ApplicationPassword"))
    .map(({ outputs }: State) => JSON.parse(outputs.value.plaintext) as string);
};

// One stack through everything that handles a secret; what it wrote is searched at the end.
describe("a stack's secrets", () => {
  it("pass through a failed update, a sign-in, a rotation and every way to look at a stack", async () => {
    const undo = journey.emulator.onChange(async ({ path }) => {
      const blocked = { error: "invalid_grant", error_codes: [53003], error_description: "AADSTS53003: Blocked." };
      const fault = { service: "entra", method: "POST", when: "before", action: "status", status: 400, body: blocked };
      if (path.endsWith("/addPassword")) await failures([fault]);
    });
    expect(await pulumi(["up", "--yes", "--diff"])).not.toBe(0);
    undo();
    await failures([]);
    expect(await pulumi(["up", "--yes", "--json"])).toBe(0);

    const entry = `https://fabrikam-partner-access.vault.emulator.test/secrets/${names.refreshToken}?api-version=7.5`;
    const signIn = { as: "home-administrator", body: { value: refreshToken, attributes: { enabled: true } } } as const;
    expect((await journey.emulator.call("PUT", entry, signIn)).status).toBe(200);

    await journey.emulator.control("POST", "clock", { advance: "P91D" });
    const { now } = await journey.emulator.control("GET", "state");
    expect(await pulumi(["up", "--yes", "--refresh", "--diff", "--show-sames"], { PARTNER_ACCESS_NOW: now })).toBe(0);
    expect(publishedValue(journey, names.refreshToken)).toBe(refreshToken);
    for (const look of [["stack"], ["stack", "export"], ["stack", "history"], ["stack", "output", "--json"]]) {
      expect(await pulumi(look)).toBe(0);
    }
    const PATH = [dirname(journey.pulumi), journey.env["PATH"]].join(delimiter);
    const env = { ...journey.env, PATH, PARTNER_ACCESS_NOW: now };
    const command = captureContext({ env, projectDirectory: journey.directory });
    expect(await main(["up", "-s", "dev", "--preview", "--json"], command.context)).toBe(0);
    written.push(placeOf("partner-access up", `${command.stdout()}${command.stderr()}`));
  });

  it("are given to the emulator in requests that it refuses", async () => {
    const { emulator } = journey;
    const text = emulator.secrets.rotator;
    const answers = [
      await emulator.requestToken({
        client_id: homeTenant.reader.clientId,
        client_secret: text,
        grant_type: "password",
      }),
      await emulator.requestToken({
        client_id: homeTenant.reader.clientId,
        client_secret: text,
        grant_type: "client_credentials",
        scope: `${emulator.origin}/.default`,
      }),
      await emulator.call("GET", `/v1.0/users?client_secret=${encodeURIComponent(text)}`, {
        as: "partner-administrator",
      }),
      await emulator.call("POST", "/v1.0/applications", {
        as: "partner-administrator",
        body: { displayName: "x", passwordCredentials: [{ secretText: text }], unknownField: text },
      }),
      await emulator.call("GET", "/v1.0/users", { token: text.replace(/[^\w~.-]/g, "") }),
    ];
    for (const answer of answers) {
      expect(answer.status).toBeGreaterThanOrEqual(400);
      written.push(placeOf("an answer of the emulator", answer.text));
    }
  });

  it("are all known to this test", async () => {
    const known = new Set(secrets().values());
    const inState = await keyIds();
    expect(inState).toHaveLength(2);
    for (const value of inState) expect(known.has(value)).toBe(true);
    expect(known.has(publishedValue(journey, names.clientSecret))).toBe(true);
    // Two client secrets, the identities', and a token for each provider of each run.
    expect(known.size).toBeGreaterThan(20);
  });

  it("are nowhere: not in state, history, backups, logs, outputs, argument lists or temporary files", async () => {
    const all = await places();
    expect(findLeaks(all, secrets())).toEqual([]);
  });

  it("were searched where they could be", async () => {
    const all = await places();
    const seen = (pattern: RegExp) => all.filter(({ name }) => pattern.test(name)).length;
    expect({
      state: seen(/^leftovers\/state\/\.pulumi\/stacks\/.*dev\.json$/),
      history: seen(/^leftovers\/state\/\.pulumi\/history\/.*checkpoint\.json$/) > 1,
      backups: seen(/^leftovers\/state\/\.pulumi\/backups\/.*\.json$/) > 1,
      logs: seen(/^leftovers\/home\/logs\//) > 4,
      events: seen(/^leftovers\/events-\d+\.jsonl$/),
      stdout: seen(/^stdout of pulumi up/) > 2,
      emulator: seen(/^the emulator's log$/) > 1,
      arguments: process.platform !== "linux" || argumentLists.size > 5,
    }).toEqual({
      state: 1,
      history: true,
      backups: true,
      logs: true,
      events: 3,
      stdout: true,
      emulator: true,
      arguments: true,
    });
    const compressed = all.filter(({ content }) => contentsOf(content).length > 1);
    expect(compressed.length).toBeGreaterThan(0);
  });

  it("would be found in any form in any of these places", async () => {
    const value = publishedValue(journey, names.clientSecret);
    const all = await places();
    for (const [form, text] of [...formsOf(value), ...formsOf(journey.emulator.secrets.deployer)]) {
      const content = Buffer.concat([
        all.at(-1)?.content ?? Buffer.alloc(0),
        Buffer.from(text, form === "UTF-16" ? "latin1" : "utf8"),
      ]);
      expect(findLeaks([{ name: "planted", content }], secrets()).map(({ place }) => place)).toContain("planted");
    }
  });
});
