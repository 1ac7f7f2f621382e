// Says which stacks a merge applies, as lines for $GITHUB_OUTPUT, or with AZURE=true as variables of an Azure pipeline. Reads what
// `partner-access approved --json` prints.
//
//   stacks=[{"stack":"contoso","tenantId":"…","vaultTenantId":"…","vaultClientId":"…","digest":"sha256:…"}]   this part
//   left=fabrikam adatum   stacks of other parts
//
// PART=2 takes the second part. EXPECTED="a b" fails when a stack is concerned that a pipeline was not compiled with.
"use strict";

/** A matrix makes at most 256 jobs in a run. */
const mostJobs = 256;
const stackName = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$/;
const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const digest = /^sha256:[0-9a-f]{64}$/;

/** Domains under `.example` belong to nobody: such a stack is for the emulator. */
const isReal = ({ domain }) => !String(domain).endsWith(".example");

function planApply(document, { part = "", most = mostJobs } = {}) {
  // A document of a command that could not run has no digest; an empty list would look like "nothing to do".
  if (document.schema !== "partner-access/approved/1" || document.ok !== true || !digest.test(document.digest)) {
    throw new Error(`nothing was approved: ${JSON.stringify(document.problems ?? [])}`);
  }
  const number = part === "" ? 1 : Number(part);
  if (!Number.isInteger(number) || number < 1) throw new Error("PART is no number from 1 on");
  const real = document.stacks.filter(isReal);
  for (const { stack, tenantId, vaultTenantId, vaultClientId, digest: own } of real) {
    // These become names of jobs and environments, and arguments.
    if (!stackName.test(stack)) throw new Error("a stack's name holds other characters than A-Z a-z 0-9 _ . -");
    if (!guid.test(tenantId) || !digest.test(own)) throw new Error(`${stack} has no tenant id or no digest`);
    if (!guid.test(vaultTenantId) || !guid.test(vaultClientId)) throw new Error(`${stack} has no vault's identity`);
  }
  // Environments, connections, stages and variables know no capitals.
  const names = real.map(({ stack }) => stack.toLowerCase());
  if (new Set(names).size < names.length) throw new Error("two stacks have names that differ in capitals only");
  const isHere = (place) => Math.floor(place / most) === number - 1;
  return {
    stacks: real.filter((_, place) => isHere(place)).map(entryOf),
    left: real.filter((_, place) => !isHere(place)).map(({ stack }) => stack),
  };
}

/** What a job needs, and nothing else. */
function entryOf({ stack, tenantId, vaultTenantId, vaultClientId, digest: own }) {
  return { stack, tenantId, vaultTenantId, vaultClientId, digest: own };
}

/**
 * A stack's name in the names of stages and variables, which hold letters, digits and underscores only. Two stacks never share one; the
 * pipelines' templates spell the same.
 */
function azureName(stack) {
  return stack.replaceAll("_", "__").replaceAll("-", "_d").replaceAll(".", "_p");
}

/** One variable per stack, named as Azure Pipelines allows. */
function azureLines({ stacks }, expected) {
  const missing = stacks.filter(({ stack }) => !expected.includes(stack)).map(({ stack }) => stack);
  if (missing.length > 0) throw new Error(`add to the parameter stacks: ${missing.join(" ")}`);
  return stacks.map(
    ({ stack, digest: own }) => `##vso[task.setvariable variable=digest_${azureName(stack)};isOutput=true]${own}`,
  );
}

function main() {
  const document = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
  if (process.env.AZURE === "true") {
    // Stages have no limit of 256.
    const plan = planApply(document, { most: Number.MAX_SAFE_INTEGER });
    const lines = azureLines(plan, (process.env.EXPECTED ?? "").split(" ").filter(Boolean));
    process.stdout.write(lines.map((line) => `${line}\n`).join(""));
    return;
  }
  const { stacks, left } = planApply(document, { part: process.env.PART ?? "" });
  process.stdout.write(`stacks=${JSON.stringify(stacks)}\nleft=${left.join(" ")}\n`);
}

module.exports = { planApply, azureLines, azureName };
if (require.main === module) {
  try {
    main();
  } catch (error) {
    process.stderr.write(`apply-list: ${error.message}\n`);
    process.exitCode = 2;
  }
}
