import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { createServer } from "node:https";
import { answerControl, type ControlContext } from "./control/control";
import { controlPrefix } from "./control/control-routes";
import { TestIssuer } from "./control/test-issuer";
import { createServerCertificates } from "./http/certificates";
import { createConnectProxy } from "./http/connect-proxy";
import { clientEnvironment, writeTrustFiles } from "./http/environment";
import { FaultPlan } from "./http/faults";
import { microsoftHosts } from "./http/hosts";
import { type HttpRequest, readRequest, renderResponse, sendResponse } from "./http/http-message";
import { Journal } from "./http/journal";
import { type Listening, listen } from "./http/listening";
import { Passage, type PassageListener } from "./http/passage";
import { Pipeline } from "./http/pipeline";
import type { ServiceDefinition } from "./http/route";
import { Router } from "./http/router";
import { createSecrets, type EmulatorSecrets } from "./http/secrets";
import { createServices } from "./http/services";
import { keyVaultSuffix } from "./seed/constants";
import { addTenant, pipelineSubjects, seedWorld, type TenantSummary } from "./seed/seed";
import { createSigner } from "./services/entra/signing";
import { type ChangeListener, ChangeWatch } from "./world/change-watch";
import type { Lag } from "./world/clock";
import { createWorld } from "./world/emulated-world";
import { takeSnapshot } from "./world/snapshot";
import type { World } from "./world/world";

export interface EmulatorOptions {
  /** Left out: any free port. */
  readonly port?: number;
  /** Receives refused requests and the emulator's own errors, one line each. Left out: they are dropped. */
  readonly log?: (line: string) => void;
  /** The emulator's time at start. Default, and after a reset: the machine's time. */
  readonly startsAt?: Date | undefined;
  /** Lag at start and after a reset. Left out: none. */
  readonly lag?: Partial<Lag>;
  /** Services that are matched before the built-in ones, for tests of the server itself. */
  readonly services?: readonly ServiceDefinition[];
}

/** A running emulated Microsoft. */
export interface RunningEmulator {
  /** `https://localhost:PORT` */
  readonly origin: string;
  /** `http://127.0.0.1:PORT` of the CONNECT port. */
  readonly proxy: string;
  /** PEM file of the certificate authority that clients must trust. */
  readonly caFile: string;
  readonly world: World;
  /** The environment for clients. Holds the deployers' secret. */
  readonly env: Readonly<Record<string, string>>;
  readonly secrets: EmulatorSecrets;
  /** The current tenants: those of the seed and those added since. */
  readonly tenants: readonly TenantSummary[];
  /** A pipeline's token for a subject, for use as a federated client assertion. */
  issuePipelineToken: TestIssuer["issue"];
  /** Calls the listener once per request that changed something, before the response is sent. Returns a function that undoes it. */
  onChange(listener: ChangeListener): () => void;
  /** Calls the listener at every stage of every call. Returns a function that undoes it. */
  onPassage(listener: PassageListener): () => void;
  /** Saves the current world and returns a function that restores it. Journal and faults are not included. */
  snapshot(): () => void;
  /** Restores the initial state. Keys, ports and secrets stay. */
  reset(): void;
  stop(): Promise<void>;
}

/** Starts an emulated Microsoft on loopback. Two in one process share nothing. */
export async function startEmulator(options: EmulatorOptions = {}): Promise<RunningEmulator> {
  const log = options.log ?? (() => undefined);
  const certificates = await createServerCertificates([
    "localhost",
    `*.${keyVaultSuffix}`,
    ...Object.values(microsoftHosts),
  ]);
  const [signer, issuerSigner] = await Promise.all([createSigner(), createSigner()]);
  const core = createCore(options, log, signer, issuerSigner);
  const server = createServer({ cert: certificates.certificate, key: certificates.privateKey }, (request, response) => {
    void core.receive(request, response);
  });
  // Clients poll every five seconds or more: the default of five would close their idle connections just as they send again.
  server.keepAliveTimeout = 600_000;
  const main = await listen(server as unknown as Server, options.port ?? 0);
  core.addresses.origin = `https://localhost:${main.port}`;
  core.begin(options.startsAt);
  const connectPort = await listen(proxyTo(main.port, log), 0);
  const trust = await writeTrustFiles(certificates.authority);
  const { origin } = core.addresses;
  const proxy = `http://127.0.0.1:${connectPort.port}`;
  // Ten years: a token issued at start must stay valid however far the clock is moved.
  const pipelineToken = await core.issuer.issue(pipelineSubjects.deployer, { lifetimeSeconds: 315_360_000 });
  return {
    origin,
    proxy,
    caFile: trust.caFile,
    world: core.world,
    env: clientEnvironment({ origin, proxy, trust, deployerSecret: core.secrets.deployer, pipelineToken }),
    secrets: core.secrets,
    get tenants() {
      return core.tenants();
    },
    issuePipelineToken: (subject, issueOptions) => core.issuer.issue(subject, issueOptions),
    onChange: (listener) => core.watch.listen(listener),
    onPassage: (listener) => core.passage.listen(listener),
    snapshot: () => takeSnapshot(core.world),
    reset: () => core.reset(),
    stop: () => stopAll([main, connectPort], trust.remove),
  };
}

async function stopAll(listening: readonly Listening[], removeFiles: () => Promise<void>): Promise<void> {
  await Promise.all(listening.map((one) => one.stop()));
  await removeFiles();
}

function proxyTo(target: number, log: (line: string) => void): Server {
  const own: readonly string[] = Object.values(microsoftHosts);
  return createConnectProxy({
    target,
    isAllowed: (host, port) => port === 443 && (host.endsWith(`.${keyVaultSuffix}`) || own.includes(host)),
    log,
  });
}

type Signers = Awaited<ReturnType<typeof createSigner>>;

/** An emulator without its sockets and files. */
function createCore(options: EmulatorOptions, log: (line: string) => void, signer: Signers, issuerSigner: Signers) {
  const addresses = { origin: "", keyVaultSuffix };
  const world = createWorld(addresses, options.lag ?? {});
  const watch = new ChangeWatch();
  const passage = new Passage();
  const faults = new FaultPlan();
  const journal = new Journal();
  const secrets = createSecrets();
  const seed = { world, secrets, changed: watch.changed };
  const issuer = new TestIssuer(issuerSigner, world.clock, () => addresses.origin);
  let tenants: TenantSummary[] = [];
  const begin = (startsAt?: Date) => {
    world.clock.reset();
    if (startsAt !== undefined) world.clock.set(startsAt);
    Object.assign(world.lag, world.initialLag);
    faults.set([]);
    journal.clear();
    tenants = seedWorld(seed);
  };
  const reset = () => begin();
  const control: ControlContext = {
    world,
    faults,
    journal,
    secrets,
    reset,
    addTenant(tenantSeed) {
      const summary = addTenant(seed, tenantSeed);
      tenants = [...tenants, summary];
      return summary;
    },
    tenants: () => tenants,
  };
  const definitions = [...(options.services ?? []), ...createServices(signer, [issuer])];
  const services = definitions.map((definition) => ({ definition, router: new Router(definition) }));
  const pipeline = new Pipeline({ world, services, signer, faults, journal, watch, passage, log });
  const receive = async (message: IncomingMessage, response: ServerResponse) => {
    try {
      const request = await readRequest(message);
      const own = answerOwn(request, control, issuer);
      if (own === undefined) await pipeline.answer(request, response);
      else sendResponse(response, renderResponse(own), world.clock.now());
    } catch (error) {
      // The client disconnected while it was sending, or sent far too much: no one is left to answer.
      log(`connection ended: ${error instanceof Error ? error.message : String(error)}`);
      response.destroy();
    }
  };
  return { addresses, world, watch, passage, secrets, issuer, begin, reset, receive, tenants: () => tenants };
}

/** The emulator's own responses, not Microsoft's. */
function answerOwn(request: HttpRequest, control: ControlContext, issuer: TestIssuer) {
  if (request.path.startsWith(controlPrefix)) return answerControl(control, request);
  return request.method === "GET" ? issuer.answer(request.path) : undefined;
}
