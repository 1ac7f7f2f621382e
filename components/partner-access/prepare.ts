import * as pulumi from "@pulumi/pulumi";
import type { StackConfiguration } from "../../configuration/stack-configuration";
import { decide } from "../../rotation/decide";
import type { SlotPlan } from "../../rotation/plan";
import { slotToMint } from "../../rotation/state-slots";
import type { Tags } from "../../rotation/state-view";
import type { ApiPrincipal } from "../directory";
import { remember } from "../memory";
import { failRun, refusal } from "../problems";
import { type SignIns, vaultCaller } from "../sign-ins";
import { accessProblems, gatherAccess } from "./access";
import { gather } from "./gather";
import type { Outside } from "./outside";
import { tagsToKeep } from "./published";
import { disabledWarnings } from "./refusals";
import { policyProblems } from "./secret-policy";

/** Everything that is decided before the first resource of a cloud is declared. */
export interface Preparation {
  readonly deploymentId: string;
  readonly owners: readonly string[];
  readonly plan: SlotPlan;
  readonly apiPrincipals: ReadonlyMap<string, ApiPrincipal>;
  readonly reportingUserObjectId: string | undefined;
  readonly vaultWriterObjectId: string | undefined;
  /** Tags of the client secret's entry that somebody else put there. */
  readonly foreignTags: Tags;
}

/** Gathers, decides, refuses. Nothing is written to a tenant or vault before this returns. */
export async function prepare(outside: Outside, signIns: SignIns): Promise<Preparation> {
  const { facts, published, deployment, clientId } = await gather(outside, signIns);
  const { plan, problems, warnings } = decide(facts);
  for (const warning of warnings) void pulumi.log.warn(warning);
  if (problems !== undefined) throw refusal(problems, "Nothing was changed");
  for (const warning of disabledWarnings(published.live, plan)) void pulumi.log.warn(warning);

  const access = await gatherAccess(outside, signIns, clientId);
  failRun(
    [
      ...accessProblems(outside.configuration, access),
      ...(await policyProblems(outside, slotToMint(plan, published.state?.slots), clientId)),
    ],
    "Nothing was changed",
  );
  return {
    deploymentId: deployment.id,
    owners: outside.configuration.application.owners ?? deployment.owners,
    plan,
    apiPrincipals: access.apiPrincipals,
    reportingUserObjectId: access.reportingUserObjectId,
    vaultWriterObjectId: await vaultWriter(outside.configuration, signIns),
    foreignTags: tagsToKeep(published, plan),
  };
}

/** Says in one line what a run is about to do to the secret; silent when nothing is published. */
export function announce({ reason, isPublish }: SlotPlan): void {
  if (isPublish) void pulumi.log.info(`Client secret: ${reason.sentence}`);
}

async function vaultWriter({ vault }: StackConfiguration, signIns: SignIns): Promise<string | undefined> {
  if (vault.mode === "existing") return undefined;
  return (await remember("vault-writer", await vaultCaller(signIns))).first;
}
