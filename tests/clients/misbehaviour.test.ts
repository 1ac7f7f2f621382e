import { readdirSync, readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { problemsOf } from "../../cli/document";
import {
  foreignHost,
  type MisbehavingServer,
  misbehaviours,
  startMisbehavingServer,
} from "../support/misbehaving-server";
import { type ClientRow, clientRows, secretTexts } from "./client-rows";

const root = resolve(__dirname, "../..");
let server: MisbehavingServer;
beforeAll(async () => {
  server = await startMisbehavingServer();
});
afterAll(() => server.stop());

/** Time limits a thousand times shorter, so that a service that hangs costs a test no half minutes. */
function hurry(): void {
  const real = AbortSignal.timeout.bind(AbortSignal);
  jest.spyOn(AbortSignal, "timeout").mockImplementation((milliseconds) => real(Math.max(20, milliseconds / 1500)));
}
afterEach(() => jest.restoreAllMocks());

/** A time that passes by sleeping only, up to the budget of whoever asks. */
function passing() {
  let now = 0;
  return {
    now: () => now,
    sleep: async (milliseconds: number) => {
      now += milliseconds;
    },
  };
}

const standard = {
  hang: /timeouterror/,
  reset: /^ok$/,
  "one 503": /^ok$/,
  "one 429 with Retry-After": /^ok$/,
  "307 to another host": /redirected/,
  "page loop": /^ok$/,
  "page on another host": /^ok$/,
  "HTML with 200": /not-json/,
  "{}": /malformed/,
  truncated: /und_err_socket|econnreset|truncated/,
} as const;

/** What becomes of a list, and of a write, where that differs. */
const kinds = {
  object: {},
  list: { "page loop": /endless-list/, "page on another host": /foreign-page/ },
  write: { reset: /und_err_socket|econnreset/, "one 503": /status-503/ },
} as const;

async function outcome({ run }: ClientRow): Promise<string> {
  try {
    const settings = { fetch: server.fetch, time: passing() };
    return codeIn(await run(settings)) ?? "ok";
  } catch (error) {
    return problemsOf(error)
      .map(({ code }) => code)
      .join();
  }
}

/** Some clients answer their failures in place of throwing them. */
function codeIn(result: unknown): string | undefined {
  const { kind, reason, code, status, refused } = (result ?? {}) as Readonly<Record<string, unknown>>;
  if (kind === "failed") return String(code ?? reason ?? status).toLowerCase();
  if (typeof refused !== "object" || refused === null) return undefined;
  const { failure, status: refusedStatus } = refused as Readonly<Record<string, unknown>>;
  return String(failure ?? `status-${refusedStatus}`).toLowerCase();
}

describe.each(clientRows)("$name", (row) => {
  it.each(misbehaviours)("meets: %s", async (misbehaviour) => {
    server.behave(misbehaviour, row.well);
    if (misbehaviour === "hang") hurry();
    const expected = { ...standard, ...kinds[row.kind], ...row.expected }[misbehaviour];
    expect(await outcome(row)).toMatch(expected);
    const led = server.seen.filter(({ host }) => host === foreignHost);
    expect(led.filter(({ secrets }) => secretTexts.some((secret) => secrets.includes(secret)))).toEqual([]);
    // Nothing of ours goes there at all, with or without a secret.
    expect(led).toEqual([]);
  });
});

function sources(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === "node_modules" ? [] : sources(path);
    return entry.name.endsWith(".ts") ? [path] : [];
  });
}
const production = [
  "cli",
  "clients",
  "components",
  "configuration",
  "deployment",
  "permissions",
  "policy",
  "rotation",
  "tokens",
];
const files = [...production.flatMap(sources), "index.ts", "config.ts", "token-source.ts"];
const textOf = (file: string) => readFileSync(join(root, file), "utf8");

it("has a row for every client", () => {
  const sends = /from "\.{1,2}\/(?:http\/)?(?:call|download|azure-http-client|exchange|pages|layer-fetch)"/;
  const calls = /\b(?:call|download|exchange|azureClientOptions|readPages|layerFetch)\(/;
  const clients = files.filter((file) => file.startsWith("clients/") && !file.startsWith("clients/http/"));
  const senders = clients.filter((file) => sends.test(textOf(file)) && calls.test(textOf(file)));
  expect(senders.sort()).toEqual([...new Set(clientRows.map(({ file }) => file))].sort());
});

it("leaves sending to the layer: no other file calls fetch, http or a client of Microsoft's without it", () => {
  const direct = /(?<![.\w])fetch\(|\bhttps?\.(?:request|get)\(|from "undici"|from "node:https"|from "node:http2"/;
  const wrong = files.filter(
    (file) => file !== "clients/http/exchange.ts" && direct.test(withoutComments(textOf(file))),
  );
  expect(wrong.map((file) => relative(".", file))).toEqual([]);
  // Each of these takes our transport; made without it, it would send by itself.
  const bare = /new (?:SecretClient|Octokit|\w+Credential)\((?![^;]*(?:ptions|transport|request\b))/;
  expect(
    files.filter((file) => bare.test(withoutComments(textOf(file)).replace(/AzureCliCredential\([^)]*\)/g, ""))),
  ).toEqual([]);
});

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/^\s*\/\/.*$/gm, "");
}
