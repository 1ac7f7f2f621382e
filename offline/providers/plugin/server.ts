import { Server, ServerCredentials, type ServerUnaryCall, type sendUnaryData, status } from "@grpc/grpc-js";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { type IResourceProviderServer, ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import {
  type CheckRequest,
  type CheckResponse,
  type ConfigureRequest,
  ConfigureResponse,
  DiffResponse,
  GetSchemaResponse,
  type InvokeRequest,
  InvokeResponse,
  ProviderHandshakeResponse,
} from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { propertyProblems } from "./check";
import type { PluginDependencies, Provider } from "./provider";
import { resourceCalls } from "./resource-calls";
import { callError, checkResponse, failureMessage } from "./responses";
import { Session } from "./session";
import { readStruct, writeStruct } from "./struct";
import { type Properties, revealAll } from "./value";

/** A provider that answers the engine on a loopback port. */
export interface RunningProvider {
  readonly port: number;
  stop(): Promise<void>;
}

/** Serves a stand-in provider to one engine. It binds 127.0.0.1 only. */
export async function serveProvider<Context>(
  provider: Provider<Context>,
  dependencies: Omit<PluginDependencies, "cancelled">,
): Promise<RunningProvider> {
  const cancel = new AbortController();
  const session = new Session(provider, { ...dependencies, cancelled: cancel.signal });
  const server = new Server({ "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 });
  server.addService(ResourceProviderService, implementation(provider, session, cancel));
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  return {
    port,
    stop: () =>
      new Promise((resolve) => {
        cancel.abort(new Error("the plugin was stopped"));
        server.forceShutdown();
        resolve();
      }),
  };
}

function implementation<Context>(
  provider: Provider<Context>,
  session: Session<Context>,
  cancel: AbortController,
): IResourceProviderServer {
  const resource = resourceCalls(session);
  const own = providerCalls(provider, session);
  const missing = unary(async (): Promise<never> => {
    throw Object.assign(new Error("not implemented by this stand-in provider"), { code: status.UNIMPLEMENTED });
  });
  return {
    ...own,
    check: unary(resource.check),
    diff: unary(resource.diff),
    create: unary(resource.create, (request) => readStruct(request.getProperties())),
    read: unary(resource.read),
    update: unary(resource.update, (request) => readStruct(request.getNews())),
    delete: unary(resource.delete),
    cancel: unary(async () => {
      cancel.abort(new Error("the update was cancelled"));
      return new Empty();
    }),
    parameterize: missing,
    call: missing,
    construct: missing,
    attach: missing,
    getMapping: missing,
    getMappings: missing,
    list: (call) => call.emit("error", { code: status.UNIMPLEMENTED, details: "listing is not implemented" }),
  };
}

function providerCalls<Context>(provider: Provider<Context>, session: Session<Context>) {
  return {
    handshake: unary(async () => {
      // Like the real plugins: secrets arrive in the clear, and the engine marks what comes back under the same names.
      const response = new ProviderHandshakeResponse();
      response.setSupportsAutonamingConfiguration(true);
      return response;
    }),
    getSchema: unary(async () => {
      const response = new GetSchemaResponse();
      response.setSchema("{}");
      return response;
    }),
    getPluginInfo: unary(async () => {
      const info = new PluginInfo();
      info.setVersion(provider.version);
      return info;
    }),
    checkConfig: unary(async (request: CheckRequest): Promise<CheckResponse> => {
      const news = readStruct(request.getNews());
      const reasons = session.configurationProblems(revealAll(news));
      return checkResponse(
        news,
        reasons.map((reason) => ({ property: "", reason })),
      );
    }),
    // No change of configuration replaces anything: the next update simply runs with the new one.
    diffConfig: unary(async () => new DiffResponse()),
    configure: unary(async (request: ConfigureRequest) => {
      await session.configure(configurationOf(request));
      const response = new ConfigureResponse();
      response.setSupportspreview(true);
      response.setSupportsAutonamingConfiguration(true);
      return response;
    }),
    invoke: unary((request: InvokeRequest) => invoke(session, request)),
  };
}

async function invoke<Context>(session: Session<Context>, request: InvokeRequest): Promise<InvokeResponse> {
  const called = session.function(request.getTok());
  const args = revealAll(readStruct(request.getArgs()));
  const response = new InvokeResponse();
  const problems = propertyProblems(called.token, args, called.inputs);
  for (const problem of problems) response.addFailures(failureMessage(problem));
  if (problems.length === 0) {
    response.setReturn(writeStruct(await called.call(args, await session.context())));
  }
  return response;
}

/** Older engines send texts only (`azuread:config:tenantId`), newer ones a struct too. */
function configurationOf(request: ConfigureRequest): Properties {
  if (request.hasArgs()) return revealAll(readStruct(request.getArgs()));
  const entries = request.getVariablesMap().toArray();
  return Object.fromEntries(entries.map(([key, value]) => [key.slice(key.lastIndexOf(":") + 1), value]));
}

type Unary = <Request, Response>(
  answer: (request: Request) => Promise<Response>,
  inputs?: (request: Request) => Properties,
) => (call: ServerUnaryCall<Request, Response>, callback: sendUnaryData<Response>) => void;

/** Turns a function from request to response into what grpc-js calls. */
const unary: Unary = (answer, inputs) => (call, callback) => {
  answer(call.request).then(
    (response) => callback(null, response),
    (error: unknown) => {
      const code = (error as { code?: unknown } | undefined)?.code;
      const failure = callError(error, inputs?.(call.request) ?? {});
      callback({ ...failure, ...(code === status.UNIMPLEMENTED && { code }) }, null);
    },
  );
};
