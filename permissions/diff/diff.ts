import type { AccessManifest } from "../manifest/manifest";
import { applicationChanges, assignmentChanges } from "./applications";
import { type AccessChange, inOrder } from "./change";
import { contextOf, type DiffOptions } from "./context";
import { credentialChanges } from "./credentials";
import { signInChanges, unrecognisedChanges } from "./others";
import { grantedChanges, requestedChanges } from "./permissions";
import { fileSettingChanges } from "./settings";
import { accessChanges, vaultChanges } from "./vaults";

/**
 * What the second manifest grants differently from the first, in words and with a judgement, highest risk first. Equal
 * manifests differ in nothing; exchanged manifests give the same changes in the other direction.
 */
export function diffManifests(
  base: AccessManifest,
  head: AccessManifest,
  options: DiffOptions = {},
): readonly AccessChange[] {
  const context = contextOf(options);
  return inOrder([
    ...fileSettingChanges(base, head),
    ...signInChanges(base, head),
    ...applicationChanges(base, head),
    ...assignmentChanges(base, head),
    ...requestedChanges(base, head, context),
    ...grantedChanges(base, head, context),
    ...credentialChanges(base, head),
    ...vaultChanges(base, head),
    ...accessChanges(base, head, context),
    ...unrecognisedChanges(base, head),
  ]);
}
