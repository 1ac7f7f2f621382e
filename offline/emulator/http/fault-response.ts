import type { ServerResponse } from "node:http";
import type { World } from "../world/world";
import type { Fault } from "./faults";
import { type RenderedResponse, renderResponse, sendHead, sendResponse } from "./http-message";
import { type FailedCall, type ServiceDefinition, ServiceError } from "./route";

const codes: Readonly<Record<number, readonly [code: string, message: string]>> = {
  408: ["RequestTimeout", "The request timed out."],
  409: ["Conflict", "The request conflicts with another one."],
  429: ["TooManyRequests", "Too many requests."],
  500: ["InternalServerError", "An internal error occurred."],
  502: ["BadGateway", "The gateway received an invalid response."],
  503: ["ServiceUnavailable", "The service is temporarily unavailable."],
  504: ["GatewayTimeout", "The gateway timed out."],
};

/** The call that a fault applies to. */
export interface FaultContext extends FailedCall {
  readonly world: World;
  readonly definition: ServiceDefinition;
}

/**
 * Does to the connection what the fault says. `real` is the answer of the committed call, when the fault strikes after it. Answers the status
 * that was sent, or null when none was.
 */
export function strike(
  fault: Fault,
  real: RenderedResponse | undefined,
  response: ServerResponse,
  context: FaultContext,
): number | null {
  switch (fault.action) {
    case "hang":
      // Nothing more is sent: the client gives up, or the emulator closes the connection when it stops.
      return null;
    case "reset":
      response.socket?.destroy();
      return null;
    case "status": {
      const rendered = faultAnswer(fault, context);
      sendResponse(response, rendered, context.world.clock.now());
      return rendered.status;
    }
    case "truncate": {
      const whole = fault.body === undefined && real !== undefined ? real : faultAnswer(fault, context);
      return truncate(whole, response, context.world.clock.now());
    }
  }
}

/** The response of a fault. One that drops the connection has none; inside a batch, a gateway's 504 takes its place. */
export function faultAnswer(fault: Fault, { world, definition, host, trace }: FaultContext): RenderedResponse {
  const status = fault.status ?? { truncate: 200, status: 500, hang: 504, reset: 504 }[fault.action];
  const [code, message] = codes[status] ?? ["Fault", `Fault with status ${status}.`];
  const retryAfter = fault.retryAfter === undefined ? {} : { "retry-after": String(fault.retryAfter) };
  if (fault.body !== undefined) return renderResponse({ status, headers: retryAfter, body: fault.body }, trace);
  const error = new ServiceError(status, code, message, { headers: retryAfter });
  return renderResponse(definition.renderError(error, world, { host, trace }), trace);
}

/** Announces the full length, sends half of the body, and drops the connection. */
function truncate(answer: RenderedResponse, response: ServerResponse, now: Date): number | null {
  const whole = Buffer.from(answer.text);
  if (whole.length < 2) {
    // An empty body cannot be cut in half, so the whole response is lost.
    response.socket?.destroy();
    return null;
  }
  sendHead(response, answer, now);
  response.write(whole.subarray(0, Math.floor(whole.length / 2)), () => response.socket?.destroy());
  return answer.status;
}
