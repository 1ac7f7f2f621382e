import type { ServiceError } from "../http/errors";

/** What to do about GitHub's refusals. */
export function gitHubHelp({ status, isLimit }: ServiceError): string | undefined {
  if (isLimit) return "A rate limit did not end in time: run this again later.";
  if (status === 401) return "The token in GITHUB_TOKEN is invalid or has expired.";
  if (status === 403) {
    return (
      "The token may not write here. A workflow that runs for a pull request from a fork gets a token that only reads: post from a " +
      "workflow that is triggered by workflow_run. Elsewhere the job lacks pull-requests: write, checks: write or issues: write."
    );
  }
  if (status === 404) {
    return "GitHub also answers this if the token has no read access: check GITHUB_REPOSITORY, and the permissions of the job.";
  }
  if (status === 410) return "Issues are turned off in this repository.";
  if (status === 422) return "GitHub does not accept the content: too long, or about a commit it does not know.";
  return undefined;
}
