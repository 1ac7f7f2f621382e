// Says which stacks today's rotation visits, as lines for $GITHUB_OUTPUT. Reads what `partner-access stacks --json` prints.
//
//   stacks=[{"stack":"contoso","tenantId":"…","vaultTenantId":"…","vaultClientId":"…"}]   today's turn
//   invalid=fabrikam adatum   stack files with problems: reported apart, so that they stop nobody else
//
// ONLY=contoso takes that one stack. EXPECTED="a b" fails when the list a pipeline was compiled with is not the project's.
"use strict";

/** A matrix makes at most 256 jobs in a run, so a larger project takes turns, day by day. */
const mostJobs = 256;
const millisecondsPerDay = 86_400_000;
const stackName = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$/;
const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Domains under `.example` belong to nobody: such a stack is for the emulator. */
const isReal = ({ domain }) => !String(domain).endsWith(".example");

function planTurn(document, { only = "", today = Date.now(), most = mostJobs } = {}) {
  const listed = document.stacks ?? [];
  if (listed.length === 0) throw new Error(`no stack was listed: ${JSON.stringify(document.problems ?? [])}`);
  const invalid = listed.filter(({ ok }) => !ok).map(({ stack }) => stack);
  const real = listed.filter((entry) => entry.ok && isReal(entry));
  const strange = [...real.map(({ stack }) => stack), ...invalid].filter((name) => !stackName.test(name));
  // These names become names of jobs, environments and concurrency groups.
  if (strange.length > 0) throw new Error(`${strange.length} stack names hold other characters than A-Z a-z 0-9 _ . -`);
  for (const field of ["tenantId", "vaultTenantId", "vaultClientId"]) {
    if (!real.every((entry) => guid.test(entry[field]))) throw new Error(`a ${field} is no GUID`);
  }
  if (only !== "") {
    const chosen = real.filter(({ stack }) => stack === only);
    if (chosen.length === 0) throw new Error(`no valid stack of a real tenant has the name in ONLY`);
    return { stacks: chosen.map(entryOf), invalid: [] };
  }
  const turns = Math.max(1, Math.ceil(real.length / most));
  const turn = Math.floor(today / millisecondsPerDay) % turns;
  return { stacks: real.filter((_, place) => place % turns === turn).map(entryOf), invalid };
}

/** What a job needs to sign in. The vault's identity differs between stacks: an application holds 20 federated credentials. */
function entryOf({ stack, tenantId, vaultTenantId, vaultClientId }) {
  return { stack, tenantId, vaultTenantId, vaultClientId };
}

/** What differs between the list a pipeline was compiled with and the project's own. */
function listDifferences(document, expected) {
  const real = (document.stacks ?? []).filter((entry) => !entry.ok || isReal(entry)).map(({ stack }) => stack);
  const missing = real.filter((name) => !expected.includes(name));
  const unknown = expected.filter((name) => !real.includes(name));
  return [
    ...missing.map((name) => `${name} is never rotated: add it to the parameter stacks`),
    ...unknown.map((name) => `${name} has no stack file: take it out of the parameter stacks`),
  ];
}

function main() {
  const document = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
  if (process.env.EXPECTED !== undefined) {
    const differences = listDifferences(document, process.env.EXPECTED.split(" ").filter(Boolean));
    process.stderr.write(differences.map((line) => `${line}\n`).join(""));
    process.exitCode = differences.length > 0 ? 1 : 0;
    return;
  }
  const { stacks, invalid } = planTurn(document, { only: process.env.ONLY ?? "" });
  process.stdout.write(`stacks=${JSON.stringify(stacks)}\ninvalid=${invalid.join(" ")}\n`);
}

module.exports = { planTurn, listDifferences };
if (require.main === module) {
  try {
    main();
  } catch (error) {
    process.stderr.write(`rotation-turn: ${error.message}\n`);
    process.exitCode = 2;
  }
}
