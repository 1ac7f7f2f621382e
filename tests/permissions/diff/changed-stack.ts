import { type AccessChange, diffManifests, type GivenReasons } from "../../../permissions/diff";
import { buildManifest } from "../../../permissions/manifest";
import { type DeclaredStack, declared, recordsOf, underMocks } from "../manifest/declared-stack";

/** The manifest of the declared stack with something declared otherwise. */
export const manifestOf = (stack: Partial<DeclaredStack> = {}) =>
  buildManifest(recordsOf({ ...declared, ...stack }, underMocks));
/** The declared stack as it is. */
export const base = manifestOf();
/** What a head that declares something otherwise changes. */
export const changes = (head: Partial<DeclaredStack>, reasons?: GivenReasons) =>
  diffManifests(base, manifestOf(head), reasons && { reasons });
/** The changes without whom and what they are about. */
export const brief = (list: readonly AccessChange[]) =>
  list.map(({ code, direction, risk, before, after }) => ({ code, direction, risk: risk.level, before, after }));
