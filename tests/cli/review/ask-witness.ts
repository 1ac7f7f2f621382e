import { resolve } from "node:path";
import { identityProblems } from "../../../cli/review/identity-claims";
import { createIdentityWitness, identityReaders } from "../../../cli/review/identity-witness";
import { openTenant } from "../../../cli/shared/tenant";
import { currentContext } from "../../../cli/shared/wiring";

/** Asks the emulated tenant and vault about the claims in the last argument, with the clients of the commands, and no state. */
async function main(): Promise<void> {
  const context = { ...currentContext(), projectDirectory: resolve(__dirname, "../../..") };
  const tenant = await openTenant("dev", context);
  const readers = identityReaders(tenant, async () => undefined);
  const claims = JSON.parse(process.argv.at(-1) ?? "[]");
  process.stdout.write(JSON.stringify(await identityProblems("dev", claims, createIdentityWitness(readers))));
}

void main();
