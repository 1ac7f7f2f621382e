import type { PostedComment } from "../../clients/pull-requests/host";
import {
  type HiddenMarks,
  type RunMark,
  readHiddenMarks,
  readRunMark,
  withoutMarks,
} from "../../permissions/report/marks";

/** What to do about one comment. */
export type CommentPlan =
  | { readonly action: "create" }
  | { readonly action: "update"; readonly id: string }
  /** The text is the same, so an edit would change nothing. */
  | { readonly action: "nothing" }
  | { readonly action: "leave"; readonly newerRun: number | undefined };

interface OwnComment {
  readonly comment: PostedComment;
  readonly marks: HiddenMarks;
  readonly run: RunMark | undefined;
}

/**
 * Finds our comment among all of a pull request and decides. A comment is ours when we have written it and it begins with our
 * marks for the same review: everyone can copy marks, and several projects may comment on one pull request.
 */
export function planComment(comments: readonly PostedComment[], text: string): CommentPlan {
  const wanted = { marks: readHiddenMarks(text), run: readRunMark(text) };
  if (wanted.marks === undefined) throw new RangeError("a comment of a review begins with its marks");
  const ours = comments.flatMap((comment) => ownComment(comment, wanted.marks?.review));
  const [first] = ours;
  if (first === undefined) return { action: "create" };
  if (ours.some(({ comment }) => withoutMarks(comment.text) === withoutMarks(text))) return { action: "nothing" };
  const newer = ours.find((own) => isNewer(own, wanted.marks, wanted.run));
  if (newer !== undefined) return { action: "leave", newerRun: newer.run?.run };
  return { action: "update", id: first.comment.id };
}

function ownComment(comment: PostedComment, review: string | undefined): readonly OwnComment[] {
  const marks = comment.isOurs ? readHiddenMarks(comment.text) : undefined;
  return marks !== undefined && marks.review === review ? [{ comment, marks, run: readRunMark(comment.text) }] : [];
}

/** By the number of the run; of one run repeated, by its time. Times are compared as texts of one form. */
function isNewer(own: OwnComment, marks: HiddenMarks | undefined, run: RunMark | undefined): boolean {
  const [theirs, mine] = [own.run?.run, run?.run];
  if (theirs !== undefined && mine !== undefined && theirs !== mine) return theirs > mine;
  return own.marks.at > (marks?.at ?? "");
}
