import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { publishedTenant } from "../../../cli/rotate/applied-tenant";
import { type RotateOptions, rotateStack } from "../../../cli/rotate/rotate-stack";
import type { Tenant } from "../../../cli/shared/tenant";
import { ServiceError } from "../../../clients/http/errors";
import { readStackState } from "../../../clients/pulumi/stack-state";
import type { StackRun, Stacks } from "../../../clients/pulumi/stacks";
import type { StackConfiguration } from "../../../configuration/stack-configuration";
import { day } from "../../../model/day";
import { type PublishedRecord, type RecordedSlot, recordTags } from "../../../rotation/record";
import { withHandled } from "../../../rotation/requests";
import { guidOf } from "../../support/azure-answers";
import { entryResource, publishedState, sameSteps, slotResource, urns } from "../../support/engine-state";
import { partOf } from "../../support/part-of";

const REASON = "laptop stolen";
const slot = (generation: number, start: string, end: string): RecordedSlot => ({
  generation,
  keyId: guidOf(`secret ${generation}`),
  start: day(start),
  end: day(end),
  displayName: `partner-access/dev/${generation}`,
});
const [first, second] = [slot(1, "2026-02-01", "2026-07-31"), slot(2, "2026-03-01", "2026-08-28")];
const before: PublishedRecord = {
  deployment: guidOf("deployment"),
  tenantId: guidOf("tenant"),
  current: "a",
  publishedOn: day("2026-02-01"),
  overlapEnds: day("2026-02-08"),
  dueOn: day("2026-04-25"),
  slots: { a: first },
  handledRequests: [],
};
/** What an emergency publishes: the new secret alone. */
const after: PublishedRecord = {
  ...before,
  current: "b",
  publishedOn: day("2026-03-01"),
  overlapEnds: day("2026-03-08"),
  dueOn: day("2026-05-25"),
  slots: { b: second },
  handledRequests: withHandled([], { text: REASON, isCompromised: true }),
};

const removal = {
  operation: "delete",
  urn: "urn",
  type: "azuread:index/applicationPassword:ApplicationPassword",
  name: "partner-secret-a",
};

let directory: string;
let stackFile: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "partner-access-rotate-"));
  stackFile = join(directory, "Pulumi.dev.yaml");
  writeFileSync(stackFile, "config: {}\n");
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const credentialOf = ({ keyId, displayName, end }: RecordedSlot) => ({
  ...{ keyId, displayName },
  endDateTime: `${end}T00:00:00Z`,
});

/** Entra's answer to a wrong secret, and a network that answers nothing. */
const refusal = (secret: string) =>
  secret === "unreachable"
    ? { service: "Entra", operation: "app-only token", code: "ECONNREFUSED", isTemporary: true }
    : { service: "Entra", operation: "app-only token", status: 401, code: "AADSTS7000215", isTemporary: true };

/** A state that still holds a client secret of the stack's application. */
const stateWith = ({ keyId }: RecordedSlot) =>
  JSON.stringify({
    deployment: {
      resources: [
        {
          urn: "urn:pulumi:dev::p::azuread:index/application:Application::partner-application",
          type: "azuread:index/application:Application",
          outputs: { clientId: guidOf("client") },
        },
        {
          urn: "urn:pulumi:dev::p::azuread:index/applicationPassword:ApplicationPassword::partner-secret-a",
          type: "azuread:index/applicationPassword:ApplicationPassword",
          id: `object/password/${keyId}`,
        },
      ],
    },
  });

const vaultOf = <T>(versions: readonly T[], value: string, isLost: () => boolean) => ({
  async versions() {
    if (isLost()) throw new Error("no answer");
    return versions;
  },
  latest: async () => versions.at(-1),
  read: async () => ({ ...versions.at(-1), value }),
});

/** What a test has differently. */
interface Situation {
  readonly isStopped?: boolean;
  readonly today?: string;
  readonly isApplicationThere?: boolean;
  readonly value?: string;
  readonly hasLeftover?: boolean;
  /** The vault does not answer after the update. */
  readonly isVaultLost?: boolean;
  /** What the engine says against a preview of the whole stack, one that is limited, and an update. */
  readonly previewFails?: string;
  readonly limitedFails?: string;
  readonly upFails?: string;
  /** The document of a limited preview. */
  readonly limited?: object;
  /** The state before the run, and after a limited update. */
  readonly states?: readonly [object, object];
  /** What the stack file says about vault and rule beside what was applied. */
  readonly file?: { readonly vault?: object; readonly rotation?: object };
}

/** The day after the emergency, in a tenant with these credentials, and an engine that would do these changes. */
async function rotated(
  living: readonly RecordedSlot[],
  changes: StackRun["changes"],
  wanted: Partial<RotateOptions> = {},
  situation: Situation = {},
  published: PublishedRecord = after,
) {
  const { isStopped = false, today = "2026-03-02", isApplicationThere = true, value = "right" } = situation;
  const { hasLeftover = false, file = {}, states } = situation;
  const asked: string[] = [];
  const configFiles: { path: string; text: string }[] = [];
  const versions = [before, published].map((record) => ({
    name: "client-secret",
    tags: { ...recordTags(record), clientId: guidOf("client") },
    isEnabled: true,
  }));
  const rotation = { everyDays: 90, overlapDays: 7, lifetimeDays: 180, request: REASON, compromised: true };
  const tenant = partOf<Tenant>({
    stack: "dev",
    today: day(today),
    configuration: {
      tenant: { id: guidOf("tenant") },
      rotation: { ...rotation, ...file.rotation },
      vault: { prefix: "p-", ...file.vault },
    },
    vaultUri: "https://fabrikam.vault.azure.net",
    vault: vaultOf(file.vault ? [] : versions, value, () => situation.isVaultLost === true && asked.includes("up")),
    deletedEntry: async () => undefined,
    graph: {
      principal: async () => (isApplicationThere ? { isEnabled: !isStopped } : undefined),
      application: async () => (isApplicationThere ? { credentials: living.map(credentialOf) } : undefined),
    },
    async redeem(_: string, secret: string) {
      if (secret !== "right") throw new ServiceError(refusal(secret));
    },
  });
  const run = async (
    verb: string,
    { arguments: argv = [] }: { readonly arguments?: readonly string[] },
  ): Promise<StackRun> => {
    const isLimited = argv.length > 0;
    const path = argv[argv.indexOf("--config-file") + 1] ?? "";
    if (argv.includes("--config-file")) configFiles.push({ path, text: readFileSync(path, "utf8") });
    asked.push(isLimited ? `${verb} limited` : verb);
    const { previewFails, limitedFails, upFails } = situation;
    const said = verb === "up" ? upFails : isLimited ? limitedFails : previewFails;
    const result = { counts: {}, seconds: 1 };
    if (said === undefined) return { ok: true, exitCode: 0, changes, diagnostics: [], ...result };
    return { ok: false, exitCode: 255, changes: [], diagnostics: [{ severity: "error", message: said }], ...result };
  };
  const state = async () => {
    if (states === undefined) return hasLeftover ? readStackState(stateWith(first)) : undefined;
    return readStackState(JSON.stringify(states[asked.includes("up limited") ? 1 : 0]));
  };
  const stacks = partOf<Stacks>({
    async previewDocument(_: string, options: { arguments?: readonly string[] } = {}) {
      const document = options.arguments ? situation.limited : undefined;
      return { run: await run("preview", options), document: JSON.stringify(document ?? { steps: [] }) };
    },
    state,
    refresh: () => run("refresh", {}),
    up: (_: string, options = {}) => run("up", options),
  });
  const context = { projectDirectory: directory, signal: new AbortController().signal, env: {} };
  const opened: StackConfiguration[] = [];
  const tools = {
    ...{ stacks, context, onProgress: () => undefined },
    async openAs(configuration: StackConfiguration) {
      opened.push(configuration);
      return partOf<Tenant>({ ...tenant, configuration, vault: vaultOf(versions, value, () => false) });
    },
  };
  const outcome = await rotateStack(
    await publishedTenant(tenant, tools),
    { isPlanOnly: false, compromised: REASON, rollback: undefined, ...wanted },
    tools,
  );
  return { asked, outcome, opened, configFiles };
}

describe("an emergency's request", () => {
  it("is in the stack's file before the engine starts", async () => {
    await rotated([first, second], [removal]);
    expect(readFileSync(stackFile, "utf8")).toContain(`request: "${REASON}"`);
  });

  it("is left nowhere by a run that may not start", async () => {
    const { asked, outcome } = await rotated([first, second], [removal], {}, { isStopped: true });
    expect([asked, outcome.outcome, outcome.reason]).toEqual([[], "failed", "stopped"]);
    expect(readFileSync(stackFile, "utf8")).toBe("config: {}\n");
  });
});

describe("a reason that was answered before", () => {
  it("is no success on another day, which would leave a newly leaked secret alive", async () => {
    for (const isPlanOnly of [false, true]) {
      const { asked, outcome } = await rotated([second], [], { isPlanOnly });
      expect([asked, outcome.outcome, outcome.problems]).toEqual([
        [],
        "failed",
        [
          {
            code: "already-answered",
            message: `the reason "${REASON}" has already been used: nothing was published now, the published secret is of 2026-03-01`,
            fix: `Give a new reason, for example "${REASON} (2026-03-02)".`,
          },
        ],
      ]);
    }
    expect(readFileSync(stackFile, "utf8")).toBe("config: {}\n");
  });

  it("is the same run again on the day of its answer, and does nothing", async () => {
    const again = await rotated([second], [], {}, { today: "2026-03-01" });
    expect(again).toMatchObject({ asked: [], outcome: { outcome: "not-due", problems: [] } });
  });
});

describe("an emergency that published and could not remove the compromised secret", () => {
  it("is ended by the same command again, which is not content with the handled request", async () => {
    const { asked, outcome } = await rotated([first, second], [removal]);
    expect(asked).toEqual(["preview", "up"]);
    expect(outcome).toMatchObject({ outcome: "retired", reason: "retired", after: second.keyId, problems: [] });
    expect(outcome.sentence).toContain("an earlier run replaced but could not remove");
  });

  it("claims nothing about the published secret where the look afterwards fails, as after Ctrl-C", async () => {
    const { outcome } = await rotated([first, second], [removal], {}, { isVaultLost: true });
    expect(outcome).toMatchObject({ outcome: "retired", before: second.keyId, after: null });
  });

  it("is ended by the schedule's next run too, and planned in words", async () => {
    expect((await rotated([first, second], [removal], { compromised: undefined })).asked).toEqual(["preview", "up"]);
    const planned = await rotated([first, second], [removal], { isPlanOnly: true });
    expect(planned).toMatchObject({ asked: [], outcome: { outcome: "not-due", reason: "retired" } });
    expect(planned.outcome.sentence).toMatch(/^Would happen: A secret that an earlier run replaced/);
  });

  it("refuses to go on when anything else would change and no state says how to leave that aside", async () => {
    const { asked, outcome } = await rotated([first, second], [removal, { ...removal, name: "foreign" }]);
    expect([asked, outcome.problems.map(({ code }) => code)]).toEqual([["preview"], ["other-changes", "inseparable"]]);
  });

  it("starts no engine once it is gone, and does not claim to have removed what the state does not know", async () => {
    const gone = await rotated([second], [], { compromised: undefined });
    expect(gone).toMatchObject({ asked: [], outcome: { outcome: "not-due", reason: "unchanged" } });
    const unknown = await rotated([first, second], []);
    expect(unknown).toMatchObject({ asked: ["preview"], outcome: { outcome: "not-due", reason: "unchanged" } });
  });
});

describe("a rotation that is not due", () => {
  const idle = { compromised: undefined };
  const problemsIn = async (...facts: Parameters<typeof rotated>) => {
    const { asked, outcome } = await rotated(...facts);
    expect([asked, outcome.outcome]).toEqual([[], "failed"]);
    return outcome.problems;
  };

  it("is no success where the published secret was removed by hand", async () => {
    expect(await problemsIn([], [], idle)).toMatchObject([
      { code: "credential-missing", message: expect.stringContaining(second.keyId) },
    ]);
  });

  it("is no success where the application was deleted, and neither is one that is due", async () => {
    for (const wanted of [idle, { compromised: "another leak" }]) {
      expect(await problemsIn([second], [], wanted, { isApplicationThere: false })).toMatchObject([
        { code: "application-missing", fix: expect.stringContaining("Restore it in Entra") },
      ]);
    }
  });

  it("is no success where Entra describes the published secret otherwise than the record", async () => {
    expect(await problemsIn([{ ...second, end: day("2027-08-28") }], [], idle)).toMatchObject([
      { code: "record-differs", fix: expect.stringContaining("npm run partner-access -- recover -s dev") },
    ]);
  });

  it("is no success where Entra refuses the published value, and names white space without showing the value", async () => {
    const [problem, ...more] = await problemsIn([second], [], idle, { value: "right\n" });
    expect(more).toEqual([]);
    expect(problem).toEqual({
      code: "value-refused",
      message:
        "dev: Entra refuses the published value (AADSTS7000215): consumers cannot get tokens; it begins or ends with white space, which a " +
        "secret of Entra never does",
      fix: "Publish the right value again: npm run partner-access -- recover -s dev",
    });
  });

  it("says that Entra accepts the value, or why that was not checked", async () => {
    const well = await rotated([second], [], idle);
    expect(well.outcome).toMatchObject({ outcome: "not-due", value: { result: "accepted" } });
    const blind = await rotated([second], [], idle, { value: "unreachable" });
    expect(blind.outcome).toMatchObject({
      outcome: "not-due",
      value: { result: "not-checked", detail: expect.stringMatching(/^not checked: Entra .*ECONNREFUSED/) },
    });
  });

  it("makes the engine forget a previous secret whose removal was done without an answer", async () => {
    const before = { ...after, slots: { a: first, b: second } };
    const { asked, outcome } = await rotated([second], [], idle, { hasLeftover: true, today: "2026-03-09" }, before);
    expect([asked, outcome.outcome, outcome.problems]).toEqual([["refresh"], "retired", []]);
    expect(outcome.sentence).toContain("removed without an answer");
    const nothing = await rotated([second], [], idle, { today: "2026-03-09" }, before);
    expect([nothing.asked, nothing.outcome.outcome]).toEqual([[], "not-due"]);
  });
});

const other = (operation: string, type: string, name: string) => ({ operation, urn: "urn", type, name });
const application = other("update", "azuread:index/application:Application", "partner-application");
const publish = other("update", "azure-native:keyvault:Secret", "partner-client-secret");
const reader = (operation: string) =>
  other(operation, "azure-native:authorization:RoleAssignment", `partner-client-secret-reader-${operation}`);

/** What a merged change would do that waits for its approval. */
const waiting: readonly (readonly [string, StackRun["changes"]])[] = [
  ["a display name", [application]],
  ["owners", [application, other("update", "azuread:index/servicePrincipal:ServicePrincipal", "partner-principal")]],
  ["a permission", [application, other("update", "azuread:index/x:DelegatedPermissionGrant", "partner-delegated-x")]],
  ["an API", [other("create", "pulumi:index:Stash", "api-principal-x"), other("create", "azuread:index/y:Y", "y")]],
  ["readers", [reader("create"), reader("delete")]],
  ["a prefix or vault", [other("replace", "azure-native:keyvault:Secret", "partner-client-secret")]],
  ["the vault's identity", [other("update", "pulumi:providers:azure-native", "vault-tenant")]],
  ["a vault that is to be created", [other("create", "azure-native:keyvault:Vault", "partner-vault")]],
];

/** The state of a stack that published `after`, and after one that published the secret that is due. */
const due = "2026-06-15";
const third = slot(3, due, "2026-12-01");
const state = publishedState(after);
const stateOf = (resources: readonly object[]) => ({ deployment: { resources } });
const next: PublishedRecord = { ...after, current: "a", slots: { a: third, b: second } };
const { id: _, ...newSlot } = slotResource("a", next);
const mint = { op: "create", urn: newSlot.urn, newState: newSlot };
const write = { op: "update", urn: urns.entry, newState: entryResource(next) };
const rotation = { steps: [...sameSteps(state).filter(({ urn }) => urn !== urns.entry), mint, write] };
const left = [...state.filter(({ urn }) => urn !== urns.entry), slotResource("a", next), entryResource(next)];
const stack = { today: due, limited: rotation, states: [stateOf(state), stateOf(left)] as const };

describe.each([
  ["a due rotation", undefined],
  ["an emergency", "found in a log"],
] as const)("%s while something else waits", (_name, compromised) => {
  const wanted = { compromised };
  const all = ["preview", "preview limited", "up limited"];
  const isLeft = () => expect(readFileSync(stackFile, "utf8")).toBe("config: {}\n");

  it.each(waiting)("leaves %s as it is", async (_what, changes) => {
    const { asked, outcome } = await rotated([second], [publish, ...changes], wanted, stack);
    expect({ asked, ...outcome }).toMatchObject({ asked: all, outcome: "rotated", problems: [] });
    expect(outcome.sentence).toContain("Not applied: dev has changes other than a rotation: ");
    for (const { operation, type, name } of changes) {
      expect(outcome.sentence).toContain(`${operation} ${type} ${name}`);
    }
  });

  it("goes on where the secret is published, by the applied rule, when the file names another place and rule", async () => {
    const file = { vault: { name: "elsewhere", prefix: "moved-" }, rotation: { everyDays: 400, lifetimeDays: 700 } };
    const { outcome, opened } = await rotated([second], [reader("create")], wanted, { ...stack, file });
    expect(outcome).toMatchObject({ outcome: "rotated", problems: [] });
    expect(outcome.sentence).not.toContain("700");
    for (const { vault, rotation: rule } of opened) {
      expect({ vault, rule }).toMatchObject({
        vault: {
          ...{ tenantId: "home", subscriptionId: "s", resourceGroup: "g", name: "v", prefix: "p-", mode: "existing" },
          readers: [{ name: "reports", id: "reports-id", type: "Group" }],
        },
        rule: { everyDays: 90, overlapDays: 7, lifetimeDays: 180 },
      });
    }
  });

  it("is not hidden by a longer rule that the file names", async () => {
    const file = { rotation: { everyDays: 400, lifetimeDays: 700 } };
    const { outcome } = await rotated([second], [publish, application], wanted, { ...stack, file });
    expect(outcome).toMatchObject({ outcome: "rotated", problems: [] });
  });

  it("goes through when the preview of the whole stack fails", async () => {
    const { asked, outcome } = await rotated([second], [publish], wanted, { ...stack, previewFails: "no such user" });
    expect({ asked, ...outcome }).toMatchObject({ asked: all, outcome: "rotated", problems: [] });
    expect(outcome.sentence).toMatch(/Not applied: no such user$/);
  });

  it.each<readonly [string, Situation, RegExp]>([
    ["the engine refuses to leave it aside", { limitedFails: "'a' depends on 'b'" }, /'a' depends on 'b'/],
    [
      "its code points a slot at another application",
      {
        limited: {
          steps: [
            write,
            { ...mint, newState: { ...newSlot, inputs: { ...newSlot.inputs, applicationId: "/applications/x" } } },
          ],
        },
      },
      /partner-secret-a would belong to \/applications\/x, applied is \/applications\/object/,
    ],
    [
      "its code publishes elsewhere",
      {
        limited: {
          steps: [mint, { ...write, newState: entryResource(next, { vaultName: "mallory" }) }],
        },
      },
      /vaultName of partner-client-secret would change/,
    ],
    [
      "a target more is touched",
      { limited: { steps: [...rotation.steps, { op: "create", urn: "urn:pulumi:dev::p::t::partner-secret-c" }] } },
      /it would create t partner-secret-c/,
    ],
    ["the state does not say where it publishes", { states: [stateOf([]), stateOf([])] }, /the state does not say/],
  ])("is refused when %s, by name, and leaves no request", async (_what, situation, message) => {
    const { asked, outcome } = await rotated([second], [publish, application], wanted, { ...stack, ...situation });
    expect(asked.some((it) => it.startsWith("up"))).toBe(false);
    expect(outcome).toMatchObject({ outcome: "failed", reason: "other-changes" });
    expect(outcome.problems.at(-1)).toMatchObject({ code: "inseparable", message: expect.stringMatching(message) });
    isLeft();
  });

  it("is told when the update did something else than its preview", async () => {
    const strayed = left.map((it) => (it.urn === urns.reader ? { ...it, inputs: { principalId: "mallory" } } : it));
    const situation = { ...stack, states: [stateOf(state), stateOf(strayed)] as const };
    const { outcome } = await rotated([second], [publish, application], wanted, situation);
    expect(outcome).toMatchObject({ outcome: "failed", reason: "applied-otherwise" });
    expect(outcome.problems[0]?.message).toContain(
      "it changed principalId of azure-native:authorization:RoleAssignment",
    );
  });

  it("leaves no request when the update is refused before it changes anything", async () => {
    const situation = { ...stack, upFails: "not the configured tenant" };
    const { outcome } = await rotated([second], [publish, application], wanted, situation);
    expect(outcome).toMatchObject({ outcome: "failed", reason: "update-failed" });
    isLeft();
  });
});

describe("a limited run while the stack's file names another key for the state", () => {
  const url = "azurekeyvault://fabrikam.vault.azure.net/keys/pulumi";
  const keyed = (resources: readonly object[], encryptedkey = "abc") => ({
    deployment: { resources, secrets_providers: { type: "cloud", state: { url, encryptedkey } } },
  });
  const wanted = { compromised: "found in a log" };
  const merged = "encryptionsalt: v1:x\nconfig: {}\n";

  it("is given the state's own, from a copy that is gone afterwards; the file keeps what waits", async () => {
    writeFileSync(stackFile, merged);
    const states = [keyed(state), keyed(left)] as const;
    const { asked, outcome, configFiles } = await rotated([second], [publish, application], wanted, {
      ...stack,
      states,
    });
    expect({ asked, ...outcome }).toMatchObject({ asked: ["preview", "preview limited", "up limited"], problems: [] });
    expect(outcome.sentence).toContain("encrypts the state anew: encryptionsalt is");
    for (const { path, text } of configFiles) {
      expect(text).toContain(`secretsprovider: "${url}"\nencryptedkey: "abc"\n`);
      expect(text).toContain('request: "found in a log"');
      expect(text).not.toContain("encryptionsalt");
      expect(existsSync(path)).toBe(false);
    }
    expect(configFiles).toHaveLength(2);
    expect(readFileSync(stackFile, "utf8")).toMatch(/^encryptionsalt: v1:x\n/);
  });

  it("is reported where the state was encrypted for another one all the same", async () => {
    writeFileSync(stackFile, merged);
    const states = [keyed(state), keyed(left, "other")] as const;
    const { outcome } = await rotated([second], [publish, application], wanted, { ...stack, states });
    expect(outcome).toMatchObject({ outcome: "failed", reason: "applied-otherwise" });
    expect(outcome.problems[0]?.message).toContain("encryptedkey is");
  });

  it("is refused where no such copy can be written", async () => {
    writeFileSync(stackFile, "{ config: {}, encryptionsalt: v1:x }\n");
    const states = [keyed(state), keyed(left)] as const;
    const { asked, outcome } = await rotated([second], [publish, application], wanted, { ...stack, states });
    expect(asked).toEqual(["preview"]);
    expect(outcome.problems.at(-1)).toMatchObject({
      code: "inseparable",
      message: expect.stringContaining("encrypts the state anew: secretsprovider is not in the file"),
    });
  });
});

it("a lock is in the way of a limited run too, which is not tried", async () => {
  const previewFails = "error: the stack is currently locked by 1 lock(s)";
  const { asked, outcome } = await rotated([second], [publish], { compromised: undefined }, { ...stack, previewFails });
  expect([asked, outcome.problems.map(({ code }) => code)]).toEqual([["preview"], ["locked"]]);
});
