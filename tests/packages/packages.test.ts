import { execFile } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createProgram } from "../../cli/main";
import { homeTenant } from "../../offline/emulator/seed/constants";
import { blocksOf } from "../docs/markdown";
import { createSignedInTenant, prefix, vaultUri } from "../support/consumer";
import { startTestEmulator, type TestEmulator } from "../support/emulator";
import {
  bytesIn,
  filesIn,
  type PackageName,
  packAll,
  packageNames,
  project,
  type Tarballs,
  unpackAll,
} from "../support/packed";

jest.setTimeout(180_000);
let tarballs: Tarballs;
let consumer: string;

/** A project of somebody else's that has installed the packages: what npm packs, below node_modules, where Node strips no types. */
beforeAll(async () => {
  tarballs = await packAll();
  consumer = await unpackAll(tarballs);
});
afterAll(() => {
  tarballs.remove();
  rmSync(consumer, { recursive: true, force: true });
});

const homeOf = (name: PackageName) => join(consumer, "node_modules", name);

async function run(name: string, text: string, env: Record<string, string> = {}) {
  const file = join(consumer, name);
  await writeFile(file, text);
  return start([file], env);
}

function start(argv: readonly string[], env: Record<string, string> = {}) {
  const all = { PATH: process.env["PATH"], HOME: process.env["HOME"], ...env };
  return new Promise<{ code: number; out: string }>((done) => {
    execFile(process.execPath, argv, { cwd: consumer, env: all }, (error, stdout, stderr) => {
      done({ code: error === null ? 0 : 1, out: `${stdout}${stderr}` });
    });
  });
}

/** The names that each package gives to its importers, and nothing else. */
const exported: Readonly<Record<PackageName, readonly string[]>> = {
  "partner-insights-access": [
    "ApiPermissionGrants",
    "CredentialVault",
    "PartnerAccess",
    "PartnerApplication",
    "RotatingClientSecret",
  ],
  "partner-insights-tokens": ["TokenError", "createTokenSource"],
  "partner-insights-emulator": ["endOf", "withEmulator"],
};

describe.each(packageNames)("%s", (name) => {
  it("has a manifest and types that fit its files, for each kind of resolution", async () => {
    const check = join(__dirname, "check-package.mjs");
    const { code, out } = await start([check, tarballs.fileOf(name), homeOf(name)]);
    const entrypoints = name === "partner-insights-access" ? [".", "./program", "./quick-start"] : ["."];
    expect({ code, out: code === 0 ? JSON.parse(out) : out }).toEqual({
      code: 0,
      out: { publint: [], hasTypes: true, types: [], entrypoints: [...entrypoints, "./package.json"] },
    });
  });

  it("gives the same names to CommonJS and to ES modules", async () => {
    const required = await run("names.cjs", `console.log(Object.keys(require("${name}")).sort().join());`);
    const imported = await run(
      "names.mjs",
      `import * as all from "${name}";
       const known = Object.keys(all).filter((it) => it !== "default" && it !== "module.exports");
       console.log(known.sort().join());`,
    );
    const expected = { code: 0, out: `${exported[name].join()}\n` };
    expect([required, imported]).toEqual([expected, expected]);
  });

  it("changes nothing in the process that loads it: no hook, no loader of TypeScript", async () => {
    const text = `
      const Module = require("node:module");
      const own = () => undefined;
      require.extensions[".ts"] = own;
      const before = [Module._load, Module._resolveFilename, Module.prototype.require, ...Object.values(require.extensions)];
      require("${name}");
      const after = [Module._load, Module._resolveFilename, Module.prototype.require, ...Object.values(require.extensions)];
      console.log(before.length === after.length && before.every((it, place) => it === after[place]));
    `;
    // Pulumi's SDK brings its own loader of TypeScript: what it changes is measured with it, and is none of ours.
    const withSdk = `require("@pulumi/pulumi"); require("@pulumi/azuread");${text}`;
    const isComponent = name === "partner-insights-access";
    expect(await run("hooks.cjs", isComponent ? withSdk : text)).toEqual({ code: 0, out: "true\n" });
  });

  it("opens nothing else of itself", async () => {
    const { code, out } = await run("other.cjs", `require("${name}/dist/index.js");`);
    expect([code, out]).toEqual([1, expect.stringContaining("ERR_PACKAGE_PATH_NOT_EXPORTED")]);
  });

  it("holds compiled code, its maps and its types, and neither tests nor documents nor sources", () => {
    const files = filesIn(homeOf(name));
    const besides = files.filter((file) => !/^dist\/(?:[\w-]+\.js(?:\.map)?|types\/[\w/-]+\.d\.ts)$/.test(file));
    const own: Readonly<Record<PackageName, readonly string[]>> = {
      "partner-insights-access": [
        "CHANGELOG.md",
        ...["bin/install-pulumi.sh", "bin/quick-start.js", "bin/refuse-outside.js"],
        ...["policy/PulumiPolicy.yaml", "policy/index.js", "policy/package.json"],
        // What `init` writes. The pipelines are this repository's own; what tests and publishes it is not among them.
        ...filesIn(join(project, "template")).map((file) => `template/${file}`),
        ...filesIn(join(project, "azure-pipelines")).map((file) => `azure-pipelines/${file}`),
        ...filesIn(join(project, ".github/workflows"))
          .filter((file) => !["ci.yml", "release.yml"].includes(file))
          .map((file) => `.github/workflows/${file}`),
      ],
      "partner-insights-tokens": [],
      "partner-insights-emulator": ["engine/go.mod", "engine/go.sum", "engine/tools.go"],
    };
    expect(besides).toEqual(["LICENSE", "README.md", ...own[name], "package.json"].sort());
    const code = files.filter((file) => file.endsWith(".js") && file.startsWith("dist/"));
    const unmapped = code.filter((file) => !files.includes(`${file}.map`));
    // A file that only hands names on has nothing to map, and what the bundler adds has no source.
    const isOurs = (file: string) => /^\/\/ \w[\w/-]*\.ts$/m.test(textOf(name, file));
    expect(unmapped.filter(isOurs)).toEqual([]);
    expect(unmapped.length).toBeLessThan(code.length);
    expect(files.filter((file) => textOf(name, file).includes(project))).toEqual([]);
  });
});

const textOf = (name: PackageName, file: string) => readFileSync(join(homeOf(name), file), "utf8");

describe("partner-insights-access", () => {
  it("unpacks to at most 2 MB", () => {
    expect(bytesIn(homeOf("partner-insights-access"))).toBeLessThanOrEqual(2_000_000);
  });

  it("writes the same project as the repository does", async () => {
    const written = [
      join(homeOf("partner-insights-access"), "dist/command.js"),
      join(project, "bin/partner-access.js"),
    ].map(async (command, place) => {
      const folder = join(consumer, `project ${place}`);
      const { code } = await start([command, "init", folder, "--name", "our-partners", "--skip-install"]);
      return { code, files: filesIn(folder).map((file) => [file, readFileSync(join(folder, file), "utf8")]) };
    });
    const [packed, source] = await Promise.all(written);
    expect(packed).toEqual(source);
    expect([packed?.code, packed?.files.length]).toEqual([0, 14]);
  });

  it("loads no emulator but where one is started", () => {
    const files = filesIn(homeOf("partner-insights-access")).filter((file) => file.endsWith(".js"));
    const users = files.filter((file) =>
      textOf("partner-insights-access", file).includes('"partner-insights-emulator"'),
    );
    expect(users).toHaveLength(1);
    expect(textOf("partner-insights-access", users[0] ?? "")).toContain("// cli/emulator/run.ts");
    const inlined = files.filter((file) => /^\/\/ offline\//m.test(textOf("partner-insights-access", file)));
    const routes = "// offline/emulator/control/control-routes.ts";
    for (const file of inlined) {
      expect(textOf("partner-insights-access", file).match(/^\/\/ offline\/.*$/gm)).toEqual([routes]);
    }
  });

  it.each(["partner-insights-access", "partner-access"])(
    "has the command %s, with the help of the repository",
    async (bin) => {
      const manifest = JSON.parse(textOf("partner-insights-access", "package.json"));
      const { code, out } = await start([join(homeOf("partner-insights-access"), manifest.bin[bin]), "--help"]);
      expect({ code, out }).toEqual({ code: 0, out: createProgram({} as never, () => undefined).helpInformation() });
    },
  );

  it("has components that a strict program of another style accepts, and that refuse a wrong argument", async () => {
    const text = `
      import { PartnerApplication, type PartnerApplicationArgs } from "partner-insights-access";
      import program = require("partner-insights-access/program");
      declare const args: PartnerApplicationArgs;
      export const clientId = () => new PartnerApplication("partner", args).clientId;
      export const run: () => Promise<unknown> = program;
      // @ts-expect-error: a name is text
      export const wrong = () => new PartnerApplication(1, args);`;
    expect(await compile("component.cts", text, "--skipLibCheck", "true")).toBe("");
  });
});

describe("the README", () => {
  it("shows a component that a strict program compiles", async () => {
    const [shown, ...others] = blocksOf("README.md").filter(({ language }) => language === "ts");
    expect(others).toEqual([]);
    const around = `
      import type { Output, ProviderResource } from "@pulumi/pulumi";
      declare const vault: { readonly id: Output<string> };
      declare const identity: { readonly principalId: Output<string> };
      declare const contoso: ProviderResource;
      declare const fabrikam: ProviderResource;
    `;
    const compiled = (text: string) => compile("shown.mts", `${text}${around}`, "--skipLibCheck", "true");
    expect(await compiled(shown?.code ?? "")).toBe("");
    // The compiler looks: an argument of another name is refused.
    expect(await compiled(shown?.code.replace("reportingUser:", "reportinguser:") ?? "")).toContain("reportinguser");
  });
});

describe("partner-insights-emulator", () => {
  it("has a command of its own", async () => {
    const { bin, version } = JSON.parse(textOf("partner-insights-emulator", "package.json"));
    const command = join(homeOf("partner-insights-emulator"), bin["partner-insights-emulator"]);
    expect(await start([command, "--version"])).toEqual({ code: 0, out: `${version}\n` });
  });
});

describe("a stack trace", () => {
  it("names a line of the sources, by the maps in the package", async () => {
    const text = `
      try { require("partner-insights-tokens").createTokenSource({ vaultUri: "x", prefix: "y", flow: "magic" }); }
      catch (error) { console.log(error.stack); }`;
    await writeFile(join(consumer, "trace.cjs"), text);
    const { out } = await start(["--enable-source-maps", join(consumer, "trace.cjs")]);
    const [, file = "", line = "0"] = /tokens\/([\w-]+\.ts):(\d+):/.exec(out) ?? [];
    const source = readFileSync(join(project, "tokens", file), "utf8").split("\n")[Number(line) - 1];
    expect([file, source]).toEqual([
      expect.stringMatching(/\.ts$/),
      expect.stringMatching(/throw|new TokenError|[a-z]+\(/i),
    ]);
  });
});

describe("partner-insights-tokens", () => {
  let emulator: TestEmulator;
  beforeAll(async () => {
    emulator = await startTestEmulator();
  });
  afterAll(() => emulator.stop());

  it("is imported by an ES module, and gives a token from the vault", async () => {
    const tenant = await createSignedInTenant(emulator);
    await tenant.signIn();
    const text = `
      import { createTokenSource, TokenError } from "partner-insights-tokens";
      import { ClientSecretCredential } from "@azure/identity";
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

  it.each(["docs/consumers.md", "tokens/README.md"])("gives a token as %s shows it", async (document) => {
    const [block, ...others] = blocksOf(document).filter(({ language }) => language === "js");
    expect(others).toEqual([]);
    const tenant = await createSignedInTenant(emulator);
    await tenant.signIn();
    await tenant.allowRenewer();
    const host = new URL(vaultUri).host;
    const shown = `${block?.code.replace(/[\w-]+\.vault\.azure\.net/, host)}console.log(token.split(".").length);`;
    const env = { ...emulator.env, ...(tenant.as("renewer") as Record<string, string>) };
    expect(await run("documented.mjs", shown, env)).toEqual({ code: 0, out: "3\n" });
  });

  it("has types that a strict program of another style accepts, and that refuse a flow that is none", async () => {
    const text = `
      import { type AccessToken, createTokenSource, TokenError } from "partner-insights-tokens";
      const vault = { vaultUri: "https://v.vault.azure.net", prefix: "p-" };
      export const token: Promise<AccessToken> = createTokenSource({ ...vault, flow: "app-only" }).getToken();
      export const why = (error: unknown) => (error instanceof TokenError ? [error.code, error.cause, error.nextStep] : []);
      // @ts-expect-error: there is no such flow
      export const wrong = () => createTokenSource({ ...vault, flow: "magic" });`;
    expect(await compile("consumer.mts", text)).toBe("");
  });
});

/** What a strict compiler says that resolves as Node does, of a file in the consumer's project. */
async function compile(name: string, text: string, ...more: readonly string[]): Promise<string> {
  await writeFile(join(consumer, name), text);
  const options = ["--noEmit", "--strict", "--module", "nodenext", "--noUnusedLocals", "--types", "node"];
  const tsc = join(project, "node_modules/typescript/bin/tsc");
  return (await start([tsc, ...options, "--skipLibCheck", "false", ...more, name])).out;
}
