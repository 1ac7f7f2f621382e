import * as pulumi from "@pulumi/pulumi";
import type { ProgramDependencies, SecretToProve } from "../../../components/partner-access/dependencies";
import { proofHook } from "../../../components/partner-access/proof";
import type { Run } from "../../../components/partner-access/run";
import { deploy } from "../../support/deploy";

/** As much of a run as a proof needs. */
function runWith(prove: ProgramDependencies["prove"]): Run {
  const settings = { tenant: { id: { known: "tenant-1" } } };
  return { scope: { name: "contoso" }, settings, dependencies: { prove }, endpoints: {} } as unknown as Run;
}

/** Runs the hook as the engine would, with the inputs of a vault entry. */
async function runHook(
  newInputs: Record<string, unknown> | undefined,
  prove: ProgramDependencies["prove"],
): Promise<void> {
  const { result } = await deploy(() => proofHook(runWith(prove), { isNewApplication: true }));
  await result.callback({
    urn: "urn" as pulumi.URN,
    id: "" as pulumi.ID,
    name: "entry",
    type: "t",
    ...(newInputs && { newInputs }),
  });
}

describe("the proof before the publish", () => {
  it("proves the very text that is about to be written, with the client id beside it", async () => {
    const proven: [SecretToProve, string][] = [];
    // Secret inputs reach a hook as outputs, the whole mapping that holds them included.
    const newInputs = { properties: pulumi.secret({ value: "text" }), tags: { clientId: "client-1" } };
    await runHook(newInputs, async (secret, tenantId) => void proven.push([secret, tenantId]));
    expect(proven).toEqual([[{ clientId: "client-1", secret: "text", isNewApplication: true }, "tenant-1"]]);
  });

  it("stops the write when Entra refuses", async () => {
    const newInputs = { properties: { value: "text" }, tags: { clientId: "client-1" } };
    await expect(runHook(newInputs, () => Promise.reject(new Error("refused")))).rejects.toThrow("refused");
  });

  it("gives up on an Entra that never answers: the engine waits for its hook", async () => {
    const newInputs = { properties: { value: "text" }, tags: { clientId: "client-1" } };
    jest.useFakeTimers({ doNotFake: ["nextTick", "setImmediate", "queueMicrotask", "performance"] });
    try {
      const proof = runHook(newInputs, () => new Promise(() => undefined)).catch((error: Error) => error.message);
      for (let turn = 0; turn < 50; turn += 1) await new Promise((done) => setImmediate(done));
      jest.advanceTimersByTime(20 * 60_000);
      expect(await proof).toBe("no answer within 20 minutes");
    } finally {
      jest.useRealTimers();
    }
  });

  it.each([[undefined], [{ properties: {}, tags: { clientId: "c" } }], [{ properties: { value: "text" } }]])(
    "never passes without a secret and a client id",
    async (newInputs) => {
      await expect(runHook(newInputs, async () => undefined)).rejects.toThrow(
        "entry: the proof needs properties.value and tags.clientId, and did not get both",
      );
    },
  );
});
