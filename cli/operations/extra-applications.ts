import type { PendingOperation } from "../../clients/stack-state";
import type { Problem } from "../document";
import type { Tenant } from "../tenant";

const APPLICATION = "azuread:index/application:Application";

/**
 * What a run left that was killed while it created the application: Entra had made it, no state knows it, and the next run made another. A
 * name is no proof of who made it, so it is reported and never removed; one with a principal or a credential is in somebody's use.
 */
export async function extraApplications(
  { configuration, graph }: Tenant,
  cleared: readonly PendingOperation[],
  clientId: string,
): Promise<readonly Problem[]> {
  const wasCreating = cleared.some(({ operation, urn }) => operation === "creating" && urn.includes(APPLICATION));
  if (!wasCreating) return [];
  const { displayName } = configuration.application;
  const extras: string[] = [];
  for (const found of await graph.applicationsNamed(displayName)) {
    const isUsed = found.clientId === clientId || found.credentials.length > 0;
    if (!isUsed && (await graph.principal(found.clientId)) === undefined) extras.push(found.applicationObjectId);
  }
  return extras.map((id) => ({
    code: "extra-application",
    message:
      `the run that was killed was creating the application, and the tenant holds another one named ${JSON.stringify(displayName)} ` +
      `without a service principal and without a credential: object id ${id}. No state knows it, and nothing uses it`,
    fix: `A name is no proof, so it was left. Compare its creation with the killed run, then: az ad app delete --id ${id} (Entra keeps it for 30 days).`,
  }));
}
