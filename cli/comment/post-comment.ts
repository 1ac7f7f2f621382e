import { ServiceError } from "../../clients/http/errors";
import type { PullRequest, PullRequestHost } from "../../clients/pull-requests/host";
import { CommandError } from "../shared/document";
import { type CommentPlan, planComment } from "./plan-comment";

/** What became of a comment. */
export type CommentOutcome = "created" | "updated" | "unchanged" | "newer-exists";

const outcomes: Readonly<Record<CommentPlan["action"], CommentOutcome>> = {
  create: "created",
  update: "updated",
  nothing: "unchanged",
  leave: "newer-exists",
};
const mostAttempts = 3;

/** Reads all comments, decides, acts. A write whose answer was lost is looked for before it is tried again. */
export async function postComment(
  host: PullRequestHost,
  { number }: PullRequest,
  text: string,
  isNews: boolean,
): Promise<CommentOutcome> {
  for (let attempt = 1; ; attempt += 1) {
    const plan = planComment(await host.readComments(number), text);
    try {
      if (plan.action === "create") await host.createComment(number, text, isNews);
      if (plan.action === "update") await host.updateComment(number, plan.id, text, isNews);
      return outcomes[plan.action];
    } catch (error) {
      const isUnclear = error instanceof ServiceError && error.isTemporary;
      if (!isUnclear || attempt === mostAttempts) throw error;
    }
  }
}

/** The one open pull request that ends with this commit and wants to get into this branch. */
export async function findPullRequest(
  host: PullRequestHost,
  commit: string,
  baseBranch: string | undefined,
): Promise<PullRequest> {
  const found = await host.findByHead(commit);
  const fitting = found.filter((it) => baseBranch === undefined || it.baseBranch === baseBranch);
  const [only, another] = fitting;
  if (only !== undefined && another === undefined) return only;
  const into = baseBranch === undefined ? "" : ` into ${baseBranch}`;
  throw new CommandError([
    only === undefined
      ? {
          code: "no-pull-request",
          message: `no open pull request${into} ends with ${commit}`,
          fix: "It was closed, or something was pushed meanwhile: then the run for the newer commit comments.",
        }
      : {
          code: "several-pull-requests",
          message: `several open pull requests${into} end with ${commit}: ${fitting.map((it) => it.number).join(", ")}`,
          fix: "Name their target branch with --into, or close all but one.",
        },
  ]);
}
