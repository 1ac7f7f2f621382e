import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { disagreements } from "../../configuration/engine-agreement";
import { readStackFile } from "../../configuration/stack-file";
import { type EngineReader, openEngineReader } from "../reading/engine-reader";
import { generatedTexts } from "../reading/generated-texts";
import { ordinaryTexts, trickyTexts } from "../reading/written-texts";
import { swept } from "../support/sweep";

const dev = readFileSync(resolve(__dirname, "../../Pulumi.dev.yaml"), "utf8");
const generated = generatedTexts(400, Number(process.env["READING_SEED"] ?? 20260301), dev);

let engine: EngineReader;
beforeAll(async () => {
  engine = await openEngineReader();
});
afterAll(() => engine?.remove());
jest.setTimeout(1_800_000);

type Verdict = "same" | "refused by us" | "refused by both" | "refused by the engine only" | "another value";

async function verdictOn(content: Buffer): Promise<Verdict> {
  const ours = readStackFile(content, "Pulumi.x.yaml");
  const theirs = await engine.read(content);
  if (ours.problems.length > 0) return theirs === undefined ? "refused by both" : "refused by us";
  if (theirs === undefined) return "refused by the engine only";
  const compared = { engine: theirs, files: ours.values, encryptedKeys: ours.encryptedKeys, file: "" };
  return disagreements(compared).length === 0 ? "same" : "another value";
}

/** The texts by what was found, two at a time. */
async function verdicts(texts: readonly Buffer[]): Promise<ReadonlyMap<Verdict, readonly string[]>> {
  const found = new Map<Verdict, string[]>();
  const waiting = [...texts];
  const worker = async () => {
    for (let text = waiting.shift(); text !== undefined; text = waiting.shift()) {
      const verdict = await verdictOn(text);
      found.set(verdict, [...(found.get(verdict) ?? []), text.toString("latin1")]);
    }
  };
  await Promise.all([worker(), worker()]);
  return found;
}

describe("a stack file, read by the engine and by us", () => {
  it("has the same values where people write it", async () => {
    const texts = swept(ordinaryTexts);
    const found = await verdicts(texts);
    expect(Object.fromEntries(found)).toEqual({ same: expect.any(Array) });
    expect(found.get("same")).toHaveLength(texts.length);
  });

  it.each([
    ["readers differ on it", trickyTexts],
    ["nobody would write it", generated],
  ])("has the same values, or is refused by us, where %s", async (_, all) => {
    const found = await verdicts(swept(all));
    expect(found.get("another value") ?? []).toEqual([]);
    expect(found.get("refused by the engine only") ?? []).toEqual([]);
    expect(found.get("same")?.length).toBeGreaterThan(0);
  });

  it("is compared in more than 500 texts when all are read", () => {
    expect(ordinaryTexts.length + trickyTexts.length + generated.length).toBeGreaterThan(550);
  });
});
