import * as azuread from "@pulumi/azuread";
import * as pulumi from "@pulumi/pulumi";
import { applicationNotes } from "../rotation/mark";
import { failOn } from "./problems";

/** What is requested of one API, by the ids Entra stores. */
interface RequestedPermissions {
  readonly apiClientId: string;
  readonly delegatedIds: readonly string[];
  readonly applicationIds: readonly string[];
}

export interface PartnerApplicationArgs {
  readonly displayName: pulumi.Input<string>;
  /** The stack's remembered deployment, named in the application's notes from its creation on. */
  readonly deploymentId: string;
  /** Object ids, the same on application and principal. The identity that creates them stays owner only if listed. */
  readonly owners: readonly pulumi.Input<string>[];
  /** Whether the owners stand in the configuration; else they are the deployer of the first update, and a review says so. */
  readonly ownersAreConfigured: boolean;
  /** Where sign-in returns to. Left out: nobody signs in. */
  readonly redirectUri?: pulumi.Input<string> | undefined;
  readonly requested: readonly RequestedPermissions[];
  /** Object id of the user who may sign in. Left out: an administrator assigns the user. */
  readonly assignedUserObjectId?: pulumi.Input<string> | undefined;
}

/** Entra's id for "may sign in", for applications that define no roles of their own. */
const DEFAULT_ACCESS = "00000000-0000-0000-0000-000000000000";

/** The single-tenant application that calls Partner APIs, and its service principal with assignment required. */
export class PartnerApplication extends pulumi.ComponentResource {
  /** Resource id of the application (`/applications/…`), as the provider's other resources want it. */
  readonly applicationId: pulumi.Output<string>;
  readonly clientId: pulumi.Output<string>;
  readonly principalObjectId: pulumi.Output<string>;
  /** The service principal itself: what must exist before a secret can be proven. */
  readonly principal: pulumi.Resource;

  constructor(name: string, args: PartnerApplicationArgs, opts?: pulumi.ComponentResourceOptions) {
    super("partner-access:index:PartnerApplication", name, { ownersAreConfigured: args.ownersAreConfigured }, opts);
    failOn(argsProblems(args), this, `PartnerApplication "${name}"`);

    const application = this.createApplication(name, args);
    const principal = this.createPrincipal(name, application, args.owners);
    if (args.assignedUserObjectId) this.assignUser(name, principal, args.assignedUserObjectId);

    this.applicationId = application.id;
    this.clientId = application.clientId;
    this.principalObjectId = principal.objectId;
    this.principal = principal;
    this.registerOutputs({
      applicationId: this.applicationId,
      clientId: this.clientId,
      principalObjectId: this.principalObjectId,
    });
  }

  private createApplication(name: string, args: PartnerApplicationArgs): azuread.Application {
    return new azuread.Application(
      `${name}-application`,
      {
        displayName: args.displayName,
        notes: applicationNotes(args.deploymentId),
        signInAudience: "AzureADMyOrg",
        owners: [...args.owners],
        fallbackPublicClientEnabled: false,
        requiredResourceAccesses: requiredResourceAccesses(args.requested),
        web: {
          redirectUris: args.redirectUri === undefined ? [] : [args.redirectUri],
          implicitGrant: { accessTokenIssuanceEnabled: false, idTokenIssuanceEnabled: false },
        },
      },
      { parent: this },
    );
  }

  private createPrincipal(
    name: string,
    application: azuread.Application,
    owners: readonly pulumi.Input<string>[],
  ): azuread.ServicePrincipal {
    return new azuread.ServicePrincipal(
      `${name}-principal`,
      { clientId: application.clientId, appRoleAssignmentRequired: true, owners: [...owners] },
      { parent: this },
    );
  }

  private assignUser(name: string, principal: azuread.ServicePrincipal, userObjectId: pulumi.Input<string>): void {
    new azuread.AppRoleAssignment(
      `${name}-reporting-user`,
      { appRoleId: DEFAULT_ACCESS, principalObjectId: userObjectId, resourceObjectId: principal.objectId },
      { parent: this },
    );
  }
}

/** Sorted by id: the provider keeps the order inside one API, and another order would show as a change. */
function requiredResourceAccesses(requested: readonly RequestedPermissions[]) {
  return [...requested]
    .sort((one, other) => compare(one.apiClientId, other.apiClientId))
    .map(({ apiClientId, delegatedIds, applicationIds }) => ({
      resourceAppId: apiClientId,
      resourceAccesses: [
        ...delegatedIds.map((id) => ({ id, type: "Scope" })),
        ...applicationIds.map((id) => ({ id, type: "Role" })),
      ].sort((one, other) => compare(one.id, other.id)),
    }));
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

function argsProblems(args: PartnerApplicationArgs): readonly string[] {
  const problems: string[] = [];
  const length = typeof args.displayName === "string" ? args.displayName.length : undefined;
  if (length !== undefined && (length < 1 || length > 120))
    problems.push(`displayName must have 1 to 120 characters, got ${length}`);
  if (args.owners.length === 0) {
    problems.push("owners must name at least one object id, got none: nobody could change the application again");
  }
  if (new Set(args.owners).size < args.owners.length) {
    problems.push(`owners must not repeat an object id, got ${args.owners.join(", ")}`);
  }
  for (const { apiClientId, delegatedIds, applicationIds } of args.requested) {
    if (delegatedIds.length + applicationIds.length === 0) {
      problems.push(`requested: API ${apiClientId} must request at least one permission, got none`);
    }
  }
  const apis = args.requested.map(({ apiClientId }) => apiClientId);
  if (new Set(apis).size < apis.length) problems.push(`requested must name each API once, got ${apis.join(", ")}`);
  return problems;
}
