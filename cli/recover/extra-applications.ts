import { commandLine } from "../../model/command-line";
import { applicationNotes } from "../../rotation/mark";
import { type Problem, problemsOf } from "../shared/document";
import type { Tenant } from "../shared/tenant";

/** An application that a run of this deployment created, and that is not the one it uses. */
export interface ExtraApplication {
  readonly applicationObjectId: string;
  /** It has a service principal or a credential. A run that is killed while it creates an application leaves neither. */
  readonly isUsed: boolean;
}

/** Whose applications to look for. */
export interface Creator {
  readonly deployment: string;
  /** Object ids of the service principals that may have run it; users run none. */
  readonly owners: readonly string[];
  /** Client ids of the applications that are in use, by the state's and the record's word. */
  readonly known: readonly string[];
}

/**
 * What a run leaves that was killed while it created the application: Entra created it, no state knows it, and the next run created
 * another. The notes say which deployment it is of. They are not secret, so such an application is never adopted: anyone who can register
 * applications could have prepared it. Removing it gives nobody new power: a caller who can write its notes can delete it too.
 */
export async function findExtraApplications(
  { graph }: Pick<Tenant, "graph">,
  { deployment, owners, known }: Creator,
): Promise<readonly ExtraApplication[]> {
  const notes = applicationNotes(deployment);
  const owned = (await Promise.all([...new Set(owners)].map((owner) => graph.ownedApplications(owner)))).flat();
  const byId = new Map(owned.map((application) => [application.applicationObjectId, application]));
  const extras = [...byId.values()].filter((it) => it.notes === notes && !known.includes(it.clientId));
  return Promise.all(
    extras.map(async ({ applicationObjectId, clientId, hasCredentials }) => ({
      applicationObjectId,
      isUsed: hasCredentials || (await graph.principal(clientId)) !== undefined,
    })),
  );
}

/** Those beside the published application, whose owners are the identities that run this deployment. */
export async function extrasBeside(
  tenant: Pick<Tenant, "graph" | "configuration">,
  deployment: string,
  published: { readonly applicationObjectId: string; readonly clientId: string },
): Promise<readonly ExtraApplication[]> {
  const owners = await tenant.graph.owningPrincipals(published.applicationObjectId);
  const configured = tenant.configuration.application.owners ?? [];
  return findExtraApplications(tenant, {
    deployment,
    owners: [...owners, ...configured],
    known: [published.clientId],
  });
}

/** Removes what nothing uses, and reports the rest. */
export async function removeExtraApplications(
  tenant: Pick<Tenant, "graph" | "graphWriter" | "stack">,
  creator: Creator,
): Promise<{ readonly removed: readonly string[]; readonly problems: readonly Problem[] }> {
  const removed: string[] = [];
  const problems: Problem[] = [];
  for (const extra of await findExtraApplications(tenant, creator)) {
    if (extra.isUsed) {
      problems.push(extraApplication(tenant.stack, extra));
      continue;
    }
    try {
      await tenant.graphWriter.removeApplication(extra.applicationObjectId);
      removed.push(extra.applicationObjectId);
    } catch (error) {
      problems.push(...problemsOf(error));
    }
  }
  return { removed, problems };
}

/** What is said of one, with the command that ends it. */
export function extraApplication(stack: string, { applicationObjectId, isUsed }: ExtraApplication): Problem {
  const what = `the notes of the application with the object id ${applicationObjectId} name this deployment, and it is not the application of ${stack}`;
  return isUsed
    ? {
        code: "extra-application",
        message: `${what}. It has a service principal or a credential, so it may be in use`,
        fix: `It was kept. If you are sure that it is not in use: az ad app delete --id ${applicationObjectId} (Entra keeps it for 30 days).`,
      }
    : {
        code: "extra-application",
        message: `${what}. A run that was killed created it, and nothing uses it`,
        fix: `Remove it: ${commandLine("recover", "-s", stack)}`,
      };
}
