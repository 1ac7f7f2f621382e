import { Metadata, status } from "@grpc/grpc-js";
import {
  CheckFailure as CheckFailureMessage,
  CheckResponse,
  DiffResponse,
  ErrorResourceInitFailed,
  PropertyDiff,
} from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Any } from "google-protobuf/google/protobuf/any_pb";
import type { CheckFailure } from "./check";
import type { Diff, Difference } from "./differences";
import { PartlyDone } from "./resource-type";
import { writeStruct } from "./struct";
import type { Properties } from "./value";

/** What grpc-js takes as a failed call. */
export interface CallError {
  readonly code: status;
  readonly details: string;
  readonly metadata?: Metadata;
}

export function checkResponse(inputs: Properties, failures: readonly CheckFailure[]): CheckResponse {
  const response = new CheckResponse();
  response.setInputs(writeStruct(inputs));
  for (const failure of failures) response.addFailures(failureMessage(failure));
  return response;
}

export function failureMessage(failure: CheckFailure): CheckFailureMessage {
  const message = new CheckFailureMessage();
  message.setProperty(failure.property);
  message.setReason(failure.reason);
  return message;
}

/** The engine's form of a diff: top-level names of what changes and what forces a replacement, and every place with its kind. */
export function diffResponse(diff: Diff): DiffResponse {
  const response = new DiffResponse();
  const changed = diff.differences.length > 0;
  response.setChanges(changed ? DiffResponse.DiffChanges.DIFF_SOME : DiffResponse.DiffChanges.DIFF_NONE);
  response.setDiffsList(distinct(diff.differences.map(topLevel)));
  response.setReplacesList(distinct(diff.differences.filter((found) => found.replaces).map(topLevel)));
  response.setDeletebeforereplace(diff.deleteBeforeReplace);
  response.setHasdetaileddiff(changed);
  for (const difference of diff.differences) {
    const detail = new PropertyDiff();
    detail.setKind(kindOf(difference));
    detail.setInputdiff(diff.comparesInputs);
    response.getDetaileddiffMap().set(difference.path, detail);
  }
  return response;
}

/** A failed call. An object that exists all the same travels with the error, so that the engine keeps it in state. */
export function callError(error: unknown, inputs: Properties): CallError {
  const details = error instanceof Error ? error.message : String(error);
  if (!(error instanceof PartlyDone)) return { code: status.UNKNOWN, details };
  const failed = new ErrorResourceInitFailed();
  failed.setId(error.id);
  failed.setProperties(writeStruct(error.outputs));
  failed.setInputs(writeStruct(inputs));
  failed.addReasons(details);
  const packed = new Any();
  packed.pack(failed.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const told = new Status();
  told.setCode(status.UNKNOWN);
  told.setMessage(details);
  told.addDetails(packed);
  const metadata = new Metadata();
  metadata.set("grpc-status-details-bin", Buffer.from(told.serializeBinary()));
  return { code: status.UNKNOWN, details, metadata };
}

function kindOf(difference: Difference): PropertyDiff.Kind {
  const kinds = PropertyDiff.Kind;
  switch (difference.kind) {
    case "add":
      return difference.replaces ? kinds.ADD_REPLACE : kinds.ADD;
    case "delete":
      return difference.replaces ? kinds.DELETE_REPLACE : kinds.DELETE;
    case "update":
      return difference.replaces ? kinds.UPDATE_REPLACE : kinds.UPDATE;
  }
}

function topLevel(difference: Difference): string {
  return difference.path.split(/[.[]/, 1)[0] ?? difference.path;
}

function distinct(names: readonly string[]): string[] {
  return [...new Set(names)];
}
