import { resolve } from "node:path";
import { readCloudEndpoints } from "../../../clients/entra/clouds";
import { createSignIns } from "../../../components/sign-ins";
import { signInArgs } from "../../../components/stack-program/access-args";
import { readStackFromFiles } from "../../../configuration/read-stack";
import type { StackConfiguration } from "../../../configuration/stack-configuration";
import program from "../../../index";
import { dayOf } from "../../../model/day";
import { programComponent } from "../../../model/program-component";
import type { JournalEntry } from "../../../offline/emulator/http/journal";
import { homeTenant, partnerTenant } from "../../../offline/emulator/seed/constants";
import type { PasswordCredential } from "../../../offline/emulator/world/directory";
import { azureNative } from "../../../offline/providers/azure-native/provider";
import { azuread } from "../../../offline/providers/azuread/provider";
import { type PublishedRecord, readRecord } from "../../../rotation/record";
import { type StateView, stateView, type Tags } from "../../../rotation/state-view";
import { startTestEmulator, type TestEmulator } from "../emulator";
import { type DriverRun, InProcessDriver } from "../in-process-driver";
import { credentialType, drivenDependencies } from "./driven-dependencies";
import { emulatorFetch } from "./emulator-fetch";
import { ValidityWatch } from "./validity-watch";
import { startVirtualTime, type VirtualTime } from "./virtual-time";

const project = resolve(__dirname, "../../..");

/** What a run may have differently from the `dev` stack's file. */
export interface RunChanges {
  readonly rotation?: Partial<StackConfiguration["rotation"]>;
  readonly vault?: Partial<StackConfiguration["vault"]>;
  readonly migrate?: string;
  /** A whole other configuration; the other changes come on top. */
  readonly whole?: StackConfiguration;
  readonly stack?: string;
  readonly rollback?: string;
  /** The record to go by in place of the entry's own. */
  readonly repair?: Tags;
  /** Changes any call on its way, for faults that the emulator's plan cannot express. */
  readonly fetch?: (send: typeof fetch) => typeof fetch;
}

/** The real program, the stand-in providers and an emulated Microsoft in one process, with waiting left out. */
export interface DrivenTenant {
  readonly emulator: TestEmulator;
  readonly time: VirtualTime;
  readonly watch: ValidityWatch;
  readonly configuration: StackConfiguration;
  readonly clientSecretName: string;
  up(changes?: RunChanges): Promise<DriverRun>;
  /** Removes everything that state holds. */
  destroy(): Promise<DriverRun>;
  /** Moves the emulated clock and looks at once: a secret may expire while nobody calls. */
  advance(days: number): void;
  /** Empties everything and begins anew, with another watch and another state. */
  restart(): void;
  /** What the vault's entry says; undefined when there is none. */
  record(): PublishedRecord | undefined;
  /** Key ids on the application, oldest first. */
  keyIds(): readonly string[];
  /** The same credentials with what Graph shows of them. */
  credentials(): readonly PasswordCredential[];
  /** What the program's own look at the state answers. */
  state(): StateView;
  /** Key ids that state knows. */
  stateKeyIds(): readonly string[];
  /** How many calls there were so far. A moment of the clock would not do: two calls may fall into one millisecond. */
  callsSoFar(): Promise<number>;
  /** Calls after the first so many that could have changed something. */
  writesSince(calls: number): Promise<readonly string[]>;
  stop(): Promise<void>;
}

/** Starts one for the `dev` stack. One per test file: the emulator's certificates take a moment. */
export async function startDrivenTenant(): Promise<DrivenTenant> {
  const time = startVirtualTime();
  const emulator = await startTestEmulator();
  const wire = emulatorFetch(emulator);
  const configuration = readStackFromFiles(project, "dev");
  const metadataHost = emulator.env["ARM_METADATA_HOSTNAME"];
  const endpoints = await readCloudEndpoints({ cloud: "public", metadataHost, fetch: wire.fetch });
  const clientSecretName = `${configuration.vault.prefix}client-secret`;
  const consumed = {
    partnerTenantId: partnerTenant.id,
    vaultTenantId: homeTenant.id,
    vaultName: configuration.vault.name,
    entryName: clientSecretName,
  };
  let fetch: typeof globalThis.fetch = wire.fetch;
  const context = {
    environment: emulator.env,
    log: () => undefined,
    fetch: ((...call) => fetch(...call)) as typeof globalThis.fetch,
    waits: time.waits,
  };
  const begin = () => ({
    driver: new InProcessDriver([azuread, azureNative], context),
    watch: new ValidityWatch(emulator, consumed, configuration.rotation.overlapDays),
  });
  let current = begin();
  const { world } = emulator;
  const latest = () =>
    world.tenants.get(homeTenant.id)?.secrets.get(`${consumed.vaultName}/${clientSecretName}`)?.versions.at(-1);
  const journal = async (): Promise<readonly JournalEntry[]> => emulator.control("GET", "journal");
  const credentials = () => {
    const clientId = latest()?.tags["clientId"];
    const applications = world.tenants.get(partnerTenant.id)?.applications.all() ?? [];
    return applications.find(({ appId }) => appId === clientId)?.passwordCredentials ?? [];
  };
  return {
    emulator,
    time,
    get watch() {
      return current.watch;
    },
    configuration,
    clientSecretName,
    async up({
      rotation,
      vault,
      migrate,
      whole = configuration,
      stack = "dev",
      rollback,
      repair,
      fetch: changed,
    } = {}) {
      fetch = changed?.(wire.fetch) ?? wire.fetch;
      const facts = {
        configuration: {
          ...whole,
          stack,
          migrate,
          rotation: { ...whole.rotation, ...rotation },
          vault: { ...whole.vault, ...vault },
        },
        today: dayOf(world.clock.now()),
        rollback,
        repair,
      };
      const { driver } = current;
      const stateOutputs = driver.outputsOf.bind(driver);
      const reach = { endpoints, fetch, time, deployerSecret: emulator.secrets.deployer, stateOutputs };
      const outside = drivenDependencies(facts, reach);
      return driver.up(() => program(async () => outside));
    },
    advance(days) {
      const passed = days * 86_400_000;
      world.clock.set(new Date(world.clock.now().getTime() + passed));
      // Lag is told by the steady time, which must have passed too.
      time.skip(passed);
      current.watch.look(`${days} days`);
    },
    destroy: () => current.driver.up(async () => createSignIns(signInArgs(configuration))),
    restart() {
      current.watch.stop();
      emulator.reset();
      emulator.forgetTokens();
      current = begin();
    },
    record() {
      const tags = latest()?.tags;
      return tags && readRecord(tags).record;
    },
    credentials,
    keyIds: () => credentials().map(({ keyId }) => keyId),
    state: () => stateView(current.driver.outputsOf.bind(current.driver), programComponent),
    stateKeyIds: () => current.driver.held(credentialType).map(({ id }) => id.split("/").at(-1) ?? ""),
    callsSoFar: async () => (await journal()).length,
    async writesSince(calls) {
      return (await journal())
        .slice(calls)
        .filter(({ service, method }) => service !== "entra" && !["GET", "HEAD"].includes(method))
        .map(({ method, path }) => `${method} ${path}`);
    },
    async stop() {
      current.watch.stop();
      wire.stop();
      time.restore();
      await emulator.stop();
    },
  };
}
