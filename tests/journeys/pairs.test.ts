import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stringify } from "yaml";
import { partnerTenant } from "../../offline/emulator/constants";
import { diffManifests } from "../../permissions/diff";
import { everythingAllowed, walk } from "../pairs/configurations";
import { configurationOf, reviewed } from "../pairs/declared";
import { differenceOf, factsIn, factsOf } from "../pairs/facts";
import { expectSuccess, type Journey, startJourney } from "../support/journey";

/** `npm run test:pairs` takes 20; the in-process driver takes the many. */
const PAIRS = Number(process.env["ENGINE_PAIRS"] ?? 1);
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

describe("what a review reports between two configurations, applied by the real engine", () => {
  it("is exactly what differs in the emulator afterwards", async () => {
    const { world } = journey.emulator;
    const seeded = new Set(
      world.tenants
        .get(partnerTenant.id)!
        .applications.all()
        .map(({ id }) => id),
    );
    const [first, ...rest] = walk(PAIRS + 1, SEED);
    await apply(first!);
    let [declared, held] = [await reviewed(configurationOf(first!)), factsIn(world, seeded)];
    for (const [place, sections] of rest.entries()) {
      const next = await reviewed(configurationOf(sections));
      await apply(sections);
      const now = factsIn(world, seeded);
      expect({ place, ...factsOf(diffManifests(declared, next)) }).toEqual({ place, ...differenceOf(held, now) });
      [declared, held] = [next, now];
      process.stderr.write(`pairs through the engine: ${place + 1}\n`);
    }
  });
});
