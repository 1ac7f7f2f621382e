/** What a comment carries unseen: that it is ours, when it was made, and over what. */
export interface HiddenMarks {
  /** Which review: several projects may comment on one pull request. */
  readonly review: string;
  readonly at: string;
  readonly digest: string;
}

const reviewName = /^[a-z0-9][a-z0-9-]{0,62}$/;
const start = "<!-- partner-access:access-review:";
const marks =
  /^<!-- partner-access:access-review:([a-z0-9][a-z0-9-]{0,62}) -->\n<!-- partner-access:at (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z) -->\n<!-- partner-access:digest (sha256:[0-9a-f]{64}) -->(?:\n|$)/;

/** The three lines a comment begins with. */
export function hiddenMarks({ review, at, digest }: HiddenMarks): string {
  if (!reviewName.test(review)) {
    throw new RangeError(
      `a review is named with 1 to 63 small letters, digits and hyphens, got ${JSON.stringify(review)}`,
    );
  }
  return `${start}${review} -->\n<!-- partner-access:at ${at} -->\n<!-- partner-access:digest ${digest} -->\n`;
}

/**
 * Reads the marks of a comment. Undefined when it is not ours: they count at its very beginning only, so that nobody's text
 * inside a report can pass for them. Some services return lines with carriage returns.
 */
export function readHiddenMarks(comment: string): HiddenMarks | undefined {
  const [, review, at, digest] = marks.exec(comment.replace(/\r\n/g, "\n")) ?? [];
  return review !== undefined && at !== undefined && digest !== undefined ? { review, at, digest } : undefined;
}
