import { type RecordedStack, reviewDay } from "../../components/partner-access/recording/recorded-stack";
import { type AccessManifest, buildManifest, type ManifestSetting } from "../../permissions/manifest";

/** A stack whose program ran. */
export type Recorded = Exclude<RecordedStack, { readonly problem: string }>;

/** The manifest that a review builds from one stack's records and from what its files decide beside the program. */
export function reviewedManifest(
  { records, identities }: Recorded,
  settings: readonly ManifestSetting[],
): AccessManifest {
  return buildManifest(records, { identities, freshOn: reviewDay, settings });
}
