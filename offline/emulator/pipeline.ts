import type { ServerResponse } from "node:http";
import { readToken, requireCaller, type VerifiedToken } from "./authenticate";
import type { ChangeWatch } from "./change-watch";
import type { Signer } from "./entra/signing";
import { strike } from "./fault-response";
import type { FaultPlan, Strike } from "./faults";
import { type HttpRequest, type RenderedResponse, renderResponse, sendResponse } from "./http-message";
import type { Journal, JournalEntry } from "./journal";
import type { Passage } from "./passage";
import { type Caller, type RouteResponse, type ServiceDefinition, ServiceError } from "./route";
import { type Router, readBody } from "./router";
import { Turns } from "./turns";
import type { World } from "./world";

/** A service with its routes compiled. */
export interface MountedService {
  readonly definition: ServiceDefinition;
  readonly router: Router;
}

export interface PipelineContext {
  readonly world: World;
  readonly services: readonly MountedService[];
  readonly signer: Signer;
  readonly faults: FaultPlan;
  readonly journal: Journal;
  readonly watch: ChangeWatch;
  readonly passage: Passage;
  readonly log: (line: string) => void;
}

/** Takes every request of the emulated services from arrival to answer. */
export class Pipeline {
  private readonly turns = new Turns();

  constructor(private readonly context: PipelineContext) {}

  async answer(request: HttpRequest, response: ServerResponse): Promise<void> {
    const { world, services, faults, journal, passage } = this.context;
    const mounted = services.find(({ definition }) => definition.matches(request.host, request.path));
    const { method, path, query } = request;
    const service = mounted?.definition.service ?? null;
    const entry = journal.open({ at: world.clock.now().toISOString(), service, method, path, query });
    if (mounted === undefined) {
      this.refuseUnknownService(request, response, entry);
      return;
    }
    await passage.reach("arrived", entry);
    const planned = faults.meet({ service: mounted.definition.service, method, path });
    if (this.strikes("before", planned, undefined, { request, response, mounted, entry })) return;
    const answer = await this.process(mounted, request, entry);
    await passage.reach("committed", entry);
    if (this.strikes("after", planned, answer, { request, response, mounted, entry })) return;
    entry.status = answer.status;
    response.once("finish", () => void passage.reach("answered", entry));
    sendResponse(response, answer, world.clock.now());
  }

  /** The service's answer, a refusal included. */
  private async process(mounted: MountedService, request: HttpRequest, entry: JournalEntry): Promise<RenderedResponse> {
    const { world } = this.context;
    const { definition } = mounted;
    try {
      return renderResponse(await this.handle(mounted, request, entry));
    } catch (error) {
      const refusal = error instanceof ServiceError ? error : this.internalError(error, entry);
      this.name(refusal, entry);
      return renderResponse(definition.renderError(refusal, world, request.host));
    }
  }

  private async handle(
    { definition, router }: MountedService,
    request: HttpRequest,
    entry: JournalEntry,
  ): Promise<RouteResponse> {
    const { world, signer } = this.context;
    const { headers, host } = request;
    const { route, parameters } = router.match(request);
    let caller: Caller | undefined;
    if (route.anonymous !== true) {
      const token = await readToken(world, signer, headers["authorization"]);
      noteToken(entry, token);
      caller = requireCaller(world, definition, token);
    }
    const query = router.readQuery(route, request.query);
    const body = readBody(route, request);
    const claim = caller === undefined ? definition.claimedCaller?.({ world, parameters, headers, body }) : undefined;
    if (claim !== undefined) Object.assign(entry, { caller: claim.clientId, tenant: claim.tenantId });
    // An anonymous route gets no caller: reading it there is a mistake in the route, which then fails loudly.
    const full = { world, parameters, query, headers, host, body, caller: caller as Caller };
    return this.inTurn(caller?.tenant.id ?? "", () => route.handle(full), entry);
  }

  /** One request of a tenant at a time; listeners hear of a change before its answer leaves, also when the call failed halfway. */
  private async inTurn(
    key: string,
    handle: () => RouteResponse | Promise<RouteResponse>,
    { service, method, path }: JournalEntry,
  ): Promise<RouteResponse> {
    const { watch } = this.context;
    const { outcome, changed } = await this.turns.take(key, () => watch.observe(handle));
    // Outside the turn, so that a listener may itself call the emulator.
    if (changed) await watch.tell({ service: service ?? "", method, path });
    if (outcome.status === "rejected") throw outcome.reason;
    return outcome.value;
  }

  private strikes(
    when: "before" | "after",
    planned: Strike,
    real: RenderedResponse | undefined,
    call: { request: HttpRequest; response: ServerResponse; mounted: MountedService; entry: JournalEntry },
  ): boolean {
    const fault = planned.take(when);
    if (fault === undefined) return false;
    const { request, response, mounted, entry } = call;
    entry.fault = `${fault.action} ${when}`;
    const { world } = this.context;
    entry.status = strike(fault, real, response, { world, definition: mounted.definition, host: request.host });
    return true;
  }

  private refuseUnknownService(
    { method, host, path }: HttpRequest,
    response: ServerResponse,
    entry: JournalEntry,
  ): void {
    const message = `${method} https://${host}${path}: the emulator knows no such service`;
    entry.problem = message;
    entry.status = 501;
    this.context.log(`refused: ${message}`);
    const answer = renderResponse({ status: 501, body: { error: { code: "NotImplemented", message } } });
    sendResponse(response, answer, this.context.world.clock.now());
  }

  /** What the emulator does not know is news; a missing token is everyday, because the vault's challenge asks for it. */
  private name({ detail: { kind }, message }: ServiceError, entry: JournalEntry): void {
    if (kind === undefined || kind === "unauthenticated") return;
    entry.problem = `${kind}: ${message}`;
    this.context.log(`refused: ${entry.method} ${entry.path}: ${entry.problem}`);
  }

  private internalError(error: unknown, entry: JournalEntry): ServiceError {
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    entry.problem = `internal: ${message.split("\n")[0]}`;
    this.context.log(`emulator error: ${entry.method} ${entry.path}: ${message}`);
    return new ServiceError(500, "InternalServerError", "The emulator failed while answering this call.");
  }
}

/** The journal names who called also when the call is then refused. */
function noteToken(entry: JournalEntry, token: VerifiedToken | undefined): void {
  if (token === undefined) return;
  const { appid, azp, oid, tid } = token.payload;
  const textOrNull = (value: unknown) => (typeof value === "string" ? value : null);
  entry.caller = textOrNull(appid ?? azp);
  entry.callerObjectId = textOrNull(oid);
  entry.tenant = textOrNull(tid);
}
