import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { parseDocument } from "yaml";
import { z } from "zod";
import { judge } from "../../../cli/review/judgement";
import { type RecordedStack, reasonsOf } from "../../../components/partner-access/recording/recorded-stack";
import { recordProgram } from "../../../components/partner-access/recording/recorder";
import { reviewInput } from "../../../components/partner-access/recording/review-input";
import { type FileContent, readProjectSettings } from "../../../configuration/file-settings";
import { readProjectFile } from "../../../configuration/project-file";
import { readStackConfiguration } from "../../../configuration/read-stack";
import { sectionSchemas } from "../../../configuration/schemas";
import { readStackFile } from "../../../configuration/stack-file";
import { usualProjectName } from "../../../configuration/values";
import program from "../../../index";
import { everythingAllowed } from "../../pairs/configurations";

const root = resolve(__dirname, "../../..");
const projectText = readFileSync(resolve(root, "Pulumi.yaml"), "utf8");
const namespace = "partner-insights-access";
const [reader, renewer] = ["c0ffee00-0000-4000-8000-000000000005", "c0ffee00-0000-4000-8000-000000000006"];
const another = "c0ffee00-0000-4000-8000-0000000000aa";
/** A stack without names of its own choice, so that a key which only names something shows. */
const stackText = JSON.stringify({
  secretsprovider: "azurekeyvault://fabrikam.vault.azure.net/keys/state",
  encryptedkey: "AAEC",
  config: {
    [`${namespace}:tenant`]: {
      id: "11111111-1111-4111-8111-111111111111",
      domain: "contoso.example",
      alias: "contoso",
    },
    [`${namespace}:permissions`]: [
      { api: "Microsoft Partner Center", delegated: ["user_impersonation"], application: [], reason: "Reports." },
      { api: "Microsoft Graph", delegated: ["openid"], reason: "Sign-in." },
    ],
    [`${namespace}:consent`]: { kind: "user" },
    [`${namespace}:reportingUser`]: { userPrincipalName: "reports@contoso.example" },
    [`${namespace}:vault`]: {
      tenantId: "22222222-2222-4222-8222-222222222222",
      subscriptionId: "33333333-3333-4333-8333-333333333333",
      clientId: "c0ffee00-0000-4000-8000-00000000d002",
      resourceGroup: "partner-insights",
      name: "fabrikam-partner-access",
      readers: [{ name: "report-builder", id: reader, type: "ServicePrincipal" }],
      refreshTokenReaders: [{ name: "token-renewer", id: renewer, type: "ServicePrincipal" }],
    },
  },
});

/** Every key of a stack file: the value it gets, and the codes of what a review then reports. */
interface Case {
  readonly value: unknown;
  /** Code, and for a setting its name and risk. */
  readonly reports: readonly string[];
}
/** A key that gives nobody anything, and why. */
interface Silent {
  readonly value: unknown;
  readonly silent: string;
  /** Another key that both sides have set, without which this one is refused. */
  readonly with?: string;
}

const ours: Readonly<Record<string, Case | Silent>> = {
  "tenant.id": { value: another, reports: ["sign-in"] },
  "tenant.domain": { value: "adatum.example", silent: "the program demands that its public document names tenant.id" },
  "tenant.alias": { value: "adatum", reports: ["application-name", "reader", "vault-entry"] },
  "tenant.cloud": { value: "china", reports: ["sign-in"] },
  "tenant.experimental": { value: true, silent: "it only allows a cloud, which is reported" },
  "application.displayName": { value: "Another name", reports: ["application-name"] },
  "application.owners[]": { value: another, reports: ["owner"] },
  "application.redirectUri": { value: "https://reports.example/", reports: ["redirect-uri"] },
  "permissions[].api": { value: "Microsoft Partner", reports: ["granted", "requested"] },
  "permissions[].delegated[]": { value: "email", reports: ["granted", "requested"] },
  "permissions[].application[]": { value: "Directory.Read.All", reports: ["granted", "requested"] },
  "permissions[].reason": { value: "Other words.", silent: "words, shown beside what they explain" },
  "consent.kind": { value: "tenant", reports: ["consent"] },
  "consent.reason": {
    value: "Other words.",
    silent: "words, shown beside what they explain",
    with: "consent.kind",
  },
  "reportingUser.userPrincipalName": { value: "other@contoso.example", reports: ["granted"] },
  "reportingUser.assignedBy": { value: "deployer", reports: ["assignment"] },
  "vault.tenantId": { value: another, reports: ["sign-in"] },
  "vault.subscriptionId": { value: another, reports: ["sign-in"] },
  "vault.clientId": { value: another, reports: [`setting ${namespace}:vault.clientId high`] },
  "vault.resourceGroup": { value: "other", reports: [`setting ${namespace}:vault.resourceGroup high`] },
  "vault.name": { value: "other-vault", reports: ["reader", "vault-entry"] },
  "vault.location": {
    value: "westeurope",
    silent: "where a vault stands; who reaches it is the same",
    with: "vault.mode",
  },
  "vault.mode": { value: "create", reports: ["reader", "vault"] },
  "vault.prefix": { value: "other-", reports: ["reader", "vault-entry"] },
  "vault.readers[].name": { value: "other", reports: ["reader"] },
  "vault.readers[].id": { value: another, reports: ["reader"] },
  "vault.readers[].type": { value: "Group", reports: ["reader"] },
  "vault.refreshTokenReaders[].name": { value: "other", reports: ["reader"] },
  "vault.refreshTokenReaders[].id": { value: another, reports: ["reader"] },
  "vault.refreshTokenReaders[].type": { value: "User", reports: ["reader"] },
  "rotation.everyDays": { value: 60, reports: ["credential-rule"] },
  "rotation.overlapDays": { value: 14, reports: ["credential-rule"] },
  "rotation.lifetimeDays": { value: 365, reports: ["lifetime"] },
  "rotation.request": { value: "once", silent: "when a secret is replaced, not who gets it" },
  "rotation.compromised": { value: true, silent: "when a secret ends, not who gets it" },
  solo: { value: true, reports: [`setting ${namespace}:solo high`, `setting ${namespace}:vault.clientId high`] },
  migrate: { value: "We move.", silent: "it only allows a move, and the other place is reported" },
};

/** Keys that the engine reads, at the top of a stack file or in its configuration. */
const engines: Readonly<Record<string, Case>> = {
  secretsprovider: { value: "passphrase", reports: ["setting secretsprovider critical"] },
  encryptedkey: { value: "BBBB", reports: ["setting encryptedkey critical"] },
  encryptionsalt: { value: "v1:salt", reports: ["setting encryptionsalt critical"] },
  environment: { value: ["partner"], reports: ["setting environment critical"] },
  invented: { value: { by: "a later engine" }, reports: ["setting invented high"] },
  "config.pulumi:tags": { value: { team: "x" }, reports: ["setting config.pulumi:tags high"] },
  "config.pulumi:autonaming": { value: { mode: "verbatim" }, reports: ["setting config.pulumi:autonaming medium"] },
  "config.pulumi:config:tags": { value: { team: "x" }, reports: ["setting config.pulumi:config:tags high"] },
  "config.pulumi:disable-default-providers": {
    value: ["*"],
    reports: ["setting config.pulumi:disable-default-providers high"],
  },
};

/** Keys of `Pulumi.yaml`, from sdk/go/common/workspace/project.go of the engine, and how risky another value is. */
const projects: Readonly<Record<string, readonly [value: unknown, risk: string]>> = {
  name: ["another", "critical"],
  description: ["Other words.", "low"],
  author: ["somebody", "low"],
  website: ["https://example.org", "low"],
  license: ["MIT", "low"],
  template: [{ description: "Other words." }, "low"],
  requiredPulumiVersion: [">=3.0.0", "medium"],
  main: ["other/", "critical"],
  "runtime.name": ["python", "critical"],
  "runtime.options.typescript": [true, "critical"],
  "runtime.options.nodeargs": ["-r ./other.js", "critical"],
  "runtime.options.packagemanager": ["yarn", "critical"],
  "runtime.options.tsconfig": ["other.json", "critical"],
  "backend.url": ["file://~", "critical"],
  stackConfigDir: ["elsewhere", "critical"],
  "options.refresh": ["always", "high"],
  "plugins.providers": [[{ name: "azuread", path: "./bin" }], "critical"],
  "plugins.languages": [[{ name: "nodejs", path: "./bin" }], "critical"],
  "plugins.analyzers": [[{ name: "policy", path: "./bin" }], "critical"],
  "packages.azuread": ["example.org/azuread@1.0.0", "critical"],
  "config.tenant": [{ type: "object", default: { id: another } }, "high"],
  "config.application": [{ type: "object", default: { owners: [another] } }, "high"],
  "config.permissions": [{ type: "array", items: { type: "object" }, default: [] }, "high"],
  "config.consent": [{ type: "object", default: { kind: "tenant", reason: "r" } }, "high"],
  "config.reportingUser": [{ type: "object", value: {} }, "high"],
  "config.vault": [{ type: "object", default: { name: "other" } }, "high"],
  "config.rotation": [{ type: "object", default: { lifetimeDays: 999 } }, "high"],
  "config.migrate": [{ type: "string", default: "anywhere" }, "high"],
  "config.azuread:tenantId": [{ value: another }, "high"],
  "config.solo": [{ type: "boolean", default: true }, "high"],
  "config.secret": [{ type: "string", secret: true }, "high"],
  invented: ["by a later engine", "high"],
};

const text = (content: string): FileContent => ({ kind: "text", content });
let base: RecordedStack;
beforeAll(async () => {
  jest.spyOn(console, "log").mockReturnValue();
  base = await recorded(stackText);
});
afterAll(() => jest.restoreAllMocks());

/** What the recording process says of a stack file. */
async function recorded(content: string): Promise<RecordedStack> {
  const { values, problems } = readStackFile(content, "Pulumi.dev.yaml");
  if (problems.length > 0) throw new Error(JSON.stringify(problems));
  const configuration = readStackConfiguration({
    stack: "dev",
    namespace: usualProjectName,
    values: { ...readProjectFile(projectText).defaults, ...values },
    entryWriters: new Map(),
    policyText: policyText(),
  });
  const recording = await recordProgram({ stack: "dev", project: usualProjectName }, () =>
    program(async () => reviewInput(configuration)),
  );
  return { stack: "dev", domain: configuration.tenant.domain, reasons: reasonsOf(configuration), ...recording };
}

function policyText(): string {
  const policy = JSON.parse(everythingAllowed) as { readers: object[] };
  const anybody = { principalId: another, name: "other", mayReadRefreshTokens: true, reason: "any of them" };
  return JSON.stringify({ ...policy, readers: [...policy.readers, anybody] });
}

/** What a review says about one stack whose file, or whose project's, differs. */
function report(
  head: RecordedStack,
  files: { readonly stack?: FileContent; readonly project?: string },
  before = { recorded: base, text: stackText },
) {
  const side = (stack: RecordedStack, stackFile: FileContent, project: string) => ({
    name: "revision",
    stacks: [stack],
    policyText: undefined,
    projectFile: text(project),
    stackFiles: { dev: stackFile },
  });
  const { json, terminal, markdown } = judge({
    at: "2026-01-01T00:00:00Z",
    base: side(before.recorded, text(before.text), projectText),
    head: side(head, files.stack ?? text(stackText), files.project ?? projectText),
    unjudged: { code: [], lockFiles: [], workflows: [], dependencies: [] },
    hasColour: false,
  });
  const { stacks, problems } = JSON.parse(json);
  if (problems.length > 0) throw new Error(JSON.stringify(problems));
  const [{ changes, digest }] = stacks;
  const codes = changes.map((it: { code: string; risk: { level: string }; subject: { detail: string } }) =>
    it.code === "setting" ? `setting ${it.subject.detail.split(" of ")[0]} ${it.risk.level}` : it.code,
  );
  return {
    codes: [...new Set<string>(codes)].sort(),
    isOtherDigest: digest.base !== digest.head,
    details: changes.flatMap((it: { code: string; subject: { detail: string } }) =>
      it.code === "setting" ? [it.subject.detail] : [],
    ) as string[],
    terminal,
    markdown,
  };
}

/** The stack file with one of our keys set. */
function withKey(path: string, value: unknown, from = stackText): string {
  // The second permission is of an API that has more than one.
  const places = path === "permissions[].api" ? ".0" : path.startsWith("permissions[]") ? ".1" : ".0";
  const [section = "", ...rest] = path.replace("[]", places).replaceAll("[]", ".0").split(".");
  const document = parseDocument(from);
  const key = ["config", `${namespace}:${section}`, ...rest.map((it) => (/^\d$/.test(it) ? Number(it) : it))];
  // An item of a list that is not there yet.
  for (const [index, part] of key.entries()) {
    const parent = key.slice(0, index);
    if (index > 1 && !document.hasIn(parent))
      document.setIn(parent, document.createNode(typeof part === "number" ? [] : {}));
  }
  document.setIn(key, document.createNode(value));
  const beside: Record<string, readonly [string[], unknown]> = {
    "consent.kind": [["config", `${namespace}:consent`, "reason"], "Everyone reports."],
    "tenant.cloud": [["config", `${namespace}:tenant`, "experimental"], true],
    "rotation.compromised": [["config", `${namespace}:rotation`, "request"], "once"],
  };
  const more = beside[path];
  if (more !== undefined) document.setIn(more[0], more[1]);
  if (path === "solo") document.deleteIn(["config", `${namespace}:vault`, "clientId"]);
  return JSON.stringify(document.toJS());
}

/** The leaves of a schema, lists with brackets. */
function leaves(schema: Record<string, unknown>, path: string): string[] {
  const { properties, items } = schema as { properties?: Record<string, object>; items?: object };
  if (properties !== undefined) {
    return Object.entries(properties).flatMap(([name, inner]) =>
      leaves(inner as Record<string, unknown>, `${path}.${name}`),
    );
  }
  return items === undefined ? [path] : leaves(items as Record<string, unknown>, `${path}[]`);
}

describe("a key of a stack file that decides who gets what, or who can open what", () => {
  it("is one of those below: a new key needs a line here", () => {
    const declared = Object.entries(sectionSchemas).flatMap(([name, schema]) =>
      leaves(z.toJSONSchema(schema, { unrepresentable: "any", io: "input" }) as Record<string, unknown>, name),
    );
    expect(declared.filter((key) => ours[key] === undefined)).toEqual([]);
    expect(Object.keys(ours).filter((key) => !declared.includes(key))).toEqual([]);
  });

  it.each(Object.entries(ours))("%s is reported, or gives nobody anything", async (path, it) => {
    const before = "with" in it && it.with !== undefined ? withKey(it.with, ours[it.with]?.value) : stackText;
    const changed = withKey(path, it.value, before);
    const from = before === stackText ? base : await recorded(before);
    const { codes } = report(await recorded(changed), { stack: text(changed) }, { recorded: from, text: before });
    expect(codes).toEqual("silent" in it ? [] : it.reports);
  });

  it.each(Object.entries(engines))(
    "%s of the engine is reported in every form, and approved with the digest",
    (path, it) => {
      const document = parseDocument(stackText);
      document.setIn(path.startsWith("config.") ? ["config", path.slice(7)] : [path], document.createNode(it.value));
      const found = report(base, { stack: text(JSON.stringify(document.toJS())) });
      expect(found).toMatchObject({ codes: it.reports, isOtherDigest: true });
      for (const form of [found.terminal, found.markdown]) expect(form).toContain(path.split(":")[0]);
    },
  );

  it.each(Object.keys(engines).filter((key) => stackText.includes(`"${key}":`)))(
    "%s of the engine is reported when it goes, as risky as before",
    (key) => {
      const { [key]: _gone, ...rest } = JSON.parse(stackText);
      const found = report(base, { stack: text(JSON.stringify(rest)) });
      expect(found).toMatchObject({ codes: engines[key]?.reports, isOtherDigest: true });
      expect(found.terminal).toContain(`no longer sets "${key} of the stack file"`);
    },
  );

  it("may not hide in a link, in capitals, or in a file that nobody can read", () => {
    expect(report(base, { stack: { kind: "link", content: "../elsewhere.yaml" } }).codes).toContain(
      "setting (file) critical",
    );
    expect(report(base, { stack: text(stackText.replace("secretsprovider", "SecretsProvider")) }).codes).toEqual([
      "setting SecretsProvider critical",
      "setting secretsprovider critical",
    ]);
    expect(report(base, { project: "name: [" }).codes).toContain("setting (file) high");
  });

  it("is shown by its hash where it may be a secret, and never quoted", () => {
    const secret = `ab~8${"Q~"}k3Vq9ZrT1mXb8LwYc5NsHd2JgPf7RtEa4K`;
    const found = report(base, {
      stack: text(JSON.stringify({ ...JSON.parse(stackText), pasted: { deep: [secret] } })),
    });
    expect(found.codes).toEqual(["setting pasted high"]);
    for (const form of [found.terminal, found.markdown]) expect(form).not.toContain(secret);
    expect(found.terminal).toMatch(/sets "pasted of the stack file" to "\(\d+ characters, sha256 [0-9a-f]{32}\)"/);
  });
});

describe("a key of Pulumi.yaml", () => {
  it("is one of those below: a new key of ours or of the engine needs a line here", () => {
    const own = readProjectSettings("text", projectText).map(({ key }) => key);
    const typings = readFileSync(resolve(root, "node_modules/@pulumi/pulumi/automation/projectSettings.d.ts"), "utf8");
    const [, body = ""] = /interface ProjectSettings \{([^}]*)\}/.exec(typings) ?? [];
    const engine = [...body.matchAll(/^ {4}(\w+)\??:/gm)].map(([, key]) => key ?? "");
    expect(engine.length).toBeGreaterThan(8);
    const covered = Object.keys(projects);
    expect(own.filter((key) => !covered.includes(key))).toEqual([]);
    expect(engine.filter((key) => !covered.some((it) => it === key || it.startsWith(`${key}.`)))).toEqual([]);
    const stackTypings = readFileSync(
      resolve(root, "node_modules/@pulumi/pulumi/automation/stackSettings.d.ts"),
      "utf8",
    );
    const [, stackBody = ""] = /interface StackSettings \{([\s\S]*?)^\}/m.exec(stackTypings) ?? [];
    const stackKeys = [...stackBody.matchAll(/^ {4}(\w+)\??:/gm)].map(([, key]) => (key ?? "").toLowerCase());
    expect(stackKeys.filter((key) => key !== "config" && engines[key] === undefined)).toEqual([]);
  });

  it.each(Object.entries(projects))(
    "%s is reported in every form, and approved with the digest",
    (path, [value, risk]) => {
      const document = parseDocument(projectText);
      const [top = "", ...rest] = path.split(".");
      document.setIn(
        top === "config" || top === "packages" ? [top, rest.join(".")] : [top, ...rest],
        document.createNode(value),
      );
      const found = report(base, { project: document.toString() });
      expect(found).toMatchObject({ codes: [`setting ${path} ${risk}`], isOtherDigest: true });
      for (const form of [found.terminal, found.markdown]) expect(form).toContain("Pulumi.yaml");
    },
  );

  it("is reported when it goes, and not when only its words for people change", () => {
    const document = parseDocument(projectText);
    document.deleteIn(["runtime", "options", "nodeargs"]);
    expect(report(base, { project: document.toString() }).codes).toEqual(["setting runtime.options.nodeargs critical"]);
  });
});
