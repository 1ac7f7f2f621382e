import { execFile } from "node:child_process";
import { cp, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import type * as Declared from "../../bin/tokens";
import { homeTenant } from "../../offline/emulator/seed/constants";
import type * as Source from "../../tokens";
import { createTokenSource } from "../../tokens/vault-token-source";
import { createSignedInTenant, prefix, vaultUri } from "../support/consumer";
import { startTestEmulator, type TestEmulator } from "../support/emulator";

jest.setTimeout(120_000);
const project = resolve(__dirname, "../..");
let consumer: string;
let emulator: TestEmulator;

/** A project of somebody else's that has installed this package: what npm packs, below node_modules, where Node strips no types. */
beforeAll(async () => {
  consumer = await mkdtemp(join(tmpdir(), "partner-access-consumer-"));
  const home = join(consumer, "node_modules", "partner-insights-access");
  for (const path of await packedFiles()) await cp(join(project, path), join(home, path));
  await symlink(join(project, "node_modules"), join(home, "node_modules"), "dir");
  emulator = await startTestEmulator();
});
afterAll(async () => {
  await emulator.stop();
  await rm(consumer, { recursive: true, force: true });
});

async function packedFiles(): Promise<readonly string[]> {
  const options = { cwd: project, maxBuffer: 16 * 1024 * 1024 };
  const { stdout } = await promisify(execFile)("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], options);
  const packed: { files: { path: string }[] }[] = Object.values(JSON.parse(stdout));
  return packed.flatMap(({ files }) => files.map(({ path }) => path));
}

async function run(name: string, text: string, env: Record<string, string> = {}) {
  const file = join(consumer, name);
  await writeFile(file, text);
  const all = { PATH: process.env["PATH"], HOME: process.env["HOME"], ...env };
  return new Promise<{ code: number; out: string }>((done) => {
    execFile(process.execPath, [file], { cwd: consumer, env: all }, (error, stdout, stderr) => {
      done({ code: error === null ? 0 : 1, out: `${stdout}${stderr}` });
    });
  });
}

describe("partner-insights-access/tokens", () => {
  it("is imported by an ES module, and gives a token from the vault", async () => {
    const tenant = await createSignedInTenant(emulator);
    await tenant.signIn();
    const text = `
      import { createTokenSource, TokenError } from "partner-insights-access/tokens";
      import { createRequire } from "node:module";
      const { ClientSecretCredential } = createRequire(${JSON.stringify(`${project}/`)})("@azure/identity");
      const { AZURE_TENANT_ID: tenant, AZURE_CLIENT_ID: client, AZURE_CLIENT_SECRET: secret } = process.env;
      const authority = process.env.AZURE_AUTHORITY_HOST;
      const credential = new ClientSecretCredential(tenant, client, secret, {
        authorityHost: authority, disableInstanceDiscovery: true,
      });
      const options = { vaultUri: ${JSON.stringify(`${vaultUri}/`)}, credential, authority };
      const source = createTokenSource({ ...options, prefix: ${JSON.stringify(prefix)} });
      const tokens = await Promise.all(Array.from({ length: 1000 }, () => source.getToken()));
      const other = createTokenSource({ ...options, prefix: "nobody-" });
      const failure = await other.getToken().catch((error) => error);
      console.log(JSON.stringify({
        flow: tokens[0].flow, parts: tokens[0].token.split(".").length, tokens: new Set(tokens.map((it) => it.token)).size,
        isTokenError: failure instanceof TokenError, code: failure.code, nextStep: failure.nextStep,
      }));
    `;
    const before = (await emulator.control("GET", "journal")).length;
    const { code, out } = await run("consumer.mjs", text, emulator.env);
    expect({ code, out: code === 0 ? JSON.parse(out) : out }).toEqual({
      code: 0,
      out: {
        ...{ flow: "refresh-token", parts: 3, tokens: 1, isTokenError: true, code: "no-entry" },
        nextStep: expect.stringContaining("npm run partner-access -- up"),
      },
    });
    const calls = (await emulator.control("GET", "journal")).slice(before) as { path: string; tenant: string }[];
    const requests = calls.filter((it) => it.path.endsWith("/oauth2/v2.0/token") && it.tenant !== homeTenant.id);
    expect(requests).toHaveLength(1);
  });

  it("is required by a CommonJS module, and leaves that program's own loader of TypeScript alone", async () => {
    const text = `
      const own = () => undefined;
      require.extensions[".ts"] = own;
      const tokens = require("partner-insights-access/tokens");
      console.log(Object.keys(tokens).join(), require.extensions[".ts"] === own);
      delete require.extensions[".ts"];
    `;
    expect(await run("consumer.cjs", text)).toEqual({ code: 0, out: "createTokenSource,TokenError true\n" });
  });

  it("opens nothing else of the package", async () => {
    const { code, out } = await run("other.cjs", 'require("partner-insights-access/clients/entra");');
    expect(code).toBe(1);
    expect(out).toContain("ERR_PACKAGE_PATH_NOT_EXPORTED");
  });

  it("has types that a strict program of another style accepts, and that refuse a flow that is none", async () => {
    const compile = async (flow: string) => {
      await writeFile(
        join(consumer, "consumer.mts"),
        `import { type AccessToken, createTokenSource, TokenError } from "partner-insights-access/tokens";
         const source = createTokenSource({ vaultUri: "https://v.vault.azure.net", prefix: "p-", flow: "${flow}" });
         export const token: Promise<AccessToken> = source.getToken();
         export const why = (error: unknown) => (error instanceof TokenError ? [error.code, error.cause, error.nextStep] : []);`,
      );
      const options = ["--noEmit", "--strict", "--module", "nodenext", "--skipLibCheck", "false", "--noUnusedLocals"];
      const tsc = join(project, "node_modules/typescript/bin/tsc");
      return new Promise<string>((done) => {
        execFile(process.execPath, [tsc, ...options, "consumer.mts"], { cwd: consumer }, (_error, stdout) =>
          done(stdout),
        );
      });
    };
    expect(await compile("app-only")).toBe("");
    expect(await compile("magic")).toContain(`Type '"magic"' is not assignable to type 'TokenFlow | undefined'`);
  });
});

describe("createTokenSource", () => {
  it("names every mistake of its caller at once, before it asks anybody", () => {
    const options = { vaultUri: "fabrikam", prefix: "a/b", flow: "magic" as "app-only" };
    expect(() => createTokenSource(options)).toThrow(
      [
        "createTokenSource:",
        ' - vaultUri must be a vault\'s address like https://fabrikam.vault.azure.net, got "fabrikam"',
        ' - prefix must be letters, digits and hyphens like partner-insights-contoso-, got "a/b"',
        ' - flow must be one of refresh-token, password, app-only, got "magic"',
      ].join("\n"),
    );
    const needy = { vaultUri: "https://v.vault.azure.net", prefix: "p-", flow: "password" } as const;
    expect(() => createTokenSource(needy)).toThrow("the flow password needs user");
  });
});

type Same<One, Other> = (<T>() => T extends One ? 1 : 2) extends <T>() => T extends Other ? 1 : 2 ? true : false;
type Options = Omit<Declared.TokenSourceOptions, "credential">;

/** Held by the compiler: the declarations written by hand say what the sources say. Any credential of Azure's fits the declared one. */
export const agree: readonly true[] = [
  true satisfies Same<Options, Omit<Source.TokenSourceOptions, "credential">>,
  true satisfies Same<Declared.AccessToken, Source.AccessToken>,
  true satisfies Same<Declared.TokenSource, Source.TokenSource>,
  true satisfies Same<Declared.TokenWarning, Source.TokenWarning>,
  true satisfies Same<keyof Declared.TokenError, keyof Source.TokenError>,
  true satisfies NonNullable<Source.TokenSourceOptions["credential"]> extends Declared.VaultCredential ? true : false,
];
