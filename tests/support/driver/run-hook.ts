import { credentials } from "@grpc/grpc-js";
import { CallbacksClient } from "@pulumi/pulumi/proto/callback_grpc_pb";
import { CallbackInvokeRequest, type CallbackInvokeResponse } from "@pulumi/pulumi/proto/callback_pb";
import {
  type RegisterResourceHookRequest,
  ResourceHookRequest,
  ResourceHookResponse,
} from "@pulumi/pulumi/proto/resource_pb";
import { writeStruct } from "../../../offline/providers/plugin/struct";
import type { Properties } from "../../../offline/providers/plugin/value";

/** What a hook is shown before a write. */
export interface HookFacts {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  readonly newInputs: Properties;
  readonly oldInputs: Properties | undefined;
}

/** Calls a hook where the program serves it, as the engine does. Throws what the hook threw. */
export async function runHook(registered: RegisterResourceHookRequest, facts: HookFacts): Promise<void> {
  const callback = registered.getCallback();
  if (callback === undefined) throw new Error(`the hook ${registered.getName()} has no callback`);
  const request = new ResourceHookRequest();
  request.setUrn(facts.urn);
  request.setName(facts.name);
  request.setType(facts.type);
  request.setNewInputs(writeStruct(facts.newInputs));
  if (facts.oldInputs !== undefined) request.setOldInputs(writeStruct(facts.oldInputs));
  const invocation = new CallbackInvokeRequest();
  invocation.setToken(callback.getToken());
  invocation.setRequest(request.serializeBinary());
  const client = new CallbacksClient(callback.getTarget(), credentials.createInsecure());
  try {
    const answer = await new Promise<CallbackInvokeResponse>((done, failed) => {
      client.invoke(invocation, (error, response) => (error === null ? done(response) : failed(error)));
    });
    const problem = ResourceHookResponse.deserializeBinary(answer.getResponse_asU8()).getError();
    if (problem !== "") throw new Error(`hook ${registered.getName()} failed: ${problem}`);
  } finally {
    client.close();
  }
}
