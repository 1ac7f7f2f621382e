import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { ConfigurationError } from "../../configuration/problem";
import { readProjectFiles } from "../../configuration/project-files";
import {
  configurationInput,
  readProjectPolicy,
  readRunningStack,
  readStackConfiguration,
  readStackFromFiles,
} from "../../configuration/read-stack";
import type { StackConfiguration } from "../../configuration/stack-configuration";
import { type ConfigurationValues, usualProjectName } from "../../configuration/values";
import { homeSubscription, homeTenant, partnerTenant } from "../../offline/emulator/seed/constants";

const root = resolve(__dirname, "../..");

function refused(action: () => StackConfiguration): ConfigurationError {
  try {
    action();
  } catch (error) {
    if (error instanceof ConfigurationError) return error;
    throw error;
  }
  throw new Error("the configuration was accepted");
}

describe("the dev stack", () => {
  const dev = readStackFromFiles(root, "dev");

  it("passes, and names the emulated world", () => {
    expect(dev.tenant).toEqual({
      id: partnerTenant.id,
      domain: partnerTenant.domain,
      alias: "contoso",
      cloud: "public",
    });
    expect(dev.application.owners).toEqual([partnerTenant.deployer.objectId, partnerTenant.rotator.objectId]);
    expect(dev.reportingUser).toEqual({
      userPrincipalName: partnerTenant.reportingUser.userPrincipalName,
      assignedBy: "deployer",
    });
    expect(dev.vault).toEqual({
      tenantId: homeTenant.id,
      subscriptionId: homeSubscription.id,
      clientId: homeTenant.deployer.clientId,
      resourceGroup: homeSubscription.resourceGroup,
      name: homeSubscription.vault,
      location: undefined,
      mode: "existing",
      prefix: "partner-insights-contoso-",
      readers: [{ name: "report-builder", id: homeTenant.reader.objectId, type: "ServicePrincipal" }],
      refreshTokenReaders: [{ name: "token-renewer", id: homeTenant.renewer.objectId, type: "ServicePrincipal" }],
    });
  });

  it("holds no encryption salt, no secret and no encrypted value", () => {
    const text = readFileSync(join(root, "Pulumi.dev.yaml"), "utf8");
    expect(text).not.toMatch(/^\s*(encryptionsalt|encryptedkey|secretsprovider|secure):/m);
  });
});

describe("the files of a project", () => {
  let directory = "";
  const write = (name: string, text: string) => writeFileSync(join(directory, name), text);
  const devText = readFileSync(join(root, "Pulumi.dev.yaml"), "utf8");
  const policy = readFileSync(join(root, "access-policy.yaml"), "utf8");

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "partner-access-config-"));
  });
  afterEach(() => {
    rmSync(directory, { recursive: true });
  });

  it("are the stack files by stack name and the access policy, nothing else", () => {
    write("Pulumi.yaml", "name: partner-insights-access");
    write("Pulumi.contoso.yaml", "config: {}");
    write("Pulumi.contoso.eu.yaml", "config: {}");
    write("Pulumi.old.yaml.bak", "");
    const { stackFiles, policyText } = readProjectFiles(directory);
    expect([...stackFiles.keys()]).toEqual(["contoso", "contoso.eu"]);
    expect(policyText).toBeUndefined();
    write("access-policy.yaml", policy);
    expect(readProjectFiles(directory).policyText).toBe(policy);
  });

  it("are checked together: two stacks may not write the same vault entries", () => {
    write("access-policy.yaml", policy);
    write("Pulumi.dev.yaml", devText);
    write("Pulumi.copy.yaml", devText);
    expect(
      refused(() => readStackFromFiles(directory, "dev")).problems.map(({ path, message }) => [path, message]),
    ).toEqual([["vault.prefix", 'gives the vault entries the names that stack "copy" writes in the same vault']]);
    write("Pulumi.copy.yaml", devText.replace("alias: contoso", "alias: northwind"));
    expect(readStackFromFiles(directory, "dev").stack).toBe("dev");
  });

  it("clash however a name is spelled", () => {
    write("access-policy.yaml", policy);
    write("Pulumi.dev.yaml", devText);
    const renamed = devText.replace("alias: contoso", "alias: northwind");
    const alike: Readonly<Record<string, string>> = {
      alias: renamed.replace("alias: northwind", 'alias: "contoso"'),
      escape: renamed.replace("alias: northwind", 'alias: "\\x63ontoso"'),
      prefix: renamed.replace("mode: existing", "prefix: Partner-Insights-CONTOSO-"),
    };
    write("Pulumi.far.yaml", renamed);
    for (const [name, text] of Object.entries(alike)) write(`Pulumi.${name}.yaml`, text);
    expect(refused(() => readStackFromFiles(directory, "dev")).problems.map(({ message }) => message)).toEqual([
      'gives the vault entries the names that the stacks "alias", "escape" and "prefix" write in the same vault',
    ]);
    expect(readStackFromFiles(directory, "far").stack).toBe("far");
  });

  it("clash without a prefix too, which no word of a file spells", () => {
    write("access-policy.yaml", policy);
    const bare = devText.replace("mode: existing", 'prefix: ""');
    write("Pulumi.dev.yaml", bare);
    write("Pulumi.other.yaml", bare.replace("alias: contoso", "alias: other"));
    const { problems } = refused(() => readStackFromFiles(directory, "dev"));
    expect(problems.map(({ path, message }) => [path, message])).toEqual([
      ["vault.prefix", 'gives the vault entries the names that stack "other" writes in the same vault'],
    ]);
  });

  it("allow readers only by the access policy", () => {
    write("Pulumi.dev.yaml", devText);
    expect(refused(() => readStackFromFiles(directory, "dev")).problems.map(({ path }) => path)).toEqual([
      "vault.readers[0]",
      "vault.refreshTokenReaders[0]",
    ]);
  });

  describe("of another stack", () => {
    const nested = `config: ${"[".repeat(20_000)}`;
    const bad: readonly (readonly [string, (path: string) => void, string])[] = [
      ["is no YAML", (path) => writeFileSync(path, "config: ["), "has a bracket that does not end"],
      ["is a link to nothing", (path) => symlinkSync("/nowhere", path), "is a link"],
      ["is a link to a file", (path) => symlinkSync(join(root, "Pulumi.dev.yaml"), path), "is a link"],
      ["is a folder", (path) => mkdirSync(path), "is a folder"],
      ["is a pipe that nobody writes to", (path) => spawnSync("mkfifo", [path]), "is no ordinary file"],
      [
        "holds itself",
        (path) => writeFileSync(path, "config: &a\n  a:b: *a\n"),
        "has an alias (*) without a complete anchor before it",
      ],
      ["is nested without end", (path) => writeFileSync(path, nested), "is nested more than 32 levels deep"],
      [
        "nests lists on one line",
        (path) => writeFileSync(path, "- ".repeat(50_000)),
        "is nested more than 32 levels deep",
      ],
      ["has 12 MB", (path) => writeFileSync(path, `# ${"x".repeat(12_000_000)}`), "is longer than 256 KiB"],
      ["is UTF-16", (path) => writeFileSync(path, Buffer.from("\ufeffconfig: {}", "utf16le")), "is not UTF-8"],
    ];

    it.each(bad)("that %s, stop only that stack", (_, make, message) => {
      write("access-policy.yaml", policy);
      write("Pulumi.dev.yaml", devText);
      make(join(directory, "Pulumi.broken.yaml"));
      expect(readStackFromFiles(directory, "dev").stack).toBe("dev");
      const { problems } = refused(() => readStackFromFiles(directory, "broken"));
      expect(problems.map((problem) => [/^Pulumi\.broken\.yaml(:\d+)?$/.test(problem.path), problem.message])).toEqual([
        [true, message],
      ]);
    });
  });

  it("are refused where two names differ in capitals only, and no other stack is", () => {
    write("access-policy.yaml", policy);
    for (const name of ["Dev", "dev", "other"]) {
      write(
        `Pulumi.${name}.yaml`,
        devText.replace(/:vault:\n/, (line) => `${line}    prefix: ${name.toLowerCase()}-\n`),
      );
    }
    for (const [name, twin] of [
      ["Dev", "dev"],
      ["dev", "Dev"],
    ] as const) {
      const { problems } = refused(() => readStackFromFiles(directory, name));
      expect(problems.map(({ path, message }) => [path, message])).toEqual([
        [`Pulumi.${name}.yaml`, `differs from Pulumi.${twin}.yaml in capitals only`],
      ]);
    }
    expect(readStackFromFiles(directory, "other").stack).toBe("other");
  });

  it("say what the engine says, or the program does not start", () => {
    write("access-policy.yaml", policy);
    write("Pulumi.dev.yaml", devText);
    write("Pulumi.yaml", readFileSync(join(root, "Pulumi.yaml"), "utf8"));
    const files = readProjectFiles(directory);
    const { values } = configurationInput(files, "dev");
    const told = (changes: ConfigurationValues, encryptedKeys: readonly string[] = []) =>
      refused(() => readRunningStack(files, "dev", { values: { ...values, ...changes }, encryptedKeys })).problems.map(
        ({ path, message }) => [path, message],
      );
    const engine = { values: { ...values, "pulumi:disable-default-providers": "[]" }, encryptedKeys: [] };
    expect(readRunningStack(files, "dev", engine).stack).toBe("dev");
    expect(told({ [`${usualProjectName}:consent`]: '{"kind":"tenant","reason":"All of them."}' })).toEqual([
      ["Pulumi.dev.yaml: partner-insights-access:consent", "has another value in the engine"],
    ]);
    expect(told({ [`${usualProjectName}:migrate`]: "moved" })).toEqual([
      ["Pulumi.dev.yaml: partner-insights-access:migrate", "has another value in the engine"],
    ]);
    expect(told({ "azuread:tenantId": "x" })).toEqual([
      ["Pulumi.dev.yaml: azuread:tenantId", "is not in the file, but the engine has a value"],
    ]);
  });

  it("are not read where the project file leads the engine elsewhere", () => {
    write("access-policy.yaml", policy);
    write("Pulumi.dev.yaml", devText);
    const told = (text: string) => {
      write("Pulumi.yaml", text);
      return refused(() => readStackFromFiles(directory, "dev")).problems.map(({ path, message }) => [path, message]);
    };
    const name = `name: ${usualProjectName}\n`;
    expect(told(`${name}stackConfigDir: other\n`)).toEqual([
      ["Pulumi.yaml: stackConfigDir", "moves the stack files to another folder"],
    ]);
    expect(told("name: 12\n")).toEqual([["Pulumi.yaml: name", "is no name of a project"]]);
    expect(told("name: a:b\n")).toEqual([["Pulumi.yaml: name", "is no name of a project"]]);
    expect(told(`${name}config:\n  consent.kind: tenant\n`)).toEqual([
      ["Pulumi.yaml: config.consent.kind", "is more than the name of a key"],
    ]);
    const [short, full] = [
      "consent: { default: { kind: user } }",
      `${usualProjectName}:consent: { default: { kind: tenant } }`,
    ];
    for (const config of [`  ${short}\n  ${full}\n`, `  ${full}\n  ${short}\n`]) {
      expect(told(`${name}config:\n${config}`)).toContainEqual([
        "Pulumi.yaml: config.partner-insights-access:consent",
        "is declared without its namespace too",
      ]);
    }
    expect(told(`${name}config: { rotation: { default: { request: 2026-03-01 } } }\n`)).toEqual([
      ["Pulumi.yaml: config.rotation", "has a time for a default"],
    ]);
    expect(told(`${name}x: a\u2028b\n`)[0]).toEqual(["Pulumi.yaml:2", "has the character U+2028 in column 5"]);
  });

  it.each(["Pulumi.json", "Pulumi.yml"])(
    "are not read beside %s, which the engine could take for the project",
    (name) => {
      write("access-policy.yaml", policy);
      write("Pulumi.dev.yaml", devText);
      write(name, "{}");
      expect(refused(() => readStackFromFiles(directory, "dev")).problems.map(({ path }) => path)).toEqual([name]);
    },
  );

  it.each(["Pulumi.yaml", "access-policy.yaml", "api-catalog.yaml"])(
    "are read of %s itself, never of what stands in its place",
    (name) => {
      write("Pulumi.dev.yaml", devText);
      write("elsewhere.yaml", "");
      const told = () =>
        refused(() => readStackFromFiles(directory, "dev")).problems.map(({ path, message }) => `${path} ${message}`);
      symlinkSync(join(directory, "elsewhere.yaml"), join(directory, name));
      expect(told()).toContain(`${name} is a link`);
      rmSync(join(directory, name));
      mkdirSync(join(directory, name));
      expect(told()).toContain(`${name} is a folder`);
      expect(readProjectPolicy(readProjectFiles(directory)).problems.map(({ path }) => path)).toContain(name);
    },
  );

  it("are named when a stack has none, with the stack that may be meant", () => {
    write("Pulumi.contoso.yaml", "config: {}");
    expect(refused(() => readStackFromFiles(directory, "contosso")).message).toBe(
      'The configuration of stack "contosso" has 1 problem:\n' +
        " - Pulumi.contosso.yaml does not exist. Allowed: one of the stacks contoso. Fix: did you mean contoso.",
    );
  });
});

describe("a configuration error", () => {
  it("is one message: the stack, then every problem on a line of its own", () => {
    const values = { "partner-insights-access:rotation": '{"everyDays":0,"overlapDays":1}', "azuread:tenantId": "x" };
    const error = refused(() =>
      readStackConfiguration({
        stack: "contoso",
        namespace: usualProjectName,
        values,
        entryWriters: new Map(),
        policyText: undefined,
      }),
    );
    expect(error.name).toBe("ConfigurationError");
    expect(error.stackName).toBe("contoso");
    const [head, ...lines] = error.message.split("\n");
    expect(head).toBe(`The configuration of stack "contoso" has ${error.problems.length} problems:`);
    expect(lines).toHaveLength(error.problems.length);
    expect(lines[0]).toBe(
      " - azuread:tenantId configures a provider that is never used, got [hidden]. Allowed: keys that begin with " +
        "partner-insights-access: or pulumi:. Fix: remove it: both providers are set up from tenant, vault and the environment.",
    );
    expect(lines).toContain(
      " - rotation.everyDays is not a usable number of days, got 0. Allowed: a whole number from 1 to 365. " +
        "Fix: write how many days a secret serves before the next one takes over.",
    );
  });
});

describe("reading a stack", () => {
  it("loads no Pulumi, so that a command starts quickly and a check needs no engine", () => {
    const script = 'require("./configuration/read-stack.ts"); console.log(Object.keys(require.cache).join("\\n"))';
    const run = spawnSync(process.execPath, ["-r", "./bin/transpile.js", "-e", script], {
      cwd: root,
      encoding: "utf8",
    });
    expect(run.status).toBe(0);
    const loaded = run.stdout.split("\n");
    expect(loaded).toContain(join(root, "configuration/read-configuration.ts"));
    expect(loaded.filter((file) => file.includes("/@pulumi/"))).toEqual([]);
  });
});

describe("the project's access policy", () => {
  const id = "c0ffee00-0000-4000-8000-0000000000ee";
  const policyText = `permissions: [{ api: Reports, kind: delegated, permission: Reports.Read, reason: "Monthly figures." }]`;
  const catalogText = `apis: [{ name: Reports, clientId: ${id}, permissions: [{ name: Reports.Read, id: ${id}, kind: delegated, lets: read reports, adminConsent: true }] }]`;

  it("may name an API that the project's own catalog adds, wherever it is read", () => {
    const project = { name: usualProjectName, main: "index.js", defaults: {}, problems: [] };
    const { policy, problems } = readProjectPolicy({ project, policyText, catalogText });
    expect(problems).toEqual([]);
    expect(policy.permissions).toMatchObject([{ apiClientId: id, permission: "Reports.Read" }]);
    expect(readProjectPolicy({ project, policyText }).problems).toHaveLength(1);
  });

  it("gives no two APIs one role: the assignment of the second would take the place of the first", () => {
    const role =
      "{ name: All.Read, id: c0ffee00-0000-4000-8000-0000000000ef, kind: application, lets: read, adminConsent: true }";
    const api = (name: string, digit: number) =>
      `{ name: ${name}, clientId: c0ffee00-0000-4000-8000-00000000000${digit}, permissions: [${role}] }`;
    const allow = (name: string) => `{ api: ${name}, kind: application, permission: All.Read, reason: "Figures." }`;
    const files = {
      policyText: `permissions: [${allow("One")}, ${allow("Two")}]`,
      catalogText: `apis: [${api("One", 1)}, ${api("Two", 2)}]`,
    };
    const reports = { api: "One", application: ["All.Read"], reason: "Figures." };
    const values = {
      ...configurationInput(readProjectFiles(root), "dev").values,
      [`${usualProjectName}:permissions`]: JSON.stringify([reports, { ...reports, api: "Two" }]),
    };
    const { problems } = refused(() =>
      readStackConfiguration({ stack: "dev", namespace: usualProjectName, values, entryWriters: new Map(), ...files }),
    );
    const found = problems.filter(({ path }) => path.startsWith("permissions"));
    expect(found.map(({ path, message }) => [path, message])).toEqual([
      ["permissions[1].application", "asks for a role with the id of one in permissions[0].application"],
    ]);
  });
});
