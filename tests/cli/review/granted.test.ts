import { unapprovedChanges } from "../../../cli/review/granted";
import { CommandError } from "../../../cli/shared/document";
import type { StackRun } from "../../../clients/pulumi/stacks";
import { readStackSettings } from "../../../configuration/file-settings";
import type { ResourceRecord } from "../../../permissions/manifest";
import {
  type DeclaredStack,
  declared,
  guidOf,
  laterPreview,
  partnerCenter,
  recordsOf,
  userImpersonation,
} from "../../permissions/manifest/declared-stack";

type Changes = StackRun["changes"];

const urnOf = ({ urn, type, name }: ResourceRecord) =>
  urn ?? `urn:pulumi:contoso::partner-insights-access::${type}::${name}`;

/** What `pulumi stack export` writes of these records. */
function exportOf(records: readonly ResourceRecord[], waiting: readonly ResourceRecord[] = []): string {
  const resource = (record: ResourceRecord, isWaiting: boolean) => ({
    ...{ urn: urnOf(record), type: record.type, custom: record.custom ?? true, id: record.id },
    ...{ inputs: record.inputs, outputs: record.outputs, propertyDependencies: record.propertyDependencies },
    ...(isWaiting && { delete: true }),
  });
  const resources = [...records.map((it) => resource(it, false)), ...waiting.map((it) => resource(it, true))];
  return JSON.stringify({ version: 3, deployment: { resources } });
}

/** What `pulumi preview --json --show-sames` writes of them. */
function previewOf(records: readonly ResourceRecord[], replaced: readonly string[] = []): string {
  const steps = records.flatMap((record) => {
    const newState = { ...record, custom: record.custom ?? true, importID: record.importId };
    const operations = replaced.includes(record.name) ? ["create-replacement", "replace", "delete-replaced"] : ["same"];
    return operations.map((op) => ({ op, urn: urnOf(record), newState }));
  });
  return JSON.stringify({ steps, changeSummary: { same: steps.filter(({ op }) => op === "same").length } });
}

/** A tenant that nobody may ask: what the state says must be enough wherever it says so. */
const binding = {
  context: { projectDirectory: "/", signal: new AbortController().signal, env: {} },
  settings: [],
  tenant: async () => {
    throw new CommandError([{ code: "asked", message: "the tenant was asked", fix: "" }]);
  },
};

const records = (changes: Partial<DeclaredStack> = {}) => recordsOf({ ...declared, ...changes }, laterPreview);
const inState = records();

function problems(previewed: readonly ResourceRecord[], changes: Changes = [], state = exportOf(inState)) {
  return unapprovedChanges("contoso", { changes, document: previewOf(previewed), exported: state }, binding);
}

/** The one refusal, or nothing. */
async function refusal(...args: Parameters<typeof problems>): Promise<string | undefined> {
  const [problem, another] = await problems(...args);
  expect(another).toBeUndefined();
  if (problem !== undefined) expect(problem.code).toBe("not-approved");
  return problem?.message;
}

/** The records with the inputs of one replaced. */
const edited = (name: string, type: RegExp, inputs: Readonly<Record<string, unknown>>) =>
  inState.map((it) => (it.name === name && type.test(it.type) ? { ...it, inputs: { ...it.inputs, ...inputs } } : it));
const step = (operation: string, type: string, name: string): Changes[number] => ({
  ...{ operation, type, name },
  urn: `urn:pulumi:contoso::partner-insights-access::${type}::${name}`,
});

const application = "azuread:index/application:Application";
const entry = "azure-native:keyvault:Secret";
const password = "azuread:index/applicationPassword:ApplicationPassword";
const stranger = "c0ffee00-0000-4000-8000-0000000000ff";

describe("an update that nobody approved", () => {
  it("may not encrypt the state for another key", async () => {
    const { deployment, ...rest } = JSON.parse(exportOf(inState));
    const secrets_providers = { type: "cloud", state: { url: "awskms://ours", encryptedkey: "wrapped" } };
    const state = JSON.stringify({ ...rest, deployment: { ...deployment, secrets_providers } });
    const settings = [
      { file: "stack" as const, key: "secretsprovider", value: "awskms://theirs" },
      ...readStackSettings("text", "encryptedkey: wrapped\n"),
    ];
    const planned = { changes: [], document: previewOf(records()), exported: state };
    const [problem, another] = await unapprovedChanges("contoso", planned, { ...binding, settings });
    expect([problem?.code, another]).toEqual(["not-approved", undefined]);
    expect(problem?.message).toContain("encrypts the state anew: secretsprovider is awskms://theirs");
  });

  it("may repeat what the state grants, whatever a rotation has made of the secrets", async () => {
    expect(await problems(records())).toEqual([]);
    const rotated = recordsOf(declared, { ...laterPreview, generations: [9, 8] });
    const steps = [
      step("create-replacement", password, "partner-secret-a"),
      step("update", entry, "partner-client-secret"),
    ];
    expect(await problems(rotated, steps)).toEqual([]);
    // Inside the overlap an emergency replaces the secret of a slot while the other one is there: several steps, one secret.
    const document = previewOf(rotated, ["partner-secret-a"]);
    expect(
      await unapprovedChanges("contoso", { changes: steps, document, exported: exportOf(inState) }, binding),
    ).toEqual([]);
  });

  const wider: readonly (readonly [string, readonly ResourceRecord[], RegExp])[] = [
    ["consents for everyone", records({ consentUser: undefined }), /widens the consent|everyone who signs in/],
    [
      "asks for another permission",
      records({
        requested: [...declared.requested, { api: partnerCenter, kind: "application", id: guidOf("role") }],
        appRoles: [{ api: partnerCenter, id: guidOf("role") }],
      }),
      /is granted/,
    ],
    ["takes a permission away", records({ requested: [], delegated: [] }), /no longer/],
    ["consents to it for another user", records({ consentUser: "other@contoso.example" }), /other@contoso\.example/],
    ["has another owner", records({ owners: [stranger], ownersAreConfigured: true }), new RegExp(stranger)],
    ["sends sign-ins elsewhere", records({ redirectUris: ["https://collect.example.net/"] }), /collect\.example\.net/],
    ["admits other organisations", records({ audience: "AzureADMultipleOrgs" }), /AzureADMultipleOrgs/],
    ["lets every user sign in", records({ isAssignmentRequired: false }), /only assigned users may sign in/],
    [
      "is a public client",
      edited("partner-application", /application:/, { fallbackPublicClientEnabled: true }),
      /public client/,
    ],
    ["has another name", records({ displayName: "Payroll" }), /under another name/],
    [
      "has another reader",
      records({ readers: [...declared.readers, { name: "auditor", id: stranger, entry: "client-secret" }] }),
      /auditor/,
    ],
    ["drops a reader", records({ readers: [] }), /report-builder/],
    ["keeps secrets for years", records({ lifetimeDays: 3650 }), /3650/],
    [
      "publishes into another vault",
      edited("partner-client-secret", /Secret$/, { vaultName: "another-vault" }),
      /another-vault/,
    ],
    [
      "publishes under another name",
      edited("partner-client-id", /Secret$/, { secretName: "fabrikam-client-id" }),
      /fabrikam-client-id/,
    ],
    [
      "moves to another tenant",
      edited("partner-tenant", /azuread$/, { tenantId: guidOf("tenant") }),
      /the stack then writes|tenant/,
    ],
    [
      "declares an application of another name",
      [
        ...inState,
        {
          ...(inState.find(({ type }) => type === application) as ResourceRecord),
          name: "second",
          urn: "urn:x::second",
        },
      ],
      /second/,
    ],
    ["forgets the application", inState.filter(({ type }) => type !== application), /partner-application/],
    [
      "declares what no manifest knows",
      [
        ...inState,
        { type: "azuread:index/directoryRoleAssignment:DirectoryRoleAssignment", name: "admin", inputs: {} },
      ],
      /DirectoryRoleAssignment/,
    ],
    [
      "declares another secret under the name of a slot",
      [...inState, { type: password, name: "other-secret-a", inputs: { applicationId: "/applications/other" } }],
      /other-secret-a/,
    ],
  ];

  it.each(wider)("is refused when it %s", async (_, previewed, words) => {
    expect(await refusal(previewed)).toMatch(words);
  });

  it("asks the tenant about somebody whom the state does not know under that name", async () => {
    const [user, other] = [guidOf("real/reports@contoso.example"), stranger];
    const swapped = JSON.parse(JSON.stringify(inState).replaceAll(user, other)) as readonly ResourceRecord[];
    expect(JSON.stringify(swapped)).not.toBe(JSON.stringify(inState));
    // The manifest is the same to the letter: names stand in it, and only the program says who they are.
    expect(await problems(swapped)).toEqual([{ code: "asked", message: "the tenant was asked", fix: "" }]);
  });

  it("is refused when it would delete or replace what the state holds, although the manifest stays the same", async () => {
    for (const operation of ["delete", "replace", "create-replacement", "delete-replaced"]) {
      expect(await refusal(inState, [step(operation, application, "partner-application")])).toContain(
        `${operation} ${application} partner-application`,
      );
    }
  });

  it("may remove what an earlier run replaced and could not remove any more", async () => {
    const old = inState.find(({ type }) => type === entry) as ResourceRecord;
    const removal = step("delete", entry, old.name);
    expect(await problems(inState, [removal], exportOf(inState, [old]))).toEqual([]);
  });

  it("is refused whole where there is no state, and one that broke off in the middle goes no further", async () => {
    expect(await refusal(inState, [], "{}")).toContain("user_impersonation");
    const half = exportOf(inState.filter(({ type }) => !/PermissionGrant|RoleAssignment/.test(type)));
    expect(await refusal(inState, [], half)).toMatch(
      /user_impersonation[\s\S]*report-builder|report-builder[\s\S]*user_impersonation/,
    );
  });

  it("counts a rule that a rebuilt state cannot know as the program states it, and no other rule", async () => {
    const rebuilt = inState.map((it) => (it.custom === false ? { ...it, inputs: {} } : it));
    expect(await problems(inState, [], exportOf(rebuilt))).toEqual([]);
    // Whom it remembers under which name, it says without the state: then the tenant is asked.
    const bare = rebuilt.filter(({ type }) => type !== "pulumi:index:Stash");
    expect(await problems(inState, [], exportOf(bare))).toMatchObject([{ code: "asked" }]);
    expect(await refusal(records({ redirectUris: ["https://collect.example.net/"] }), [], exportOf(rebuilt))).toContain(
      "collect",
    );
  });

  it("names the digest that a review of the same files gives, and the two ways on", async () => {
    const [problem] = await problems(
      records({
        requested: [...declared.requested, { api: partnerCenter, kind: "delegated", id: userImpersonation }],
        lifetimeDays: 90,
      }),
    );
    expect(problem?.message).toMatch(/\(preview sha256:[0-9a-f]{64}\)/);
    expect(problem?.fix).toContain("--expect-digest");
    expect(problem?.fix).toContain("npm run partner-access -- up -s contoso");
  });
});
