import type { CredentialVaultArgs } from "./credential-vault";
import { entryNames } from "./entry-names";

/** What is wrong with the arguments of a credential vault; empty when nothing is. */
export function vaultProblems(
  args: Pick<CredentialVaultArgs, "mode" | "writerObjectId" | "prefix" | "readers" | "refreshTokenReaders">,
): readonly string[] {
  const problems: string[] = [];
  if (args.mode !== "existing" && !args.writerObjectId) {
    problems.push(`writerObjectId must be set when mode is ${args.mode}, got nothing: nobody could write entries`);
  }
  const longest = entryNames(args.prefix).clientSecret;
  if (!/^[0-9a-zA-Z-]{1,127}$/.test(longest)) {
    problems.push(`prefix must leave entry names of 1 to 127 letters, digits and hyphens, got ${longest}`);
  }
  for (const [list, readers] of [
    ["readers", args.readers],
    ["refreshTokenReaders", args.refreshTokenReaders],
  ] as const) {
    const ids = readers.flatMap(({ objectId }) => (typeof objectId === "string" ? [objectId] : []));
    const names = readers.map(({ name }) => name);
    if (new Set(ids).size < ids.length) problems.push(`${list} must not repeat an object id, got ${ids.join(", ")}`);
    if (new Set(names).size < names.length) problems.push(`${list} must not repeat a name, got ${names.join(", ")}`);
  }
  return problems;
}
