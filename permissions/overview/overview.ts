import { type AccessChange, type DiffOptions, diffManifests } from "../diff";
import { type AccessManifest, emptyManifest } from "../manifest";
import { riskLevels } from "../risk-levels";
import { type Grant, groupKey, groupOf, type OverviewGroup } from "./group";

/** What one stack declares. */
export interface StackAccess {
  readonly stack: string;
  readonly manifest: AccessManifest;
}

/** Who may do what, over all stacks: highest risk first, then what most tenants have. */
export interface AccessOverview {
  /** Permissions of APIs, by permission and by whom they act for. */
  readonly permissions: readonly OverviewGroup[];
  /** Entries of vaults, by reader, content and role. */
  readonly readers: readonly OverviewGroup[];
  /** Everything else that is rated high or critical. */
  readonly others: readonly OverviewGroup[];
}

/** Compares each manifest with nothing, so that every grant is named and rated exactly as a review does it. */
export function accessOverview(stacks: readonly StackAccess[], options: DiffOptions = {}): AccessOverview {
  const grants = stacks.flatMap(({ stack, manifest }) => {
    const changes = diffManifests(emptyManifest, manifest, options).filter(({ direction }) => direction !== "removed");
    return withoutGranted(changes).map((change) => ({ stack, change }));
  });
  const permissionCodes = new Set(["requested", "granted", "consent"]);
  const of = (isWanted: (change: AccessChange) => boolean) => grouped(grants.filter(({ change }) => isWanted(change)));
  return {
    permissions: of(({ code }) => permissionCodes.has(code)),
    readers: of(({ code }) => code === "reader"),
    others: of(
      ({ code, risk }) =>
        !permissionCodes.has(code) && code !== "reader" && (risk.level === "high" || risk.level === "critical"),
    ),
  };
}

/** What is granted has been requested too; only a request that is not granted is worth a line of its own. */
function withoutGranted(changes: readonly AccessChange[]): readonly AccessChange[] {
  const keyOf = ({ subject }: AccessChange) => JSON.stringify(subject.permission);
  const granted = new Set(changes.filter(({ code }) => code === "granted").map(keyOf));
  return changes.filter((change) => change.code !== "requested" || !granted.has(keyOf(change)));
}

function grouped(grants: readonly Grant[]): readonly OverviewGroup[] {
  const groups = new Map<string, Grant[]>();
  for (const grant of grants) {
    const key = groupKey(grant.change);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [grant]);
    else group.push(grant);
  }
  return [...groups.values()].map(groupOf).sort(byWeight);
}

function byWeight(one: OverviewGroup, other: OverviewGroup): number {
  return (
    riskLevels.indexOf(other.risk) - riskLevels.indexOf(one.risk) ||
    other.tenants.length - one.tenants.length ||
    (one.title < other.title ? -1 : 1)
  );
}
