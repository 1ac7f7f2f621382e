import { PartnerAccess } from "./components/partner-access/partner-access";
import { createSignIns } from "./components/sign-ins";
import { partnerAccessArgs, signInArgs } from "./components/stack-program/access-args";
import { type ProgramInput, readProgram } from "./components/stack-program/read-program";
import { runToTheEnd } from "./components/waiting";
import { programComponent } from "./model/program-component";

/** One partner tenant: what may call Microsoft's Partner APIs, and where its credentials are kept. */
async function partnerInsightsAccess(read: () => Promise<ProgramInput>) {
  const { configuration, dependencies } = await read();
  const { partner, vault } = createSignIns(signInArgs(configuration));
  const access = new PartnerAccess(
    programComponent,
    partnerAccessArgs(configuration),
    { providers: [partner, vault] },
    dependencies,
  );
  const { clientId, tenantId, vaultUri, secretNames, rotation } = access;
  return { clientId, tenantId, vaultUri, secretNames, rotation };
}

// Pulumi calls an exported function and takes what it returns as the stack's outputs.
export = (read = readProgram) => runToTheEnd("The program", () => partnerInsightsAccess(read));
