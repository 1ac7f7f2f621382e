import type { RunningEmulator } from "../../../offline/emulator/server";
import { type Client, findClient } from "../../../offline/emulator/services/entra/client";
import { checkSecret } from "../../../offline/emulator/services/entra/client-secret";
import type { SecretVersion } from "../../../offline/emulator/world/subscription";

/** Where consumers read, and what they sign in to. */
export interface Consumed {
  readonly partnerTenantId: string;
  readonly vaultTenantId: string;
  readonly vaultName: string;
  readonly entryName: string;
}

interface Held {
  readonly version: SecretVersion;
  /** A consumer may go on using what it read until this day begins. */
  readonly until: number;
}

const DAY_MS = 86_400_000;

/**
 * Asks after every change of the emulated world, before the change's own answer leaves, whether consumers are served: one that reads the
 * vault at this moment, and one that still holds what it read before the last publish, inside the overlap. The answer is Entra's own
 * decision at this moment, its lag included.
 */
export class ValidityWatch {
  /** One sentence per consumer that was not served, without any secret. */
  readonly invalid: string[] = [];
  /** Consumers that were asked for, one per moment and secret. */
  moments = 0;
  publications = 0;
  private latest: SecretVersion | undefined;
  private held: readonly Held[] = [];
  private overlapHolds = true;
  private readonly unlisten: () => void;

  constructor(
    private readonly emulator: Pick<RunningEmulator, "world" | "onChange">,
    private readonly consumed: Consumed,
    private readonly overlapDays: number,
  ) {
    this.unlisten = emulator.onChange(({ service, method, path }) => this.look(`${method} ${service} ${path}`));
  }

  stop(): void {
    this.unlisten();
  }

  /** What was published so far is known to an attacker: nobody may rely on it once something else is published. */
  expectCompromise(): void {
    this.overlapHolds = false;
  }

  /** Looks now; `after` says after what. Also to be called after the clock moved, which is no request. */
  look(after: string): void {
    const now = this.emulator.world.clock.now().getTime();
    const version = this.read();
    if (version === undefined) {
      if (this.latest !== undefined) this.complain(after, "the vault has nothing to read");
      return;
    }
    this.notePublication(version, now);
    this.held = this.held.filter(({ until }) => now < until);
    this.judge(after, "published", version, now);
    for (const { version: older } of this.held) this.judge(after, "held", older, now);
  }

  private notePublication(version: SecretVersion, now: number): void {
    if (version.value !== this.latest?.value) {
      const until = (Math.floor(now / DAY_MS) + this.overlapDays) * DAY_MS;
      if (!this.overlapHolds) this.held = [];
      else if (this.latest !== undefined) this.held = [...this.held, { version: this.latest, until }];
      this.overlapHolds = true;
      this.publications += 1;
    }
    this.latest = version;
  }

  private judge(after: string, what: string, version: SecretVersion, now: number): void {
    this.moments += 1;
    const refusal = this.refusalOf(version, now);
    if (refusal !== undefined) this.complain(after, `the ${what} secret (version ${version.version}): ${refusal}`);
  }

  private refusalOf({ value, enabled, expires, tags }: SecretVersion, now: number): string | undefined {
    if (!enabled) return "its version is disabled";
    if (expires !== null && expires * 1000 <= now) return "its vault entry has expired";
    const { world } = this.emulator;
    const tenant = world.tenants.get(this.consumed.partnerTenantId);
    if (tenant === undefined) return "there is no such tenant";
    try {
      const client: Client = findClient(world, tenant, tags["clientId"] ?? "");
      checkSecret(world, client, value);
      return undefined;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }

  private read(): SecretVersion | undefined {
    const { vaultTenantId, vaultName, entryName } = this.consumed;
    const id = `${vaultName}/${entryName}`.toLowerCase();
    return this.emulator.world.tenants.get(vaultTenantId)?.secrets.get(id)?.versions.at(-1);
  }

  private complain(after: string, what: string): void {
    this.invalid.push(`${this.emulator.world.clock.now().toISOString()} after ${after}: ${what}`);
  }
}
