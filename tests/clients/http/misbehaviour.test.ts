import { readdirSync, readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import ts from "typescript";
import { problemsOf } from "../../../cli/shared/document";
import { signInThrough } from "../../../clients/entra/sign-in-transport";
import { call } from "../../../clients/http/call";
import {
  foreignHost,
  type MisbehavingServer,
  misbehaviours,
  startMisbehavingServer,
} from "../../support/misbehaving-server";
import { type ClientRow, clientRows, secretTexts } from "./client-rows";

const root = resolve(__dirname, "../../..");
let server: MisbehavingServer;
beforeAll(async () => {
  server = await startMisbehavingServer();
});
afterAll(() => server.stop());

/** Time limits thousands of times shorter, so that a service that hangs costs a test no half minutes. */
function hurry(): void {
  const real = AbortSignal.timeout.bind(AbortSignal);
  jest.spyOn(AbortSignal, "timeout").mockImplementation((milliseconds) => real(Math.max(10, milliseconds / 6000)));
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

async function outcome({ run }: ClientRow, signal?: AbortSignal): Promise<string> {
  try {
    const settings = { fetch: server.fetch, time: passing(), signal };
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

describe("after Ctrl-C nothing goes on", () => {
  it.each(clientRows)("$name: a call that hangs ends at once, or a moment later where it writes", async (row) => {
    server.behave("hang", row.well);
    const abort = new AbortController();
    const hung = server.hung();
    const ended = outcome(row, abort.signal);
    const { closed } = await hung;
    const since = performance.now();
    abort.abort("SIGINT");
    expect(await ended).toMatch(/interrupted/);
    await closed;
    // A second is promised; a busy machine gets three. The time limits are thirty and more.
    expect(performance.now() - since).toBeLessThan(3000);
  });

  it.each(clientRows)("$name: nothing is begun", async (row) => {
    server.behave("{}", row.well);
    expect(await outcome(row, AbortSignal.abort("SIGINT"))).toMatch(/interrupted/);
    expect(server.seen).toEqual([]);
  });

  it("a write under way still gets an answer that comes at once", async () => {
    const abort = new AbortController();
    const settings = {
      signal: abort.signal,
      fetch: (async (_: unknown, { signal }: { signal: AbortSignal }) => {
        abort.abort("SIGINT");
        await new Promise((done) => setTimeout(done, 50));
        signal.throwIfAborted();
        return new Response(null, { status: 204 });
      }) as unknown as typeof fetch,
    };
    const request = { service: "X", operation: "write", method: "POST", url: "https://x.example/" };
    expect(await call(request, settings)).toMatchObject({ status: 204 });
  });

  it("a write that got no answer is told as one that may have been done", async () => {
    server.behave("hang", () => ({}));
    const abort = new AbortController();
    const hung = server.hung();
    const request = { service: "X", operation: "write", method: "POST", url: "https://x.example/" };
    const failed = call(request, { fetch: server.fetch, signal: abort.signal }).catch((error: Error) => error);
    await hung;
    abort.abort("SIGINT");
    expect(problemsOf(await failed)).toEqual([
      {
        code: "interrupted",
        message:
          "X gave no usable answer: write (interrupted). The command was interrupted before the answer arrived, so the write may or may not have happened.",
        fix: "Run it again.",
      },
    ]);
  });

  it("another program that is asked for a token is not waited for", async () => {
    const abort = new AbortController();
    const never = { getToken: () => new Promise<null>(() => undefined) };
    const asked = signInThrough({ signal: abort.signal }, () => never).getToken("scope");
    abort.abort("SIGINT");
    await expect(asked).rejects.toMatchObject({ code: "interrupted" });
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
  "model",
  "permissions",
  "policy",
  "rotation",
  "tokens",
];
const files = [...production.flatMap(sources), "index.ts"];
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

/** Functions of the clients that take settings, and with them the signal of Ctrl-C; found by what they declare. */
function takingSettings(): ReadonlySet<string> {
  const parsed = files
    .filter((file) => file.startsWith("clients/"))
    .map((file) => ts.createSourceFile(file, textOf(file), ts.ScriptTarget.Latest, true));
  const types = new Set(["HttpSettings"]);
  const mentions = (node: ts.Node) => [...types].some((name) => new RegExp(`\\b${name}\\b`).test(node.getText()));
  const isType = (node: ts.Node): node is ts.InterfaceDeclaration | ts.TypeAliasDeclaration =>
    ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node);
  for (let before = 0; before !== types.size; ) {
    before = types.size;
    for (const node of parsed.flatMap(({ statements }) => [...statements])) {
      if (isType(node) && mentions(node)) types.add(node.name.text);
    }
  }
  // The layer itself is for clients only.
  const clients = parsed.filter(({ fileName }) => !fileName.startsWith("clients/http/"));
  const functions = clients.flatMap(({ statements }) =>
    statements.filter(ts.isFunctionDeclaration).filter((it) => it.getText().startsWith("export ")),
  );
  return new Set(functions.filter(({ parameters }) => parameters.some(mentions)).map(({ name }) => name?.text ?? ""));
}

it("is given the signal of Ctrl-C by every command, for every client", () => {
  const takers = takingSettings();
  expect([...takers]).toEqual(expect.arrayContaining(["createKeyVault", "createGraph", "readOpenId", "openGitHub"]));
  const without: string[] = [];
  for (const file of [...files.filter((file) => file.startsWith("cli/")), "tokens/vault-token-source.ts"]) {
    const source = ts.createSourceFile(file, textOf(file), ts.ScriptTarget.Latest, true);
    const visit = (node: ts.Node): void => {
      if (ts.isCallExpression(node) && ts.isIdentifier(node.expression) && takers.has(node.expression.text)) {
        const given = node.arguments.map((argument) => argument.getText()).join();
        // A tenant's `directory` has one, as the compiler demands. The relay serves the engine, which ends in its own order.
        const isGiven =
          /\bsignal\b|^(?:tenant\.)?directory$/.test(given) || node.expression.text === "relayPipelineTokens";
        if (!isGiven) without.push(`${file}: ${node.getText()}`);
      }
      ts.forEachChild(node, visit);
    };
    visit(source);
  }
  expect(without).toEqual([]);
});

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/^\s*\/\/.*$/gm, "");
}
