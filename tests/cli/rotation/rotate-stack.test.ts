import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type RotationWish, rotateStack } from "../../../cli/rotation/rotate-stack";
import type { Tenant } from "../../../cli/tenant";
import type { StackRun, Stacks } from "../../../clients/stacks";
import { day } from "../../../rotation/day";
import { type PublishedRecord, type RecordedSlot, recordTags } from "../../../rotation/record";
import { withHandled } from "../../../rotation/requests";
import { guidOf } from "../../support/azure-answers";

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

/** The day after the emergency, in a tenant with these credentials, and an engine that would do these changes. */
async function rotated(
  living: readonly RecordedSlot[],
  changes: StackRun["changes"],
  wish: Partial<RotationWish> = {},
  { isStopped = false, today = "2026-03-02" } = {},
) {
  const asked: string[] = [];
  const versions = [before, after].map((record) => ({
    name: "client-secret",
    tags: { ...recordTags(record), clientId: guidOf("client") },
    isEnabled: true,
  }));
  const rotation = { everyDays: 90, overlapDays: 7, lifetimeDays: 180, request: REASON, compromised: true };
  const tenant = {
    stack: "dev",
    today: day(today),
    configuration: { tenant: { id: guidOf("tenant") }, rotation, vault: { prefix: "p-" } },
    vault: { versions: async () => versions, latest: async () => versions.at(-1) },
    graph: {
      principal: async () => ({ isEnabled: !isStopped }),
      application: async () => ({ credentials: living.map(({ keyId }) => ({ keyId })) }),
    },
  } as unknown as Tenant;
  const run = (verb: string) => async (): Promise<StackRun> => {
    asked.push(verb);
    return { ok: true, exitCode: 0, changes, counts: {}, diagnostics: [], seconds: 1 };
  };
  const preview = run("preview");
  const stacks = {
    previewDocument: async () => ({ run: await preview(), document: '{"steps":[]}' }),
    state: async () => undefined,
    up: run("up"),
  } as unknown as Stacks;
  const surroundings = { projectDirectory: directory, signal: new AbortController().signal, env: {} };
  const outcome = await rotateStack(
    tenant,
    { isPlanOnly: false, compromised: REASON, rollback: undefined, ...wish },
    { stacks, surroundings, news: () => undefined },
  );
  return { asked, outcome };
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
            message: `the reason "${REASON}" was answered before: nothing was published for it now, the published secret is of 2026-03-01`,
            fix: `Give a reason of its own, for example "${REASON} (2026-03-02)".`,
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
    expect(outcome.sentence).toContain("an earlier run replaced and could not remove");
  });

  it("is ended by the schedule's next run too, and planned in words", async () => {
    expect((await rotated([first, second], [removal], { compromised: undefined })).asked).toEqual(["preview", "up"]);
    const planned = await rotated([first, second], [removal], { isPlanOnly: true });
    expect(planned).toMatchObject({ asked: [], outcome: { outcome: "not-due", reason: "retired" } });
    expect(planned.outcome.sentence).toMatch(/^Would happen: A secret that an earlier run replaced/);
  });

  it("refuses to go on when anything else would change", async () => {
    const { asked, outcome } = await rotated([first, second], [removal, { ...removal, name: "foreign" }]);
    expect([asked, outcome.reason]).toEqual([["preview"], "other-changes"]);
  });

  it("starts no engine once it is gone, and does not claim to have removed what the state does not know", async () => {
    const gone = await rotated([second], [], { compromised: undefined });
    expect(gone).toMatchObject({ asked: [], outcome: { outcome: "not-due", reason: "unchanged" } });
    const unknown = await rotated([first, second], []);
    expect(unknown).toMatchObject({ asked: ["preview"], outcome: { outcome: "not-due", reason: "unchanged" } });
  });
});
