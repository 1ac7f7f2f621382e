import { credentials, type Metadata, type ServiceError, status } from "@grpc/grpc-js";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { findDifferences } from "../../../../offline/providers/plugin/differences";
import type { PluginDependencies, Provider } from "../../../../offline/providers/plugin/provider";
import { PartlyDone, type ResourceType } from "../../../../offline/providers/plugin/resource-type";
import {
  aText,
  computed,
  type Fields,
  inputsOf,
  optional,
  required,
} from "../../../../offline/providers/plugin/schema";
import { type RunningProvider, serveProvider } from "../../../../offline/providers/plugin/server";
import { readStruct, writeStruct } from "../../../../offline/providers/plugin/struct";
import { isUnknown, type Properties, Secret, unknown } from "../../../../offline/providers/plugin/value";

interface Context {
  readonly greeting: string;
  readonly cancelled: AbortSignal;
}

const fields: Fields = {
  name: required(aText, { replaces: true }),
  note: optional(aText),
  value: computed(aText, { secret: true }),
};
const urn = (type: string) => `urn:pulumi:dev::project::my:component:Type$${type}::thing`;

const thing: ResourceType<Context> = {
  token: "fake:index:Thing",
  inputs: inputsOf(fields),
  outputs: fields,
  check: async (news, _olds, _context, naming) => ({
    inputs: { name: naming.logicalName, ...news },
    failures: news["note"] === "bad" ? [{ property: "note", reason: "is bad" }] : [],
  }),
  diff: (state, news) => ({
    differences: findDifferences(state.inputs, news, inputsOf(fields), { emptyIsAbsent: false }),
    deleteBeforeReplace: true,
    comparesInputs: true,
  }),
  planCreate: async (inputs) => ({ ...inputs, value: unknown }),
  planUpdate: (state, news) => ({ ...news, value: state.outputs["value"] ?? null }),
  async create(inputs, context) {
    if (inputs["note"] === "half")
      throw new PartlyDone("id-1", { name: "half done" }, new Error("the second call failed"));
    if (inputs["note"] === "wait")
      await new Promise((_, refuse) =>
        context.cancelled.addEventListener("abort", () => refuse(context.cancelled.reason)),
      );
    return { id: "id-1", outputs: { ...inputs, value: new Secret(`${context.greeting} secret`) } };
  },
  read: async (id, state) =>
    id === "gone" ? undefined : { id, inputs: state?.inputs ?? { name: "imported" }, outputs: { name: "n" } },
  update: async (_id, _state, news) => ({ ...news, value: "updated" }),
  delete: async (id) => {
    if (id === "stuck") throw new Error("cannot delete");
  },
};

const fake: Provider<Context> = {
  name: "fake",
  version: "1.2.3",
  configuration: { greeting: optional(aText) },
  resources: new Map([[thing.token, thing]]),
  functions: new Map([
    [
      "fake:index:greet",
      {
        token: "fake:index:greet",
        inputs: { who: required(aText) },
        outputs: {},
        call: async (args, context) => ({ said: `${context.greeting} ${args["who"]}` }),
      },
    ],
  ]),
  async configure(configuration, { cancelled }: PluginDependencies) {
    if (configuration["greeting"] === undefined) throw new Error("greeting is missing");
    return { greeting: String(configuration["greeting"]), cancelled };
  },
};

let running: RunningProvider;
let client: ResourceProviderClient;
beforeEach(async () => {
  running = await serveProvider(fake, { environment: {}, log: () => undefined });
  client = new ResourceProviderClient(`127.0.0.1:${running.port}`, credentials.createInsecure());
});
afterEach(async () => {
  client.close();
  await running.stop();
});

type Method<Request, Response> = (
  request: Request,
  callback: (error: ServiceError | null, response: Response) => void,
) => unknown;
function ask<Request, Response>(method: Method<Request, Response>, request: Request): Promise<Response> {
  return new Promise((done, failed) => {
    method.call(client, request, (error, response) => (error === null ? done(response) : failed(error)));
  });
}

async function configure(properties: Properties = { greeting: "hello" }): Promise<messages.ConfigureResponse> {
  const request = new messages.ConfigureRequest();
  request.setArgs(writeStruct(properties));
  return ask<messages.ConfigureRequest, messages.ConfigureResponse>(client.configure, request);
}

function create(properties: Properties, preview = false): Promise<messages.CreateResponse> {
  const request = new messages.CreateRequest();
  request.setUrn(urn("fake:index:Thing"));
  request.setProperties(writeStruct(properties));
  request.setPreview(preview);
  return ask<messages.CreateRequest, messages.CreateResponse>(client.create, request);
}

describe("a provider plugin", () => {
  it("supports previews and takes secrets in the clear, as the real ones do", async () => {
    const response = await configure();
    expect(response.toObject()).toMatchObject({
      supportspreview: true,
      acceptsecrets: false,
      acceptoutputs: false,
      acceptresources: false,
    });
    const handshake = await ask<messages.ProviderHandshakeRequest, messages.ProviderHandshakeResponse>(
      client.handshake,
      new messages.ProviderHandshakeRequest(),
    );
    expect(handshake.toObject()).toMatchObject({ acceptSecrets: false, acceptOutputs: false, acceptResources: false });
  });

  it("tells its version and an empty schema", async () => {
    const info = await ask(client.getPluginInfo as Method<Empty, { getVersion(): string }>, new Empty());
    expect(info.getVersion()).toBe("1.2.3");
    const schema = await ask<messages.GetSchemaRequest, messages.GetSchemaResponse>(
      client.getSchema,
      new messages.GetSchemaRequest(),
    );
    expect(schema.getSchema()).toBe("{}");
  });

  it("refuses unknown configuration by name, at the check and when configured", async () => {
    const request = new messages.CheckRequest();
    request.setNews(writeStruct({ greeting: "hi", grteeting: "typo", version: "1.2.3" }));
    const response = await ask<messages.CheckRequest, messages.CheckResponse>(client.checkConfig, request);
    expect(response.getFailuresList().map((failure) => failure.getReason())).toEqual([
      expect.stringMatching(/"grteeting" is not known.*Known here: greeting/),
    ]);
    await expect(configure({ greeting: "hi", grteeting: "typo" })).rejects.toThrow("grteeting");
  });

  it("reads secret configuration and that of older engines", async () => {
    await configure({ greeting: new Secret("hello") });
    const old = new messages.ConfigureRequest();
    old.getVariablesMap().set("fake:config:greeting", "old hello");
    await ask<messages.ConfigureRequest, messages.ConfigureResponse>(client.configure, old);
    const request = new messages.InvokeRequest();
    request.setTok("fake:index:greet");
    request.setArgs(writeStruct({ who: "you" }));
    const response = await ask<messages.InvokeRequest, messages.InvokeResponse>(client.invoke, request);
    expect(readStruct(response.getReturn())).toEqual({ said: "old hello you" });
  });

  it("says so when it was not configured", async () => {
    await expect(create({ name: "n" })).rejects.toThrow("before it was configured");
  });

  it("refuses unknown types, functions and arguments, naming what is known", async () => {
    await configure();
    const wrongType = new messages.CheckRequest();
    wrongType.setUrn(urn("fake:index:Thnig"));
    await expect(ask<messages.CheckRequest, messages.CheckResponse>(client.check, wrongType)).rejects.toThrow(
      /"fake:index:Thnig".*Known here: fake:index:Thing/,
    );
    const wrongFunction = new messages.InvokeRequest();
    wrongFunction.setTok("fake:index:gret");
    await expect(ask<messages.InvokeRequest, messages.InvokeResponse>(client.invoke, wrongFunction)).rejects.toThrow(
      /"fake:index:gret".*Known here: fake:index:greet/,
    );
    const wrongArgument = new messages.InvokeRequest();
    wrongArgument.setTok("fake:index:greet");
    wrongArgument.setArgs(writeStruct({ whom: "x" }));
    const response = await ask<messages.InvokeRequest, messages.InvokeResponse>(client.invoke, wrongArgument);
    expect(response.getFailuresList().map((failure) => failure.getProperty())).toEqual(["whom", "who"]);
  });

  it("checks with the name from the program and tells what is wrong", async () => {
    await configure();
    const request = new messages.CheckRequest();
    request.setUrn(urn("fake:index:Thing"));
    request.setNews(writeStruct({ note: "bad" }));
    const response = await ask<messages.CheckRequest, messages.CheckResponse>(client.check, request);
    expect(readStruct(response.getInputs())).toEqual({ name: "thing", note: "bad" });
    expect(response.getFailuresList().map((failure) => failure.toObject())).toEqual([
      { property: "note", reason: "is bad" },
    ]);
  });

  it("answers a diff with kinds, replacements and whether to delete first", async () => {
    await configure();
    const request = new messages.DiffRequest();
    request.setUrn(urn("fake:index:Thing"));
    request.setOldInputs(writeStruct({ name: "a" }));
    request.setOlds(writeStruct({ name: "a" }));
    request.setNews(writeStruct({ name: "b", note: "new" }));
    const response = await ask<messages.DiffRequest, messages.DiffResponse>(client.diff, request);
    const kinds = messages.PropertyDiff.Kind;
    expect(response.getChanges()).toBe(messages.DiffResponse.DiffChanges.DIFF_SOME);
    expect(response.getReplacesList()).toEqual(["name"]);
    expect(response.getDiffsList()).toEqual(["name", "note"]);
    expect(response.getDeletebeforereplace()).toBe(true);
    expect(
      response
        .getDetaileddiffMap()
        .toObject(false, (_, detail) => detail.toObject() as unknown as messages.PropertyDiff),
    ).toEqual([
      ["name", { kind: kinds.UPDATE_REPLACE, inputdiff: true }],
      ["note", { kind: kinds.ADD, inputdiff: true }],
    ]);
    request.setNews(writeStruct({ name: "a" }));
    const same = await ask<messages.DiffRequest, messages.DiffResponse>(client.diff, request);
    expect(same.getChanges()).toBe(messages.DiffResponse.DiffChanges.DIFF_NONE);
  });

  it("creates nothing in a preview, and what only the service knows is unknown there", async () => {
    await configure();
    const planned = await create({ name: "n", note: unknown }, true);
    const properties = readStruct(planned.getProperties());
    expect(planned.getId()).toBe("");
    expect([properties["name"], isUnknown(properties["note"]), isUnknown(properties["value"])]).toEqual([
      "n",
      true,
      true,
    ]);
  });

  it("marks a secret output even where no input was one", async () => {
    await configure();
    const created = await create({ name: "n" });
    expect(created.getId()).toBe("id-1");
    const value = readStruct(created.getProperties())["value"];
    expect(value).toBeInstanceOf(Secret);
    expect((value as Secret).value).toBe("hello secret");
  });

  it("tells the engine what exists when a creation fails half way", async () => {
    await configure();
    const failure: ServiceError & { metadata: Metadata } = await create({ name: "n", note: "half" }).then(
      () => {
        throw new Error("should have failed");
      },
      (error) => error,
    );
    expect(failure.details).toBe("the second call failed");
    const [packed] = failure.metadata.get("grpc-status-details-bin");
    const details = Status.deserializeBinary(packed as Buffer).getDetailsList()[0];
    expect(details?.getTypeName()).toBe("pulumirpc.ErrorResourceInitFailed");
    const partial = messages.ErrorResourceInitFailed.deserializeBinary(details?.getValue_asU8() ?? new Uint8Array());
    expect(partial.getId()).toBe("id-1");
    expect(partial.getReasonsList()).toEqual(["the second call failed"]);
    expect(readStruct(partial.getProperties())).toEqual({ name: "half done" });
    expect(readStruct(partial.getInputs())).toEqual({ name: "n", note: "half" });
  });

  it("answers an empty id for what is gone, and reads imports", async () => {
    await configure();
    const request = new messages.ReadRequest();
    request.setUrn(urn("fake:index:Thing"));
    request.setId("gone");
    expect((await ask<messages.ReadRequest, messages.ReadResponse>(client.read, request)).getId()).toBe("");
    request.setId("there");
    const found = await ask<messages.ReadRequest, messages.ReadResponse>(client.read, request);
    expect([found.getId(), readStruct(found.getInputs())]).toEqual(["there", { name: "imported" }]);
  });

  it("updates, plans updates and deletes", async () => {
    await configure();
    const request = new messages.UpdateRequest();
    request.setUrn(urn("fake:index:Thing"));
    request.setOlds(writeStruct({ name: "n", value: "old" }));
    request.setNews(writeStruct({ name: "n", note: "x" }));
    request.setPreview(true);
    const planned = await ask<messages.UpdateRequest, messages.UpdateResponse>(client.update, request);
    expect(readStruct(planned.getProperties())).toEqual({ name: "n", note: "x", value: "old" });
    request.setPreview(false);
    const updated = await ask<messages.UpdateRequest, messages.UpdateResponse>(client.update, request);
    expect(readStruct(updated.getProperties())).toEqual({ name: "n", note: "x", value: "updated" });
    const removal = new messages.DeleteRequest();
    removal.setUrn(urn("fake:index:Thing"));
    removal.setId("stuck");
    await expect(
      ask<messages.DeleteRequest, Empty>(client.delete as Method<messages.DeleteRequest, Empty>, removal),
    ).rejects.toThrow("cannot delete");
  });

  it("ends what is under way when the engine cancels", async () => {
    await configure();
    const waiting = create({ name: "n", note: "wait" });
    const refused = expect(waiting).rejects.toThrow("the update was cancelled");
    await new Promise((resolve) => setTimeout(resolve, 50));
    await ask(client.cancel as Method<Empty, Empty>, new Empty());
    await refused;
  });

  it("answers unimplemented where the engine expects that of a simple plugin", async () => {
    const call = ask<messages.ParameterizeRequest, messages.ParameterizeResponse>(
      client.parameterize,
      new messages.ParameterizeRequest(),
    );
    await expect(call).rejects.toMatchObject({ code: status.UNIMPLEMENTED });
  });
});
