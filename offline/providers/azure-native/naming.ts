import { createHash, randomBytes } from "node:crypto";
import type { Naming } from "../plugin/resource-type";
import type { Properties } from "../plugin/value";

/** How a name is made up: the logical name with random letters behind it, or a UUID. */
export type AutoName = "random" | "uuid";

/** Marks a made-up name in the inputs: such a resource can be created before the old one goes. */
export const createBeforeDelete = "__createBeforeDelete";

export interface MadeUpName {
  readonly name: string;
  readonly isRandom: boolean;
}

/** The old name if there was one, else a new one. Undefined: autonaming is switched off. */
export function makeUpName(
  property: string,
  kind: AutoName,
  olds: Properties | undefined,
  naming: Naming,
): MadeUpName | undefined {
  const old = olds?.[property];
  if (typeof old === "string") return { name: old, isRandom: olds?.[createBeforeDelete] === true };
  const { autonaming } = naming;
  if (autonaming?.mode === "disabled") return undefined;
  if (autonaming !== undefined && (autonaming.mode === "enforce" || kind !== "uuid"))
    return { name: autonaming.name, isRandom: true };
  // The engine's seed is the same in the preview and the update, so that both speak of the same name.
  const bytes = createHash("sha256")
    .update(naming.randomSeed ?? randomBytes(32))
    .update(naming.logicalName)
    .digest("hex");
  if (kind === "random") return { name: `${naming.logicalName}${bytes.slice(0, 8)}`, isRandom: true };
  return { name: uuidOf(bytes), isRandom: true };
}

/** A UUID of version 4 from random digits. */
function uuidOf(digits: string): string {
  const groups = [
    digits.slice(0, 8),
    digits.slice(8, 12),
    `4${digits.slice(13, 16)}`,
    `8${digits.slice(17, 20)}`,
    digits.slice(20, 32),
  ];
  return groups.join("-");
}
