/** Levels at which Microsoft's libraries write whole requests: the sockets beside them still hold the headers, bearer tokens included. */
const TELLS_TOKENS = /^(info|verbose)$/i;

/**
 * Lowers `AZURE_LOG_LEVEL` to warnings where it would print tokens, and answers the level that was asked for; undefined when nothing was
 * changed. Must run before a library of Microsoft's is loaded: they read it once.
 */
export function quietAzureLog(env: Record<string, string | undefined>): string | undefined {
  const level = env["AZURE_LOG_LEVEL"];
  if (level === undefined || !TELLS_TOKENS.test(level)) return undefined;
  env["AZURE_LOG_LEVEL"] = "warning";
  return level;
}
