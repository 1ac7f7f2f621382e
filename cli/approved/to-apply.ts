import type { ChangedFile } from "../../permissions/report";
import type { StackVerdict } from "../../permissions/report/approval";
import { kindOf } from "../review/changed-files";

/** Why a stack has to be updated after a merge. */
type ApplyReason = "grants-change" | "file-changed" | "code-changed";

/** A stack that a merged change concerns, with the digest that its preview must have. */
export interface StackToApply {
  readonly stack: string;
  readonly digest: string;
  readonly reason: ApplyReason;
}

/**
 * The stacks a merge concerns: those whose grants change, whose file changed, or all when code or a lock file did. A stack that is
 * removed is not among them: only a person destroys one.
 */
export function stacksToApply(
  stacks: readonly StackVerdict[],
  changed: readonly ChangedFile[],
): readonly StackToApply[] {
  const paths = new Set(changed.map(({ path }) => path));
  const isShared = changed.some(({ path }) => ["code", "lock-file"].includes(kindOf(path)));
  return stacks.flatMap(({ stack, status, digest }): readonly StackToApply[] => {
    if (digest === null) return [];
    if (status !== "unchanged") return [{ stack, digest, reason: "grants-change" }];
    if (paths.has(`Pulumi.${stack}.yaml`)) return [{ stack, digest, reason: "file-changed" }];
    return isShared ? [{ stack, digest, reason: "code-changed" }] : [];
  });
}
