import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { commands } from "../../../cli/commands";
import { main } from "../../../cli/main";
import type { CommandOption } from "../../../cli/shared/command";
import { readStackFromFiles } from "../../../configuration/read-stack";
import { captureContext } from "../../support/captured-context";
import { expectDocument, schemaFolder } from "../../support/documents";

const documented = commands
  .filter(({ options }) => options.some(({ flags }) => flags === "--json"))
  .map(({ name }) => name);
const schemaOf = (name: string) => JSON.parse(readFileSync(join(schemaFolder, `${name}.json`), "utf8"));

const problem = { code: "a-code", message: "a message", fix: "" };
const keyId = "c0ffee00-0000-4000-8000-0000000000ff";
const day = "2026-11-22";
const change = { operation: "update", type: "azure-native:keyvault:Secret", name: "partner-client-secret" };
/** One stack of each document with everything in it; the other tests validate what the commands really answer. */
const full: Readonly<Record<string, object>> = {
  demo: { stack: "dev", steps: [{ name: "pulumi up", ok: true, seconds: 12.5, detail: "19 resources" }] },
  emulator: {
    stack: "adatum",
    tenantId: keyId,
    domain: "adatum.example",
    userPrincipalName: "reports@adatum.example",
    isNew: true,
    env: { ARM_CLIENT_ID: keyId, ARM_TENANT_ID: keyId },
    commands: [{ does: "deploy it", command: "npm run partner-access -- up -s adatum --yes" }],
  },
  up: {
    stack: "dev",
    outcome: "updated",
    changes: [change],
    next: [{ name: "sign-in", who: "the reporting user", todo: "sign in" }],
  },
  stacks: {
    stack: "dev",
    ok: true,
    tenantId: keyId,
    domain: "contoso.example",
    vault: "vault",
    vaultTenantId: keyId,
    vaultClientId: keyId,
    solo: false,
    problems: [problem],
  },
  rotate: {
    stack: "dev",
    outcome: "rotated",
    reason: "due",
    sentence: "It was due.",
    before: keyId,
    after: null,
    refreshToken: { result: "renewed", ageDays: 0, sentence: "It was due." },
    value: { result: "accepted", detail: "Entra issues a token." },
    problems: [problem],
  },
  token: { stack: "dev", token: "text", tokenType: "Bearer", expiresAt: "2026-11-22T08:00:00.000Z", flow: "app-only" },
  verify: {
    stack: "dev",
    ok: false,
    checks: [{ name: "token", result: "failed", detail: "It was refused.", fix: "Sign in." }],
    problems: [problem],
  },
  status: {
    stack: "dev",
    ok: false,
    published: { keyId, generation: 2, publishedOn: day, starts: day, expires: day, ageDays: 3 },
    previous: { keyId, generation: 1, starts: day, expires: day, removableOn: day },
    nextRotation: day,
    refreshToken: { ageDays: 61 },
    value: { result: "not-checked", detail: "not checked: no right" },
    problems: [problem],
  },
  credentials: {
    stack: "dev",
    ok: false,
    credentials: [{ keyId, displayName: null, expires: day, kind: "orphan", isPublished: false, removableOn: day }],
    retired: [keyId],
    problems: [problem],
  },
  catalog: {
    stack: "dev",
    apis: [{ name: "An API", clientId: keyId, added: ["delegated A"], changed: [], removed: ["application B"] }],
  },
  drift: {
    stack: "dev",
    outcome: "drifted",
    differences: [{ kind: "undeclared", code: "granted", message: "a message", risk: "high", reasons: ["a reason"] }],
    problems: [problem],
  },
  recover: {
    stack: "dev",
    ok: true,
    outcome: "recovered",
    locks: [{ holder: "runner@build:1", ageMinutes: 61 }],
    cleared: [{ operation: "creating", urn: "urn:pulumi:dev::p::t::n" }],
    adopted: ["partner-application"],
    changes: [change],
    retired: [keyId],
    removedApplications: [keyId],
    orphans: [{ keyId, removableOn: null }],
    repaired: "record",
    value: { result: "accepted", detail: "Entra issues a token." },
    problems: [],
  },
  comment: { stack: "dev", status: "changed", digest: `sha256:${"0".repeat(64)}` },
  approved: {
    stack: "dev",
    digest: `sha256:${"0".repeat(64)}`,
    reason: "grants-change",
    tenantId: keyId,
    domain: "contoso.example",
    vaultTenantId: keyId,
    vaultClientId: null,
    solo: true,
  },
  "drift-issue": { stack: "dev", ok: false },
  deployer: { stack: "dev", scripts: [{ for: "administrator", tenantId: keyId, script: "#!/bin/sh" }] },
  new: { stack: "dev", file: "Pulumi.dev.yaml", written: true, created: [] },
  preflight: {
    stack: "dev",
    ok: false,
    checks: [{ name: "vault", result: "cannot-tell", detail: "It did not answer.", fix: "", who: "vault-owner" }],
    acts: [{ name: "approve", state: "open", who: "the reviewers", todo: "merge the pull request" }],
    next: "approve",
  },
  "sign-in": {
    stack: "dev",
    userPrincipalName: "reports@contoso.example",
    obtainedAt: "2026-11-22T08:00:00.000Z",
    version: "0123",
    warnings: ["a warning"],
  },
  roles: {
    stack: "dev",
    roles: [{ name: "Report Viewer", members: [{ userPrincipalName: "a@b.example", displayName: "A" }] }],
    outcome: "would-assign",
    steps: ["Open the portal."],
  },
  insights: {
    stack: "dev",
    action: "report",
    dataRedacted: false,
    rows: [{ any: 1 }],
    report: { queryId: "q", reportId: "r", executionId: "e", file: "/tmp/report.csv", bytes: 8 },
  },
  stop: { stack: "dev", clientId: keyId, principalObjectId: keyId, outcome: "stopped" },
  resume: { stack: "dev", clientId: keyId, principalObjectId: keyId, outcome: "resumed" },
};

describe("the schema files", () => {
  it.each(documented)("promise a document for %s", (name) => {
    const schema = schemaOf(name);
    expect(schema).toMatchObject({
      $schema: "https://json-schema.org/draft/2020-12/schema",
      type: "object",
      required: ["schema", "ok", "stacks", "problems"],
      additionalProperties: false,
      properties: { schema: { const: `partner-access/${name}/1` } },
    });
  });

  it("belong to a command each", () => {
    expect(readdirSync(schemaFolder).sort()).toEqual([...documented].map((name) => `${name}.json`).sort());
  });

  it.each(Object.entries(full))(
    "accept a full document of %s, and refuse one with another field or without one",
    (name, stack) => {
      const document = { schema: `partner-access/${name}/1`, ok: true, stacks: [stack], problems: [problem] };
      expectDocument(document);
      expect(() => expectDocument({ ...document, stacks: [{ ...stack, surprise: 1 }] })).toThrow(/surprise/);
      for (const field of Object.keys(stack)) {
        const { [field]: _left, ...rest } = stack as Record<string, unknown>;
        expect(() => expectDocument({ ...document, stacks: [rest] })).toThrow(/docs\/schemas/);
      }
    },
  );
});

const needsStack = (option: CommandOption) => option.isRequired === true && option.flags.startsWith("-s,");

describe("a command that cannot run", () => {
  it.each(documented.filter((name) => commands.find((it) => it.name === name)?.options.some(needsStack)))(
    "answers %s with the document of its schema",
    async (name) => {
      const { context, stdout } = captureContext();
      const code = await main([name, "-s", "nowhere", "--json"], context);
      expect(code).toBe(2);
      const document = JSON.parse(stdout());
      expectDocument(document);
      expect(document.problems).toMatchObject([{ code: "invalid-configuration" }]);
    },
  );

  it("validates what stacks answers about this project", async () => {
    const { context, stdout } = captureContext();
    expect(await main(["stacks", "--json"], context)).toBe(0);
    const document = JSON.parse(stdout());
    expectDocument(document);
    const { vault } = readStackFromFiles(context.projectDirectory, "dev");
    expect(document.stacks).toMatchObject([{ vaultTenantId: vault.tenantId, vaultClientId: vault.clientId }]);
  });
});
