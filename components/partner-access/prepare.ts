import * as pulumi from "@pulumi/pulumi";
import { decide } from "../../rotation/decide";
import type { SlotPlan } from "../../rotation/plan";
import { slotToMint } from "../../rotation/state-slots";
import type { Tags } from "../../rotation/state-view";
import { remember } from "../memory";
import { failRun, refusal } from "../problems";
import { type Access, accessProblems, gatherAccess } from "./access";
import { type Callers, gather } from "./gather";
import { tagsToKeep } from "./published";
import { callerProblems, disabledWarnings } from "./refusals";
import type { Run } from "./run";
import { policyProblems } from "./secret-policy";
import { reportUnknown } from "./unknown-arguments";

/** Everything that is decided before the first resource of a cloud is declared. */
export interface Preparation extends Pick<Access, "apiPrincipals" | "reportingUserObjectId"> {
  readonly deploymentId: string;
  readonly owners: readonly pulumi.Input<string>[];
  readonly plan: SlotPlan;
  readonly vaultWriterObjectId: string | undefined;
  readonly vaultTenantId: pulumi.Input<string> | undefined;
  /** Tags of the client secret's entry that somebody else put there. */
  readonly foreignTags: Tags;
}

/** The title of every refusal; the component's name is put before it. */
const REFUSED = "Nothing was changed for this tenant";

/** Gathers, decides, refuses. Nothing is written to a tenant or vault before this returns. */
export async function prepare(run: Run): Promise<Preparation> {
  const { settings, dependencies, endpoints, scope } = run;
  const { id, domain } = settings.tenant;
  if (id.known !== undefined && domain.known !== undefined) {
    failRun(await dependencies.signInProblems({ id: id.known, domain: domain.known }, endpoints), REFUSED);
  }
  const { facts, published, deployment, clientId, callers } = await gather(run);
  failRun(callerProblems(settings, callers), REFUSED);
  const { plan, problems, warnings } = decide(facts);
  for (const warning of warnings) void pulumi.log.warn(warning, scope.component);
  if (problems !== undefined) throw refusal(problems, REFUSED);
  for (const warning of disabledWarnings(published.live, plan)) void pulumi.log.warn(warning, scope.component);

  const access = await gatherAccess(run, clientId);
  failRun(
    [
      ...accessProblems(run, access),
      ...(await policyProblems(run, slotToMint(plan, published.state?.slots), clientId)),
    ],
    REFUSED,
  );
  reportUnknown(run, published);
  announce(run, plan);
  return {
    deploymentId: deployment.id,
    owners: settings.application.owners ?? deployment.owners,
    plan,
    apiPrincipals: access.apiPrincipals,
    reportingUserObjectId: access.reportingUserObjectId,
    vaultWriterObjectId: await vaultWriter(run, callers),
    vaultTenantId: settings.vault.tenantId ?? callers.vault.tenantId,
    foreignTags: tagsToKeep(published, plan),
  };
}

/** Says in one line what a run is about to do to the secret; silent when nothing is published. */
function announce({ scope }: Run, { reason, isPublish }: SlotPlan): void {
  if (isPublish) void pulumi.log.info(`Client secret: ${reason.sentence}`, scope.component);
}

async function vaultWriter({ settings, scope }: Run, { vault }: Callers): Promise<string | undefined> {
  if (settings.vault.mode === "existing") return undefined;
  return (await remember(scope, "vault-writer-id", vault.objectId)).first;
}
