import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stringify } from "yaml";
import { defaultPrefix } from "../../configuration/defaults";
import { emptyManifest, readStateRecords } from "../../permissions/manifest";
import { Comparison, emptyTally } from "../pairs/comparison";
import { everythingAllowed, walk } from "../pairs/configurations";
import { configurationOf, reviewed } from "../pairs/declared";
import { expectSuccess, type Journey, startJourney } from "../support/journey";
import { sweepCount } from "../support/sweep";

/** Few of them: the in-process driver takes the many. */
const PAIRS = sweepCount(20);
const SEED = Number(process.env["PAIRS_SEED"] ?? 20_260_102);

jest.setTimeout(300_000 + PAIRS * 180_000);
let journey: Journey;
beforeAll(async () => {
  journey = await startJourney();
});
afterAll(() => journey?.stop());

/** Applies the sections as a stack's file, through the real engine. */
async function apply(sections: Readonly<Record<string, unknown>>): Promise<void> {
  const config = Object.fromEntries(
    Object.entries(sections).map(([name, value]) => [`partner-insights-access:${name}`, value]),
  );
  await writeFile(join(journey.directory, "access-policy.yaml"), everythingAllowed);
  // The engine keeps the passphrase's salt in the file.
  const file = join(journey.directory, "Pulumi.dev.yaml");
  const salt = /^encryptionsalt:.*$/m.exec(await readFile(file, "utf8"))?.[0] ?? "";
  await writeFile(file, `${salt}\n${stringify({ config })}`);
  expectSuccess(await journey.stacks.up("dev"));
}

/** What the program registered, as the engine keeps it. */
async function registered() {
  return readStateRecords((await journey.stacks.state("dev"))?.exported ?? "{}");
}

describe("what a review reports between two configurations, applied by the real engine", () => {
  it("is exactly what differs in the emulator afterwards", async () => {
    const entry = `${defaultPrefix("contoso")}client-secret`;
    const comparison = new Comparison(journey.emulator.world, entry, emptyTally());
    for (const [place, { sections }] of walk(PAIRS + 1, SEED).entries()) {
      const next = await reviewed(configurationOf(sections));
      await apply(sections);
      comparison.expectEqual({ place, sections }, next, await registered());
      process.stderr.write(`pairs through the engine: ${place}\n`);
    }
    expectSuccess(await journey.stacks.destroy("dev"));
    comparison.expectEqual("everything goes", emptyManifest, await registered());
  });
});
