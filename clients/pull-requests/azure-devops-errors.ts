import { ServiceError } from "../http/errors";
import { askHost, type Patience } from "./host-errors";

/** Asks Azure DevOps one thing, waits for its rate limits, and names the thing when it fails. `isSafe`: asking twice does no harm. */
export type Ask = <T>(operation: string, isSafe: boolean, question: () => Promise<T>) => Promise<NonNullable<T>>;

const service = "Azure DevOps";

export function asking(patience: Patience): Ask {
  return async (operation, isSafe, question) => {
    const answer = await askHost({ service, operation, isSafe, helpFor: azureHelp }, question, patience);
    if (answer !== null && answer !== undefined) return answer;
    // The library answers null to "not found".
    const missing = new ServiceError({ service, operation, status: 404, isTemporary: false });
    throw missing.withHelp(azureHelp(missing) ?? "");
  };
}

function azureHelp({ status, isLimit }: ServiceError): string | undefined {
  if (status === 401 || status === 203 || status === 302)
    return "The token in SYSTEM_ACCESSTOKEN is invalid or has expired.";
  if (status === 403) {
    return (
      "The token may not do this. The build service needs 'Contribute to pull requests' on the repository (work items: 'Edit work items in " +
      "this node'); a build of a fork gets a token that only reads, so post from the pipeline that runs after it."
    );
  }
  if (status === 404) {
    return "Azure DevOps also answers this if the token has no read access: check the repository, and the rights of the build service.";
  }
  if (isLimit) return "A rate limit did not end in time: run this again later.";
  return undefined;
}
