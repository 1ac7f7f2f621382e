import type { StackRun } from "../../clients/pulumi/stacks";
import { commandLine } from "../../model/command-line";
import { diffManifests } from "../../permissions/diff";
import {
  buildManifest,
  isSameIdentity,
  manifestDigest,
  type ResourceRecord,
  readPreviewRecords,
  readStateRecords,
  reliedIdentities,
  rememberedIdentities,
} from "../../permissions/manifest";
import { describeChange } from "../../permissions/report";
import { isRotation, type PlannedChange } from "../../rotation/scope";
import { type Problem, problemsOf } from "../shared/document";
import { type BindingContext, previewedDigest } from "./binding";
import { identityProblems } from "./identity-claims";
import { createIdentityWitness, identityReaders } from "./identity-witness";
import { otherKeyLines } from "./state-key";

/** What an update would make of a stack, and what its state says is there. */
export interface Planned {
  readonly changes: StackRun["changes"];
  /** The document of the preview. */
  readonly document: string;
  /** The state's export; undefined where there is none yet. */
  readonly exported: string | undefined;
}

/**
 * Why an update needs an approval; empty when the state already grants all of it. Removing, moving or replacing something needs an approval
 * too, and so does another key for the state.
 */
export async function unapprovedChanges(
  stack: string,
  planned: Planned,
  binding: Pick<BindingContext, "tenant" | "settings">,
): Promise<readonly Problem[]> {
  const keys = otherKeyLines(planned.exported, binding.settings);
  const lines = [...grantLines(planned), ...lossLines(planned), ...keys];
  if (lines.length === 0) return newIdentityProblems(stack, planned, binding);
  const digest = previewedDigest(planned.document, binding.settings);
  return [
    {
      code: "not-approved",
      message: [
        `${stack}: this would apply changes that the state does not hold and that were not approved here (preview ${digest}):`,
        ...lines.map((line) => ` - ${line}`),
      ].join("\n"),
      fix:
        "If a review approved it, name its digest with --expect-digest: the check of its pull request shows it. To inspect it and decide " +
        `yourself: ${commandLine("up", "-s", stack)}`,
    },
  ];
}

function grantLines({ document, exported }: Planned): readonly string[] {
  const previewed = readPreviewRecords(document);
  const granted = buildManifest(withStatedRules(stateRecords(exported), previewed));
  const wanted = buildManifest(previewed);
  if (manifestDigest(granted) === manifestDigest(wanted)) return [];
  const lines = diffManifests(granted, wanted).map((change) => describeChange(change));
  return lines.length > 0 ? lines : ["a difference that the comparison cannot describe"];
}

/** Under the same names it could grant to someone else: identities that the state does not confirm are checked against the tenant. */
async function newIdentityProblems(
  stack: string,
  { document, exported }: Planned,
  { tenant }: Pick<BindingContext, "tenant">,
): Promise<readonly Problem[]> {
  const known = rememberedIdentities(stateRecords(exported));
  const claims = reliedIdentities(readPreviewRecords(document)).filter(
    (claim) => !known.some((it) => isSameIdentity(it, claim)),
  );
  if (claims.length === 0) return [];
  try {
    const readers = identityReaders(await tenant(), async () => exported);
    return await identityProblems(stack, claims, createIdentityWitness(readers));
  } catch (error) {
    return problemsOf(error);
  }
}

/** What would be deleted or replaced and is no part of a rotation. What waits for its deletion was replaced by an earlier run. */
function lossLines({ changes, exported }: Planned): readonly string[] {
  const waiting = new Set(waitingForDeletion(exported));
  return changes
    .filter((change) => isLoss(change) && !isRotation(change) && !waiting.has(change.urn))
    .map(({ operation, type, name }) => `${operation} ${type} ${name}`);
}

function isLoss({ operation }: PlannedChange): boolean {
  return /delete|replace|discard/.test(operation);
}

/**
 * Components and memories are rules and names, and nothing in the cloud: a state that was built anew out of the tenant has components
 * without inputs, and not every memory. What its program states counts until an update has written it down.
 */
function withStatedRules(
  records: readonly ResourceRecord[],
  previewed: readonly ResourceRecord[],
): readonly ResourceRecord[] {
  const rebuilt = records.map((record) => {
    const isBare = record.custom === false && Object.keys(record.inputs).length === 0;
    const stated = isBare ? previewed.find(({ urn }) => urn === record.urn) : undefined;
    return stated === undefined ? record : { ...record, inputs: stated.inputs };
  });
  const urns = new Set(records.map(({ urn }) => urn));
  return [...rebuilt, ...previewed.filter((record) => isMemory(record) && !urns.has(record.urn))];
}

function isMemory({ type }: ResourceRecord): boolean {
  return type === "pulumi:index:Stash";
}

function stateRecords(exported: string | undefined): readonly ResourceRecord[] {
  return exported === undefined ? [] : readStateRecords(exported);
}

function waitingForDeletion(exported: string | undefined): readonly string[] {
  if (exported === undefined) return [];
  const { deployment } = JSON.parse(exported) as {
    readonly deployment?: {
      readonly resources?: readonly { readonly urn: string; readonly delete?: boolean }[] | null;
    };
  };
  return (deployment?.resources ?? []).filter((resource) => resource.delete === true).map(({ urn }) => urn);
}
