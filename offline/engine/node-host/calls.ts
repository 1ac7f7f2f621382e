import { type handleServerStreamingCall, type handleUnaryCall, type ServiceError, status } from "@grpc/grpc-js";

/** An async function as a gRPC method. `signal` fires when the engine gives the call up. */
export function unary<Request, Response>(
  answer: (request: Request, signal: AbortSignal) => Response | Promise<Response>,
): handleUnaryCall<Request, Response> {
  return (call, reply) => {
    Promise.resolve()
      .then(() => answer(call.request, cancellationOf(call)))
      .then(
        (response) => reply(null, response),
        (error: unknown) => reply(asServiceError(error)),
      );
  };
}

/** An async function that writes a stream as a gRPC method. */
export function streaming<Request, Response>(
  answer: (request: Request, write: (message: Response) => void, signal: AbortSignal) => Promise<void>,
): handleServerStreamingCall<Request, Response> {
  return (call) => {
    const write = (message: Response) => void (call.cancelled || call.write(message));
    Promise.resolve()
      .then(() => answer(call.request, write, cancellationOf(call)))
      .then(
        () => call.end(),
        (error: unknown) => call.emit("error", asServiceError(error)),
      );
  };
}

function cancellationOf(call: Cancellable): AbortSignal {
  const controller = new AbortController();
  call.on("cancelled", () => controller.abort());
  if (call.cancelled) controller.abort();
  return controller.signal;
}

interface Cancellable {
  readonly cancelled: boolean;
  on(event: "cancelled", listener: () => void): unknown;
}

function asServiceError(error: unknown): Partial<ServiceError> {
  return { code: status.UNKNOWN, details: error instanceof Error ? error.message : String(error) };
}
