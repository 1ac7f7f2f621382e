/** One step of a preview, as the engine names it. */
export interface PlannedChange {
  readonly operation: string;
  readonly type: string;
  readonly name: string;
}

/** What a rotation may change: the slots and the one entry they are published in. The record is that entry's tags. */
const rotates = [
  { type: "azuread:index/applicationPassword:ApplicationPassword", name: /-secret-[ab]$/, operation: /./ },
  // Another version of the entry: a replaced one lies elsewhere, and its readers would find nothing.
  { type: "azure-native:keyvault:Secret", name: /-client-secret$/, operation: /^(create|update)$/ },
];

/**
 * The steps of a preview that are no part of a rotation. If there are any, a scheduled run must not continue: it would apply an unintended
 * change, with an identity that is not meant for it.
 */
export function otherChanges(changes: readonly PlannedChange[]): readonly PlannedChange[] {
  return changes.filter((change) => !isRotation(change));
}

/** Whether a step is part of a rotation, by its operation and the type and the name of its resource. */
export function isRotation(change: PlannedChange): boolean {
  return (
    isBookkeeping(change) ||
    rotates.some(
      ({ type, name, operation }) => type === change.type && name.test(change.name) && operation.test(change.operation),
    )
  );
}

/**
 * The stack and our components exist in the state only: their inputs say what was decided, nothing outside changes with them. So does the
 * memory of where this stack publishes, which follows the published entry.
 */
function isBookkeeping({ operation, type, name }: PlannedChange): boolean {
  const isPlace = type === "pulumi:index:Stash" && name.endsWith("-place") && operation === "update";
  return isPlace || type === "pulumi:pulumi:Stack" || type.startsWith("partner-access:index:");
}
