import {
  CheckRequest,
  type CheckResponse,
  type CreateRequest,
  CreateResponse,
  type DeleteRequest,
  type DiffRequest,
  type DiffResponse,
  type ReadRequest,
  ReadResponse,
  type UpdateRequest,
  UpdateResponse,
} from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb";
import type { Naming, State } from "./resource-type";
import { checkResponse, diffResponse } from "./responses";
import { nameOf, type Session } from "./session";
import { readStruct, writeStruct } from "./struct";
import { type Properties, revealAll } from "./value";

/** The calls of `pulumirpc.ResourceProvider` about one resource, each as a function from request to response. */
export function resourceCalls<Context>(session: Session<Context>) {
  return {
    async check(request: CheckRequest): Promise<CheckResponse> {
      const type = session.resourceOf(request.getUrn());
      const olds = request.hasOlds() ? plain(request.getOlds()) : undefined;
      const checked = await type.check(plain(request.getNews()), olds, await session.context(), namingOf(request));
      return checkResponse(checked.inputs, checked.failures);
    },

    async diff(request: DiffRequest): Promise<DiffResponse> {
      const type = session.resourceOf(request.getUrn());
      return diffResponse(type.diff(stateOf(request.getOldInputs(), request.getOlds()), plain(request.getNews())));
    },

    async create(request: CreateRequest): Promise<CreateResponse> {
      const type = session.resourceOf(request.getUrn());
      const inputs = plain(request.getProperties());
      const response = new CreateResponse();
      if (request.getPreview()) {
        response.setProperties(writeStruct(await type.planCreate(inputs, await session.context())));
        return response;
      }
      const created = await type.create(inputs, await session.context());
      response.setId(created.id);
      response.setProperties(writeStruct(created.outputs));
      return response;
    },

    async read(request: ReadRequest): Promise<ReadResponse> {
      const type = session.resourceOf(request.getUrn());
      // An import comes without properties; a refresh brings what state holds.
      const outputs = plain(request.getProperties());
      const state =
        Object.keys(outputs).length === 0 ? undefined : stateOf(request.getInputs(), request.getProperties());
      const found = await type.read(request.getId(), state, await session.context());
      const response = new ReadResponse();
      if (found === undefined) return response;
      response.setId(found.id);
      response.setProperties(writeStruct(found.outputs));
      response.setInputs(writeStruct(found.inputs));
      return response;
    },

    async update(request: UpdateRequest): Promise<UpdateResponse> {
      const type = session.resourceOf(request.getUrn());
      const state = stateOf(request.getOldInputs(), request.getOlds());
      const news = plain(request.getNews());
      const response = new UpdateResponse();
      const outputs = request.getPreview()
        ? type.planUpdate(state, news)
        : await type.update(request.getId(), state, news, await session.context());
      response.setProperties(writeStruct(outputs));
      return response;
    },

    async delete(request: DeleteRequest): Promise<Empty> {
      const type = session.resourceOf(request.getUrn());
      const state = stateOf(request.getOldInputs(), request.getProperties());
      await type.delete(request.getId(), state, await session.context());
      return new Empty();
    },
  };
}

/** Properties without secret wrappers and nulls: this provider is told values, and the engine remembers which are secret. */
function plain(struct: Struct | undefined): Properties {
  return revealAll(readStruct(struct));
}

function stateOf(inputs: Struct | undefined, outputs: Struct | undefined): State {
  return { inputs: plain(inputs), outputs: plain(outputs) };
}

function namingOf(request: CheckRequest): Naming {
  const seed = request.getRandomseed_asU8();
  const autonaming = request.getAutonaming();
  const modes = CheckRequest.AutonamingOptions.Mode;
  const mode = autonaming === undefined ? undefined : autonaming.getMode();
  return {
    logicalName: nameOf(request.getUrn()),
    ...(seed.length > 0 && { randomSeed: seed }),
    ...(autonaming !== undefined && {
      autonaming: {
        mode: mode === modes.DISABLE ? "disabled" : mode === modes.ENFORCE ? "enforce" : "propose",
        name: autonaming.getProposedName(),
      },
    }),
  };
}
