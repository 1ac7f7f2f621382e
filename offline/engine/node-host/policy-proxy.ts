import {
  Client,
  credentials,
  type MethodDefinition,
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type ServiceError,
  type sendUnaryData,
  status,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import { AnalyzerService } from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import { AnalyzerStackConfigureRequest } from "@pulumi/pulumi/proto/analyzer_pb";
import { channelOptions } from "./channel-options";
import { createDeferred } from "./deferred";
import type { PolicyStack } from "./plugin-start";

/**
 * Stands between the engine and a policy pack. A pack written for Node reads the stack from its environment when it starts, but the engine
 * tells it by a call to a pack that already runs. So the engine first meets this proxy; the pack starts when the call has come, and every
 * other call waits for it. Messages pass through as bytes.
 */
export interface PolicyProxy {
  readonly port: number;
  /** The stack, once the engine has told it; undefined when the engine asks for something else first. */
  readonly configured: Promise<PolicyStack | undefined>;
  /** Hands all calls to the pack that listens on this port. */
  attach(port: number): Promise<void>;
  /** Answers all waiting calls with this failure. */
  fail(error: Error): void;
  close(): void;
}

type Bytes = MethodDefinition<Buffer, Buffer>;
type Forward = (method: Bytes, request: Buffer) => Promise<Buffer>;

const asIs = (bytes: Buffer) => bytes;

/** Starts the proxy on a free loopback port. */
export async function startPolicyProxy(): Promise<PolicyProxy> {
  const configured = createDeferred<PolicyStack | undefined>();
  const pack = createDeferred<Forward>();
  pack.promise.catch(() => undefined);
  let stackRequest: Buffer | undefined;

  const answer = async (method: Bytes, request: Buffer): Promise<Buffer> => {
    if (method.path === AnalyzerService.handshake.path) return Buffer.alloc(0);
    if (method.path === AnalyzerService.configureStack.path) {
      stackRequest = request;
      configured.resolve(readStack(request));
      return Buffer.alloc(0);
    }
    configured.resolve(undefined);
    return (await pack.promise)(method, request);
  };

  const server = new Server(channelOptions);
  const methods = byteMethods();
  server.addService(methods, handlers(methods, answer));
  const port = await new Promise<number>((bound, failed) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, free) =>
      error === null ? bound(free) : failed(error),
    );
  });

  let client: Client | undefined;
  return {
    port,
    configured: configured.promise,
    async attach(packPort) {
      const opened = new Client(`127.0.0.1:${packPort}`, credentials.createInsecure(), channelOptions);
      client = opened;
      const forward: Forward = (method, request) => call(opened, method, request);
      if (stackRequest !== undefined) {
        await forward(methods["configureStack"] as Bytes, stackRequest).catch(ignoreUnimplemented);
      }
      pack.resolve(forward);
    },
    fail: (error) => pack.reject(error),
    close() {
      pack.reject(new Error("the policy pack has ended"));
      client?.close();
      server.forceShutdown();
    },
  };
}

function byteMethods(): Record<string, Bytes> {
  const bytes = {
    requestSerialize: asIs,
    requestDeserialize: asIs,
    responseSerialize: asIs,
    responseDeserialize: asIs,
  };
  return Object.fromEntries(
    Object.entries(AnalyzerService).map(([name, method]) => [name, { ...method, ...bytes } as Bytes]),
  );
}

function handlers(
  methods: Readonly<Record<string, Bytes>>,
  answer: (method: Bytes, request: Buffer) => Promise<Buffer>,
): UntypedServiceImplementation {
  return Object.fromEntries(
    Object.entries(methods).map(([name, method]) => [
      name,
      (incoming: ServerUnaryCall<Buffer, Buffer>, reply: sendUnaryData<Buffer>) => {
        answer(method, incoming.request).then(
          (response) => reply(null, response),
          (error: Partial<ServiceError>) =>
            reply({ code: error.code ?? status.UNKNOWN, details: error.details ?? error.message ?? String(error) }),
        );
      },
    ]),
  );
}

function call(client: Client, method: Bytes, request: Buffer): Promise<Buffer> {
  return new Promise((done, failed) => {
    client.makeUnaryRequest(method.path, asIs, asIs, request, (error, response) => {
      if (error !== null) failed(error);
      else done(response ?? Buffer.alloc(0));
    });
  });
}

/** Packs made before the engine had that call read the environment only. */
function ignoreUnimplemented(error: ServiceError): undefined {
  if (error.code !== status.UNIMPLEMENTED) throw error;
}

function readStack(request: Buffer): PolicyStack {
  const message = AnalyzerStackConfigureRequest.deserializeBinary(request);
  return {
    organization: message.getOrganization(),
    project: message.getProject(),
    stack: message.getStack(),
    isDryRun: message.getDryRun(),
    config: new Map(message.getConfigMap().entries()),
  };
}
