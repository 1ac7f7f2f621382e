import { randomUUID } from "node:crypto";
import { z } from "zod";
import { type FaultPlan, faultSchema } from "../http/faults";
import type { HttpRequest } from "../http/http-message";
import type { Journal } from "../http/journal";
import { bodyProblems } from "../http/refusals";
import type { RouteResponse } from "../http/route";
import type { EmulatorSecrets } from "../http/secrets";
import type { TenantSeed, TenantSummary } from "../seed/seed";
import { addDuration } from "../world/duration";
import type { EmulatedWorld } from "../world/emulated-world";
import { clockBody, lagBody, refreshTokenBody, settingsBody, tenantBody, userBody } from "./control-bodies";
import { type ControlRouteName, controlPrefix, controlRoutes } from "./control-routes";
import { ControlProblem, issueRefreshToken, putSettings, putUser } from "./control-users";
import { describeWorld } from "./state";

/** What the control routes change. */
export interface ControlContext {
  readonly world: EmulatedWorld;
  readonly faults: FaultPlan;
  readonly journal: Journal;
  readonly secrets: EmulatorSecrets;
  /** Restores the initial state, clock and lag, and empties journal and faults. Keys, ports and secrets stay. */
  reset(): void;
  addTenant(seed: TenantSeed): TenantSummary;
  tenants(): readonly TenantSummary[];
}

type ControlRoute = (context: ControlContext, body: unknown) => RouteResponse;

/** The handler of each route. They are not a service: no token, no journal, no faults. */
const routes: Readonly<Record<ControlRouteName, ControlRoute>> = {
  "GET state": ({ world }) => ok(describeWorld(world)),
  "GET journal": ({ journal }) => ok(journal.entries()),
  "POST clock": checked(clockBody, setClock),
  "POST lag": checked(lagBody, ({ world }, lag) => {
    Object.assign(world.lag, lag);
    return ok(world.lag);
  }),
  "POST faults": checked(z.array(faultSchema), ({ faults }, list) => {
    faults.set(list);
    return ok(faults.list());
  }),
  "GET tenants": ({ tenants }) => ok(tenants()),
  "POST tenants": checked(tenantBody, createTenant),
  "POST users": checked(userBody, answerPutUser),
  "POST settings": checked(settingsBody, ({ world }, body) => ok(putSettings(world, body))),
  "POST refresh-tokens": checked(refreshTokenBody, ({ world }, body) =>
    ok({ refreshToken: issueRefreshToken(world, body) }, 201),
  ),
  "POST reset": checked(z.strictObject({}).optional(), (context) => {
    context.reset();
    return ok({ now: context.world.clock.now().toISOString() });
  }),
};

/** Answers a control request; wrong bodies are refused with every problem. */
export function answerControl(context: ControlContext, request: HttpRequest): RouteResponse {
  const name = `${request.method} ${request.path.slice(controlPrefix.length)}`;
  if (!isKnown(name)) {
    const known = Object.keys(controlRoutes).map((key) => key.replace(" ", ` ${controlPrefix}`));
    return problem(404, [`${request.method} ${request.path} is no control route; there are ${known.join(", ")}`]);
  }
  let body: unknown;
  try {
    body = request.text === "" ? undefined : JSON.parse(request.text);
  } catch {
    return problem(400, ["the body is not valid JSON"]);
  }
  try {
    return routes[name](context, body);
  } catch (error) {
    if (error instanceof ControlProblem) return problem(404, [error.message]);
    throw error;
  }
}

function isKnown(name: string): name is ControlRouteName {
  return Object.hasOwn(controlRoutes, name);
}

function checked<T>(schema: z.ZodType<T>, answer: (context: ControlContext, body: T) => RouteResponse): ControlRoute {
  return (context, body) => {
    const parsed = schema.safeParse(body);
    return parsed.success ? answer(context, parsed.data) : problem(400, bodyProblems(parsed.error).split("; "));
  };
}

function ok(body: unknown, status = 200): RouteResponse {
  return { status, body };
}

function problem(status: number, problems: readonly string[]): RouteResponse {
  return { status, body: { error: { code: "ControlRequest", message: problems.join("; "), problems } } };
}

function setClock({ world: { clock } }: ControlContext, { set, advance }: z.infer<typeof clockBody>): RouteResponse {
  const to = set === undefined ? addDuration(clock.now(), advance ?? "") : new Date(set);
  if (to === undefined) {
    return problem(400, ['field "advance": must be an ISO 8601 duration such as "P30D", "PT90M" or "P1Y2M3DT4H5M6S"']);
  }
  clock.set(to);
  return ok({ now: clock.now().toISOString() });
}

function createTenant(context: ControlContext, body: z.infer<typeof tenantBody>): RouteResponse {
  const { domain, role = "partner" } = body;
  const id = body.id ?? randomUUID();
  const taken = [...context.world.tenants.values()].filter((tenant) => tenant.id === id || tenant.domain === domain);
  if (taken.length > 0) return problem(409, [`tenant ${id} or domain ${domain} exists`]);
  const identity = () => ({ clientId: randomUUID(), objectId: randomUUID() });
  const expected = role === "partner" ? { userPrincipalName: `reports@${domain}` } : null;
  const reportingUser = body.reportingUser === undefined ? expected : body.reportingUser;
  const summary = context.addTenant({
    id,
    domain,
    displayName: body.displayName ?? domain,
    role,
    deployer: identity(),
    rotator: identity(),
    administrator: identity(),
    reportingUser: reportingUser && { ...reportingUser, objectId: randomUUID() },
  });
  return ok(summary, 201);
}

function answerPutUser({ world, secrets }: ControlContext, body: z.infer<typeof userBody>): RouteResponse {
  const { isNew, shown } = putUser(world, secrets, body);
  return ok(shown, isNew ? 201 : 200);
}
