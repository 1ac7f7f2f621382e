import type { World } from "../../offline/emulator/world/world";
import { type AccessChange, diffManifests } from "../../permissions/diff";
import { type AccessManifest, buildManifest, emptyManifest, type ResourceRecord } from "../../permissions/manifest";
import { differenceOf, factsIn, type Seeded, seededIn } from "./facts";
import { alarmsIn, reportedIn } from "./reported";
import { expectedAlarms, mintedSince, ruleFacts, ruleIn, secretProblems, secretsIn } from "./rules";

/** What came and went so far, by the kinds of changes that reported it: an attribute that never varies shows nothing. */
export interface Tally {
  facts: number;
  minted: number;
  /** The lifetime changed and no secret was minted. */
  spared: number;
  readonly codes: Map<string, number>;
}

export const emptyTally = (): Tally => ({ facts: 0, minted: 0, spared: 0, codes: new Map() });

/** Follows one stack from one configuration to the next, beginning with none. */
export class Comparison {
  private declared: AccessManifest = emptyManifest;
  private rule: ReturnType<typeof ruleIn>;
  private readonly seeded: Seeded;
  private held: ReadonlySet<string>;
  private secrets: ReturnType<typeof secretsIn>;

  constructor(
    private readonly world: Pick<World, "tenants">,
    private readonly entry: string,
    private readonly tally: Tally,
  ) {
    this.seeded = seededIn(world);
    this.held = factsIn(world, this.seeded);
    this.secrets = secretsIn(world, entry);
  }

  /**
   * After a configuration was applied: what its review says must be what the emulator holds differently, nothing left out and nothing
   * invented. @param records what the program registered in that very update
   */
  expectEqual(place: unknown, next: AccessManifest, records: readonly ResourceRecord[]): void {
    const rule = ruleIn(records);
    const secrets = secretsIn(this.world, this.entry);
    const now = new Set([...factsIn(this.world, this.seeded), ...ruleFacts(rule)]);
    const changes = diffManifests(this.declared, next);
    const difference = differenceOf(this.held, now);
    expect({ place, ...reportedIn(changes) }).toEqual({ place, ...difference });
    // What was approved is what was applied: the digest that binds the two is one of this manifest.
    expect({ place, applied: buildManifest(records) }).toEqual({ place, applied: next });
    expect({ place, alarms: alarmsIn(changes) }).toEqual({ place, alarms: expectedAlarms(this.rule, rule) });
    expect({ place, problems: secretProblems(this.secrets, secrets, rule) }).toEqual({ place, problems: [] });
    this.count(changes, difference.added.length + difference.removed.length, mintedSince(this.secrets, secrets).length);
    [this.declared, this.rule, this.held, this.secrets] = [next, rule, now, secrets];
  }

  private count(changes: readonly AccessChange[], facts: number, minted: number): void {
    const { tally } = this;
    tally.facts += facts;
    tally.minted += minted;
    const isSpared = minted === 0 && changes.some(({ code, before }) => code === "lifetime" && before !== null);
    if (isSpared) tally.spared += 1;
    for (const { code, direction } of changes) {
      const key = `${code} ${direction}`;
      tally.codes.set(key, (tally.codes.get(key) ?? 0) + 1);
    }
  }
}
