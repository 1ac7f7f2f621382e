import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import {
  ConfigurationError,
  otherStackValues,
  readProjectFiles,
  readProjectPolicy,
  readStackConfiguration,
  readStackFromFiles,
  type StackConfiguration,
} from "../config";
import { readStackFile } from "../configuration/stack-file";
import { homeSubscription, homeTenant, partnerTenant } from "../offline/emulator/constants";

const root = resolve(__dirname, "..");

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
    write("Pulumi.yaml", "name: x");
    write("Pulumi.contoso.yaml", "config: {}");
    write("Pulumi.contoso.eu.yaml", "config: {}");
    write("Pulumi.old.yaml.bak", "");
    expect(readProjectFiles(directory)).toEqual({
      stackFiles: new Map([
        ["contoso.eu", "config: {}"],
        ["contoso", "config: {}"],
      ]),
      policyText: undefined,
    });
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

  it("are parsed only where they could clash, and every way to clash is found", () => {
    write("access-policy.yaml", policy);
    write("Pulumi.dev.yaml", devText);
    const renamed = devText
      .replace("alias: contoso", "alias: northwind")
      .replaceAll("contoso.example", "northwind.example");
    const withoutWords = renamed.replaceAll(/#.*|Contoso/gi, "");
    write("Pulumi.far.yaml", withoutWords);
    const alike: Readonly<Record<string, string>> = {
      alias: withoutWords.replace("alias: northwind", 'alias: "contoso"'),
      prefix: withoutWords.replace("mode: existing", "prefix: Partner-Insights-CONTOSO-"),
      escape: withoutWords.replace("alias: northwind", 'alias: "\\x63ontoso"'),
    };
    for (const [name, text] of Object.entries(alike)) write(`Pulumi.${name}.yaml`, text);
    const files = readProjectFiles(directory);
    const ours = readStackFile(devText, "dev").values;
    expect(otherStackValues(files, "dev").map(({ stack }) => stack)).toEqual(["alias", "escape", "far", "prefix"]);
    expect(otherStackValues(files, "dev", ours).map(({ stack }) => stack)).toEqual(["alias", "escape", "prefix"]);
    const problems = refused(() => readStackFromFiles(directory, "dev")).problems;
    expect(problems.map(({ message }) => /"(.+)"/.exec(message)?.[1])).toEqual(["alias", "escape", "prefix"]);
  });

  it("are searched to the first and the last one, and each told once", () => {
    const text = (alias: string) => devText.replace(/#.*/g, "").replaceAll(/contoso/gi, alias);
    const stackFiles = new Map(["a", "b", "c", "d"].map((name) => [name, text("adatum adatum")]));
    stackFiles.set("b", text("fabrikam"));
    const files = { stackFiles, policyText: undefined };
    const ours = readStackFile(text("adatum"), "ours").values;
    expect(otherStackValues(files, "ours", ours).map(({ stack }) => stack)).toEqual(["a", "c", "d"]);
    expect(otherStackValues(files, "d", ours).map(({ stack }) => stack)).toEqual(["a", "c"]);
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

  it("of other stacks do not stop this one when they are broken", () => {
    write("access-policy.yaml", policy);
    write("Pulumi.dev.yaml", devText);
    write("Pulumi.broken.yaml", "config: [");
    expect(otherStackValues(readProjectFiles(directory), "dev")).toEqual([{ stack: "broken", values: {} }]);
    expect(readStackFromFiles(directory, "dev").stack).toBe("dev");
    expect(refused(() => readStackFromFiles(directory, "broken")).problems[0]?.message).toContain("is not valid YAML");
  });

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
      readStackConfiguration({ stack: "contoso", values, otherStacks: [], policyText: undefined }),
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

describe("config.ts", () => {
  it("loads no Pulumi, so that a command starts quickly and a check needs no engine", () => {
    const script = 'require("./config.ts"); console.log(Object.keys(require.cache).join("\\n"))';
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
    const { policy, problems } = readProjectPolicy({ stackFiles: new Map(), policyText, catalogText });
    expect(problems).toEqual([]);
    expect(policy.permissions).toMatchObject([{ apiClientId: id, permission: "Reports.Read" }]);
    expect(readProjectPolicy({ stackFiles: new Map(), policyText }).problems).toHaveLength(1);
  });
});
