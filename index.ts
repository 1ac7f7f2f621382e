import { ApiPermissionGrants } from "./components/api-permission-grants";
import { CredentialVault } from "./components/credential-vault";
import { applicationArgs, clientSecretArgs, grantsArgs, signInArgs, vaultArgs } from "./components/partner-access/args";
import { outputsOf } from "./components/partner-access/outputs";
import { type Outside, readOutside } from "./components/partner-access/outside";
import { announce, prepare } from "./components/partner-access/prepare";
import { proofHook } from "./components/partner-access/proof";
import { silenceDebugLog } from "./components/partner-access/sdk-log";
import { PartnerApplication } from "./components/partner-application";
import { failRun } from "./components/problems";
import { RotatingClientSecret } from "./components/rotating-client-secret";
import { createSignIns } from "./components/sign-ins";
import { runToTheEnd } from "./components/waiting";

/** One partner tenant, top to bottom: what may call Microsoft's Partner APIs, and where its credentials are kept. */
async function partnerInsightsAccess(readFrom: () => Promise<Outside>) {
  silenceDebugLog();
  const outside = await readFrom();
  const { configuration } = outside;
  failRun(await outside.signInProblems(), "This run may not start; nothing was changed");

  const signIns = createSignIns(signInArgs(configuration));
  const prepared = await prepare(outside, signIns);
  announce(prepared.plan);

  const partner = { provider: signIns.partner };
  const application = new PartnerApplication("partner", applicationArgs(configuration, prepared), partner);

  new ApiPermissionGrants("partner", grantsArgs(configuration, prepared, application), partner);

  const clientSecret = new RotatingClientSecret(
    "partner",
    { ...clientSecretArgs(configuration, prepared), applicationId: application.applicationId },
    partner,
  );

  const vault = new CredentialVault(
    "partner",
    {
      ...vaultArgs(configuration, prepared),
      clientId: application.clientId,
      clientSecret: clientSecret.value,
      recordTags: clientSecret.recordTags,
      proof: proofHook(outside, { isNewApplication: prepared.plan.record === undefined }),
      proofNeeds: [application.principal],
    },
    { provider: signIns.vault },
  );

  return outputsOf(outside, application, vault);
}

// Pulumi calls an exported function and takes what it returns as the stack's outputs.
export = (readFrom = readOutside) => runToTheEnd(() => partnerInsightsAccess(readFrom));
