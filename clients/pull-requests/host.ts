/** One pull request, as far as a review needs it. */
export interface PullRequest {
  readonly number: number;
  /** Hash of the last commit of its branch. */
  readonly headCommit: string;
  /** The branch it wants to change, without `refs/heads/`. */
  readonly baseBranch: string;
}

/** A comment, or on Azure DevOps a thread with its first comment. */
export interface PostedComment {
  readonly id: string;
  /** Whether the calling identity wrote it. Anyone can write our hidden marks, but only we can write as this identity. */
  readonly isOurs: boolean;
  readonly text: string;
}

/** What a review found about one commit, where machines read it: a check run on GitHub, a status on Azure DevOps. */
export interface Verdict {
  /** Which review, for example `access-review`. */
  readonly name: string;
  /** Hash of the head commit it is about. */
  readonly commit: string;
  /** False: it could not tell everything. What is found is for people to judge, and is no failure. */
  readonly isComplete: boolean;
  /** One line without a text from outside. */
  readonly title: string;
  /** Markdown, at most 65,535 bytes; shown where the service has room for it. */
  readonly details: string;
  /** What an approval of this commit is bound to. */
  readonly digest: string;
}

/** Where pull requests live. Every failure is a `ServiceError`. */
export interface PullRequestHost {
  readonly service: "GitHub" | "Azure DevOps";
  /** The open pull requests whose branch ends with this commit; on Azure DevOps also by the commit of their trial merge. */
  findByHead(commit: string): Promise<readonly PullRequest[]>;
  /** The open or closed pull request with this number. */
  readPullRequest(number: number): Promise<PullRequest>;
  /** The pull requests whose merge made this commit: the merge or the squash, or the last of the commits that a rebase wrote. */
  findByMerge(commit: string): Promise<readonly PullRequest[]>;
  /** Whether the merge of a pull request brought this commit, as one of several or as the only one. */
  hasBrought(pullRequest: PullRequest, commit: string): Promise<boolean>;
  /** The repository's default branch, without `refs/heads/`. */
  defaultBranch(): Promise<string>;
  /** Whether a branch contains a commit, by the service's own word and not by that of a checkout. */
  isOnBranch(branch: string, commit: string): Promise<boolean>;
  /** All comments, oldest first, from every page. */
  readComments(number: number): Promise<readonly PostedComment[]>;
  /** Posts a comment. `isNews` asks for attention, where a service knows open and closed threads. */
  createComment(number: number, text: string, isNews: boolean): Promise<void>;
  updateComment(number: number, id: string, text: string, isNews: boolean): Promise<void>;
  writeVerdict(number: number, verdict: Verdict): Promise<void>;
  /** The newest verdict of this name about the pull request's head commit; undefined without one. */
  readVerdict(
    pullRequest: PullRequest,
    name: string,
  ): Promise<{ readonly digest: string | undefined; readonly isComplete: boolean } | undefined>;
}

/** An issue, or on Azure DevOps a work item. */
export interface Ticket {
  readonly id: string;
  readonly isOpen: boolean;
  /** Whether it says this already, as far as the service gives texts back as they were written. */
  readonly says: (text: TicketText) => boolean;
}

/** What a ticket says, for services that take Markdown and for those that do not. */
export interface TicketText {
  readonly markdown: string;
  readonly plain: string;
}

export interface TicketContent {
  readonly title: string;
  readonly text: TicketText;
}

/** Where one ticket is kept up to date. Every failure is a `ServiceError`. */
export interface TicketHost {
  readonly service: "GitHub" | "Azure DevOps";
  /** Our ticket with this mark (small letters and hyphens), on whatever page; undefined without one. */
  findTicket(mark: string): Promise<Ticket | undefined>;
  createTicket(mark: string, content: TicketContent): Promise<void>;
  /** Rewrites it, and opens or closes it where the service has one state for that. */
  updateTicket(id: string, mark: string, content: TicketContent, isOpen: boolean): Promise<void>;
}
