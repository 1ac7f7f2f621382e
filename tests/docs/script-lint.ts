/** What is wrong with a GitHub workflow or an Azure pipeline that signs in to tenants; empty when nothing is. */
export type LintProblems = readonly string[];

/** The rules for shell text, in either system. */
export function scriptProblems(place: string, script: string): LintProblems {
  const problems: string[] = [];
  // Any expression: which ones carry foreign text is easy to get wrong, and a variable does the same.
  if (script.includes("$" + "{{")) problems.push(`${place}: an expression inside a script`);
  // Anybody may register the name that npx would look up, and would get the identity of the job.
  if (/\bnpm (install|i)\b|\bnpx\b/.test(script)) problems.push(`${place}: installs what the lock file does not name`);
  if (/\bnpm ci\b(?!.*--ignore-scripts)/.test(script)) problems.push(`${place}: runs install scripts of dependencies`);
  // One command does it, with a checksum: ci install-pulumi.
  if (/\b(curl|wget)\b/.test(script)) problems.push(`${place}: downloads by itself`);
  if (/show-secrets|PULUMI_DEBUG_GRPC|-v[= ]?1\d|set -x/.test(script)) problems.push(`${place}: prints secrets`);
  return problems;
}

/** What runs beside the queue is one command, which is safe there, and its installation. */
export function unqueuedProblems(name: string, scripts: readonly string[]): LintProblems {
  const own = new RegExp(
    `^(set -euo pipefail\\n)?(npm ci --ignore-scripts|npm run --silent partner-access -- ${name} [^\\n;&|]*)\\n?$`,
  );
  return scripts
    .filter((script) => script !== "" && !own.test(script))
    .map(() => `${name}: runs more than its command outside of the queue`);
}
