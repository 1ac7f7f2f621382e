import { retireOrphans } from "../../../cli/credentials/orphans";
import { recoverStack } from "../../../cli/recover/recover-stack";
import type { Tenant } from "../../../cli/shared/tenant";
import { readStackState } from "../../../clients/pulumi/stack-state";
import type { StackRun, Stacks } from "../../../clients/pulumi/stacks";
import { day as on } from "../../../model/day";
import type { PublishedRecord } from "../../../rotation/record";
import { guidOf } from "../../support/azure-answers";
import { captureContext } from "../../support/captured-context";
import { partOf } from "../../support/part-of";

const done: StackRun = { ok: true, exitCode: 0, changes: [], counts: {}, diagnostics: [], seconds: 1 };
const exported = (when: string, ...pending: string[]) =>
  JSON.stringify({
    deployment: {
      manifest: { magic: when },
      resources: [],
      pending_operations: pending.map((urn) => ({ type: "creating", resource: { urn, type: "x:y:Z" } })),
    },
  });

/** A vault that shows nothing: recovery then ends after the update. */
const tenant = partOf<Tenant>({
  stack: "dev",
  configuration: { vault: { prefix: "p-" } },
  vault: { versions: async () => [], latest: async () => undefined },
});
const refused = `the stack is currently locked by 1 lock(s).\n  file:///x.json: created by r@build-7 (pid 4711) at 2026-01-01T00:00:00Z`;

/** A store whose state is another one at each look. */
function store(states: readonly string[], isLockedAtFirst: boolean) {
  const written: string[] = [];
  let looks = 0;
  let locked = isLockedAtFirst;
  const stacks = partOf<Stacks>({
    state: async () => readStackState(states[Math.min(looks++, states.length - 1)] ?? "{}"),
    async putState(_stack: string, text: string) {
      if (locked) throw new Error(refused);
      written.push(text);
    },
    breakLocks: async () => {
      locked = false;
    },
    previewDocument: async () => ({ run: done, document: '{"steps":[]}' }),
    up: async () => done,
    refresh: async () => done,
  });
  const { context } = captureContext();
  const run = () =>
    recoverStack(tenant, { stacks, named: "r@build-7:4711", context, onProgress: () => undefined, isStateLost: false });
  return { written, run };
}

describe("the removal of orphans", () => {
  const day = "2026-03-01";
  const mark = (generation: number) => `partner-access/dev/${generation}`;
  const published = guidOf("deployment");
  const record: PublishedRecord = {
    ...{ deployment: published, tenantId: guidOf("tenant"), current: "a", handledRequests: [] },
    ...{ publishedOn: on(day), overlapEnds: on("2026-03-08"), dueOn: on("2026-05-25") },
    slots: { a: { generation: 1, keyId: guidOf("1"), start: on(day), end: on("2026-08-28"), displayName: mark(1) } },
  };
  /** Generation 2 was minted and not published; who knows it is the state of the run that minted it. */
  async function removedWith(deployment: string | undefined) {
    const removed: string[] = [];
    const credentials = [1, 2].map((generation) => ({
      keyId: guidOf(String(generation)),
      displayName: mark(generation),
      endDateTime: "2026-08-28T00:00:00Z",
    }));
    const partner = partOf<Tenant>({
      stack: "dev",
      today: on("2026-03-02"),
      graph: { application: async () => ({ applicationObjectId: "object", credentials }) },
      graphWriter: { removeCredential: async (_: string, keyId: string) => void removed.push(keyId) },
    });
    const memory = {
      urn: "urn:pulumi:dev::partner-insights-access::pulumi:index:Stash::partner-deployment",
      type: "pulumi:index:Stash",
      outputs: { output: { id: deployment } },
    };
    const text = JSON.stringify({ deployment: { resources: deployment === undefined ? [] : [memory] } });
    const published = { record, versions: [{ reading: { record } }], clientId: guidOf("client") };
    const stacks = { state: async () => readStackState(text) };
    const result = await retireOrphans(partner, published as unknown as Parameters<typeof retireOrphans>[1], {
      stacks,
      context: captureContext().context,
    }).catch((error: { problems: readonly { code: string }[] }) => error.problems[0]?.code);
    return { removed, result };
  }

  it("goes by the state of the deployment that the vault names, and by no other", async () => {
    expect((await removedWith(published)).removed).toEqual([guidOf("2")]);
    for (const other of [guidOf("another deployment"), undefined]) {
      expect(await removedWith(other)).toEqual({ removed: [], result: "other-deployment" });
    }
  });
});

describe("recover", () => {
  it("writes back the state of the moment it writes, never the one of its first look", async () => {
    const { written, run } = store(
      [exported("first look", "urn:a"), exported("refused by the lock", "urn:a"), exported("after the lock", "urn:a")],
      true,
    );
    const { cleared } = await run();
    expect(written).toEqual([expect.stringContaining("after the lock")]);
    expect(cleared).toEqual([{ operation: "creating", urn: "urn:a" }]);
  });

  it("writes nothing back when the run that was pending has ended meanwhile", async () => {
    const { written, run } = store([exported("during a run", "urn:a"), exported("after it")], false);
    const { cleared } = await run();
    expect([written, cleared]).toEqual([[], []]);
  });
});
