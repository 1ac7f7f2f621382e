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
 * Reads the marks of a comment. Undefined when it is not ours: they count only at the very beginning, so that no text inside a report can
 * imitate them. Some services return lines with carriage returns.
 */
export function readHiddenMarks(comment: string): HiddenMarks | undefined {
  const [, review, at, digest] = marks.exec(comment.replace(/\r\n/g, "\n")) ?? [];
  return review !== undefined && at !== undefined && digest !== undefined ? { review, at, digest } : undefined;
}

/** Which run wrote a comment, and about which commit: what decides whether another may replace it. */
export interface RunMark {
  /** Counts up with every run of the pipeline that recorded the change. */
  readonly run: number;
  /** The full hash of the head commit. */
  readonly commit: string;
}

const runMark = /^<!-- partner-access:run (\d{1,15}) ([0-9a-f]{40,64}) -->\n/;

/** The comment with the mark of its run, right after the marks it begins with. */
export function withRunMark(comment: string, { run, commit }: RunMark): string {
  const text = comment.replace(/\r\n/g, "\n");
  const [own] = marks.exec(text) ?? [];
  const mark = `<!-- partner-access:run ${run} ${commit} -->\n`;
  if (own === undefined || !runMark.test(mark))
    throw new RangeError("no comment of a review, or no run that can be marked");
  return `${own}${mark}${text.slice(own.length)}`;
}

/** Reads the mark of a run; undefined in a comment without one, or by another author. */
export function readRunMark(comment: string): RunMark | undefined {
  const [, run, commit] = runMark.exec(afterMarks(comment)) ?? [];
  return run !== undefined && commit !== undefined ? { run: Number(run), commit } : undefined;
}

/** What people see of a comment: the text after all marks. Services trim the end and may turn the ends of lines. */
export function withoutMarks(comment: string): string {
  const [mark = ""] = runMark.exec(afterMarks(comment)) ?? [];
  return afterMarks(comment).slice(mark.length).trimEnd();
}

function afterMarks(comment: string): string {
  const text = comment.replace(/\r\n/g, "\n");
  return text.slice(marks.exec(text)?.[0].length ?? 0);
}
