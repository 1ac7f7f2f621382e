import type { CommandRunner } from "../shared/command";
import { invalidOption, writeDocument } from "../shared/document";
import type { TokenCommandOptions } from "./declaration";
import { openPlace, openTokenSource } from "./place";
import { withTokenProblems } from "./token-problem";

/** `partner-access token`: one access token on standard output. Exit code 0 or 2: a token is there, or it is not. */
export const runToken: CommandRunner<TokenCommandOptions> = async (options, context) => {
  if (options.json && options.header) {
    throw invalidOption("--json and --header exclude each other", "The document holds the token.");
  }
  const place = await openPlace(options, context);
  const source = openTokenSource(place, options, context);
  const { token, expiresAt, flow } = await withTokenProblems(() => source.getToken());
  if (options.json) {
    const stack = { stack: place.name, token, tokenType: "Bearer", expiresAt: expiresAt.toISOString(), flow };
    writeDocument(context, { schema: "partner-access/token/1", ok: true, stacks: [stack], problems: [] });
  } else {
    context.stdout.write(`${options.header ? "Authorization: Bearer " : ""}${token}\n`);
  }
  return 0;
};
