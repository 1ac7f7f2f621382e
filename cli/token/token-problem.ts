import { TokenError } from "../../tokens/token-error";
import { CommandError, type Problem } from "../shared/document";

/** A token error as the problem of a command. */
export function tokenProblem({ code, cause, nextStep }: TokenError): Problem {
  return { code, message: `${cause} (${code})`, fix: nextStep };
}

/** Runs something that asks for a token; its refusal becomes the command's. */
export async function withTokenProblems<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof TokenError) throw new CommandError([tokenProblem(error)]);
    throw error;
  }
}
