import type { ServerResponse } from "node:http";
import type { Signer } from "../services/entra/signing";
import type { ChangeWatch } from "../world/change-watch";
import type { World } from "../world/world";
import { readToken, requireCaller, type VerifiedToken } from "./authenticate";
import { faultAnswer, strike } from "./fault-response";
import type { FaultPlan, Strike } from "./faults";
import { type HttpRequest, type RenderedResponse, renderResponse, sendResponse } from "./http-message";
import type { Journal, JournalEntry } from "./journal";
import type { Passage } from "./passage";
import { type Caller, type RouteResponse, type ServiceDefinition, ServiceError } from "./route";
import { checkHeaders, type Router, readBody } from "./router";
import { Turns } from "./turns";

/** A service with its compiled routes. */
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

/** A call in progress. */
interface Call {
  readonly mounted: MountedService;
  readonly request: HttpRequest;
  readonly entry: JournalEntry;
  readonly trace: Readonly<Record<string, string>>;
  readonly faults: Strike;
}

/** Takes every request of the emulated services from arrival to response. */
export class Pipeline {
  private readonly turns = new Turns();

  constructor(private readonly context: PipelineContext) {}

  async answer(request: HttpRequest, response: ServerResponse): Promise<void> {
    const { world, passage } = this.context;
    const entry = this.open(request);
    const mounted = this.context.services.find(({ definition }) => definition.matches(request.host, request.path));
    if (mounted === undefined) {
      this.refuseUnknownService(request, response, entry);
      return;
    }
    entry.service = mounted.definition.service;
    await passage.reach("arrived", entry);
    const call = this.begin(mounted, request, entry);
    if (this.strikes("before", call, undefined, response)) return;
    const answer = await this.process(call);
    await passage.reach("committed", entry);
    if (this.strikes("after", call, answer, response)) return;
    entry.status = answer.status;
    response.once("finish", () => void passage.reach("answered", entry));
    sendResponse(response, answer, world.clock.now());
  }

  /** A call inside a batch: processed like any other, with its own entry, rights and faults, but without a connection. */
  private async answerPart(mounted: MountedService, request: HttpRequest): Promise<RenderedResponse> {
    const { world } = this.context;
    const entry = this.open(request);
    entry.service = mounted.definition.service;
    const call = this.begin(mounted, request, entry);
    const context = { world, definition: mounted.definition, host: request.host, trace: call.trace };
    const before = call.faults.take("before");
    const real = before === undefined ? await this.process(call) : undefined;
    const fault = before ?? call.faults.take("after");
    if (fault !== undefined) entry.fault = `${fault.action} ${fault.when}`;
    const answer = fault === undefined ? real : faultAnswer(fault, context);
    if (answer === undefined) throw new Error("a part without a fault has an answer");
    entry.status = answer.status;
    return answer;
  }

  private open({ method, path, query }: HttpRequest): JournalEntry {
    const { journal, world } = this.context;
    return journal.open({ at: world.clock.now().toISOString(), service: null, method, path, query });
  }

  private begin(mounted: MountedService, request: HttpRequest, entry: JournalEntry): Call {
    const { definition, router } = mounted;
    const path = router.readPath(request.path);
    return {
      mounted,
      request,
      entry,
      trace: definition.trace?.(request.headers, this.context.world) ?? {},
      faults: this.context.faults.meet({ service: definition.service, method: request.method, path }),
    };
  }

  /** The service's response, or its refusal. */
  private async process(call: Call): Promise<RenderedResponse> {
    const { mounted, request, entry, trace } = call;
    try {
      return renderResponse(await this.handle(call), trace);
    } catch (error) {
      const refusal = error instanceof ServiceError ? error : this.internalError(error, entry);
      this.name(refusal, entry);
      const shown = mounted.definition.renderError(refusal, this.context.world, { host: request.host, trace });
      return renderResponse(shown, trace);
    }
  }

  private async handle({ mounted, request, entry }: Call): Promise<RouteResponse> {
    const { definition, router } = mounted;
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
    checkHeaders(route, headers);
    const body = readBody(route, request, definition.takesForms);
    const claim = caller === undefined ? definition.claimedCaller?.({ world, parameters, headers, body }) : undefined;
    if (claim !== undefined) Object.assign(entry, { caller: claim.clientId, tenant: claim.tenantId });
    const send = (part: HttpRequest) => this.answerPart(mounted, part);
    // An anonymous route gets no caller. A route that reads it anyway is wrong, and fails visibly.
    const full = { world, parameters, query, headers, host, body, caller: caller as Caller, send };
    if (route.isComposite === true) return route.handle(full);
    return this.inTurn(caller?.tenant.id ?? "", () => route.handle(full), entry);
  }

  /** One request per tenant at a time. Listeners are called before the response is sent, also when the call failed halfway. */
  private async inTurn(
    key: string,
    handle: () => RouteResponse | Promise<RouteResponse>,
    { service, method, path }: JournalEntry,
  ): Promise<RouteResponse> {
    const { watch } = this.context;
    const { outcome, changed } = await this.turns.take(key, () => watch.observe(handle));
    // After the turn, so that a listener can call the emulator itself.
    if (changed) await watch.tell({ service: service ?? "", method, path });
    if (outcome.status === "rejected") throw outcome.reason;
    return outcome.value;
  }

  private strikes(
    when: "before" | "after",
    { mounted, request, entry, trace, faults }: Call,
    real: RenderedResponse | undefined,
    response: ServerResponse,
  ): boolean {
    const fault = faults.take(when);
    if (fault === undefined) return false;
    entry.fault = `${fault.action} ${when}`;
    const { world } = this.context;
    const context = { world, definition: mounted.definition, host: request.host, trace };
    entry.status = strike(fault, real, response, context);
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

  /** Log unknown calls, but not a missing token: the vault's challenge makes every client send one request without. */
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

/** The journal names the caller even when the call is refused. */
function noteToken(entry: JournalEntry, token: VerifiedToken | undefined): void {
  if (token === undefined) return;
  const { appid, azp, oid, tid } = token.payload;
  const textOrNull = (value: unknown) => (typeof value === "string" ? value : null);
  entry.caller = textOrNull(appid ?? azp);
  entry.callerObjectId = textOrNull(oid);
  entry.tenant = textOrNull(tid);
}
