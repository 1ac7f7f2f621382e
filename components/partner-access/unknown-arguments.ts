import * as pulumi from "@pulumi/pulumi";
import { failRun } from "../problems";
import type { Published } from "./published";
import type { Run } from "./run";
import type { AccessSettings } from "./settings";

/** The arguments that decide something and that this run does not know. */
function unknownArguments({ tenant, vault, reportingUser }: AccessSettings): readonly string[] {
  return [
    ...(tenant.id.known === undefined ? ["tenant.id"] : []),
    ...(tenant.domain.known === undefined ? ["tenant.domain"] : []),
    ...(vault.place === undefined ? ["vault.id"] : []),
    ...(reportingUser && reportingUser.userPrincipalName.known === undefined ? ["reportingUser"] : []),
  ];
}

/** A preview may not know what a resource will be; an update always does, unless it was told to leave that resource out. */
export function refuseUnknownInUpdate(settings: AccessSettings): void {
  if (pulumi.runtime.isDryRun()) return;
  failRun(
    unknownArguments(settings).map(
      (path) =>
        `${path} is unknown in this update: --target or --exclude leaves out the resource it comes from. Run without them`,
    ),
    "Nothing was changed for this tenant",
  );
}

/** Says what a preview depends on, and what it assumes in the meantime. */
export function reportUnknown({ settings, scope }: Run, { tags }: Published): void {
  const unknown = unknownArguments(settings);
  if (unknown.length === 0) return;
  const assumed =
    settings.vault.place !== undefined
      ? ""
      : tags
        ? " It goes on from the entry in the state, because a vault that is being replaced is unknown too."
        : " It assumes that the vault holds no entry of this stack.";
  void pulumi.log.info(
    `This plan depends on ${unknown.join(", ")}, which this preview does not know yet.${assumed} The update looks again before it writes.`,
    scope.component,
  );
}
