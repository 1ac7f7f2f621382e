import { credentials, Server, ServerCredentials, status, type UntypedServiceImplementation } from "@grpc/grpc-js";
import { AnalyzerClient, AnalyzerService } from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import * as analyzer from "@pulumi/pulumi/proto/analyzer_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { startPolicyProxy } from "../../../../offline/engine/node-host/policy-proxy";

// Processes start here, and a busy machine takes its time.

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

async function world() {
  const proxy = await startPolicyProxy();
  const engine = new AnalyzerClient(`127.0.0.1:${proxy.port}`, credentials.createInsecure());
  closing.push(
    () => proxy.close(),
    () => engine.close(),
  );
  const info = () =>
    new Promise<string>((done, failed) => {
      engine.getAnalyzerInfo(new Empty(), (error, reply) => (error ? failed(error) : done(reply.getName())));
    });
  const configure = () =>
    new Promise<void>((done, failed) => {
      const request = new analyzer.AnalyzerStackConfigureRequest().setStack("dev").setProject("p").setDryRun(true);
      request.getConfigMap().set("p:key", "value");
      engine.configureStack(request, (error) => (error ? failed(error) : done()));
    });
  return { proxy, info, configure };
}

async function pack(methods: UntypedServiceImplementation): Promise<number> {
  const server = new Server();
  server.addService(AnalyzerService, methods);
  closing.push(() => server.forceShutdown());
  return new Promise((done, failed) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) =>
      error ? failed(error) : done(port),
    );
  });
}

const named = (name: string) => (_call: unknown, reply: (error: null, info: analyzer.AnalyzerInfo) => void) =>
  reply(null, new analyzer.AnalyzerInfo().setName(name));

describe("the proxy of a policy pack", () => {
  it("learns the stack before the pack starts, tells the pack, and passes everything else on", async () => {
    const { proxy, info, configure } = await world();
    const told: string[] = [];
    await configure();
    expect(await proxy.configured).toEqual({
      organization: "",
      project: "p",
      stack: "dev",
      isDryRun: true,
      config: new Map([["p:key", "value"]]),
    });
    const waiting = info();
    const port = await pack({
      getAnalyzerInfo: named("rules"),
      configureStack: (
        call: { request: analyzer.AnalyzerStackConfigureRequest },
        reply: (e: null, r: unknown) => void,
      ) => {
        told.push(call.request.getStack());
        reply(null, new analyzer.AnalyzerStackConfigureResponse());
      },
    });
    await proxy.attach(port);
    expect([await waiting, told]).toEqual(["rules", ["dev"]]);
  });

  it("starts the pack without a stack when the engine asks for something else first", async () => {
    const { proxy, info } = await world();
    const waiting = info();
    expect(await proxy.configured).toBeUndefined();
    await proxy.attach(await pack({ getAnalyzerInfo: named("rules") }));
    expect(await waiting).toBe("rules");
  });

  it("accepts a pack that does not know the call about the stack", async () => {
    const { proxy, info, configure } = await world();
    await configure();
    await proxy.attach(await pack({ getAnalyzerInfo: named("old rules") }));
    expect(await info()).toBe("old rules");
  });

  it("hands a pack's error on with its code", async () => {
    const { proxy, info } = await world();
    const waiting = info();
    await proxy.attach(
      await pack({
        getAnalyzerInfo: (_call: unknown, reply: (error: object) => void) =>
          reply({ code: status.INVALID_ARGUMENT, details: "bad rule" }),
      }),
    );
    await expect(waiting).rejects.toMatchObject({ code: status.INVALID_ARGUMENT, details: "bad rule" });
  });

  it("answers waiting calls when the pack does not start", async () => {
    const { proxy, info } = await world();
    const waiting = info();
    await proxy.configured;
    proxy.fail(new Error("the policy pack ended before it told its port"));
    await expect(waiting).rejects.toMatchObject({ details: "the policy pack ended before it told its port" });
  });
});
