import type { StackConfiguration } from "../../configuration/stack-configuration";
import { microsoftGraph } from "../../permissions/catalog";
import { type Check, failed, ok, type Subject, warning } from "./check";

/** Who is signed in to the Azure CLI, as the own token says it. */
interface Person {
  readonly objectId: string;
  readonly isPerson: boolean;
  /** Template ids: https://learn.microsoft.com/entra/identity/role-based-access-control/permissions-reference */
  readonly directoryRoles: readonly string[];
}

const globalAdministrator = "62e90394-69f5-4237-9190-012177145e10";
const privilegedRoleAdministrator = "e8611ab8-c189-46e8-94e1-60213ab1f814";
const applicationAdministrators = ["9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3", "158c047a-c907-4556-b7ef-446551a6b5f7"];

/** Whether a person's role lets them register applications, and consent to what is no application permission of Microsoft Graph. */
export function mayManageApplications({ directoryRoles }: Pick<Person, "directoryRoles">): boolean {
  return [globalAdministrator, ...applicationAdministrators].some((role) => directoryRoles.includes(role));
}

/** What the person of a solo stack needs in the partner tenant, by the roles in their own token. */
export function personChecks(configuration: StackConfiguration, person: Person): readonly Check[] {
  const rights: Subject = { name: "rights", who: "tenant-administrator" };
  const asksGraph = configuration.permissions.some(
    ({ api, application: asked }) => api.clientId === microsoftGraph.clientId && asked.length > 0,
  );
  const mayConsent =
    !asksGraph ||
    [globalAdministrator, privilegedRoleAdministrator].some((role) => person.directoryRoles.includes(role));
  const isEnough = mayManageApplications(person) && mayConsent;
  const needed = asksGraph
    ? "Global Administrator"
    : "Cloud Application Administrator (or Application or Global Administrator)";
  return [
    isEnough
      ? ok(rights, "the person's role lets them register the application and consent to it")
      : failed(
          rights,
          "the person's roles do not let them register the application and consent to it",
          `Have an administrator give you the role ${needed}, then sign in again: az login`,
        ),
    ownerCheck(configuration, person.objectId),
  ];
}

function ownerCheck({ stack, application: { owners } }: StackConfiguration, objectId: string): Check {
  const subject: Subject = { name: "owners", who: "you" };
  if (owners === undefined) return ok(subject, "the person who runs the first update owns the application");
  return owners.includes(objectId)
    ? ok(subject, "the person is one of the owners")
    : warning(
        subject,
        `application.owners does not name the person who is signed in (${objectId})`,
        `Add the id to application.owners of Pulumi.${stack}.yaml, or leave the list out.`,
      );
}
