import { type RecordedStack, reviewDay } from "../../deployment/recording/recorded-stack";
import { type AccessManifest, buildManifest } from "../../permissions/manifest";

/** A stack whose program ran. */
export type Recorded = Exclude<RecordedStack, { readonly problem: string }>;

/** The manifest that a review builds from one stack's records. */
export function reviewedManifest({ records, identities }: Recorded): AccessManifest {
  return buildManifest(records, { identities, freshOn: reviewDay });
}
