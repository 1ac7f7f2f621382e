import * as azuread from "@pulumi/azuread";
import * as pulumi from "@pulumi/pulumi";
import type { ApiPrincipal } from "./directory";
import { failOn } from "./problems";

/** What is granted on one API. */
export interface ApiGrants {
  readonly apiClientId: string;
  /** Names of delegated permissions, the way tokens carry them. */
  readonly delegated: readonly string[];
  /** Ids of application permissions (app roles of the API). */
  readonly applicationIds: readonly string[];
  /** How the API's service principal comes into the tenant. */
  readonly principal: ApiPrincipal;
}

/** Everyone in the tenant, or one user by object id. */
type GrantedTo =
  | { readonly kind: "everyone" }
  | { readonly kind: "user"; readonly objectId: pulumi.Input<string> | undefined };

export interface ApiPermissionGrantsArgs {
  /** Object id of the application's service principal: who is granted something. */
  readonly principalObjectId: pulumi.Input<string>;
  readonly apis: readonly ApiGrants[];
  /** For whom the delegated permissions are granted. Everyone must be said; nothing left out ever means everyone. */
  readonly grantedTo: GrantedTo;
}

/** What was consented to: one delegated grant per API, one assignment per application permission. */
export class ApiPermissionGrants extends pulumi.ComponentResource {
  constructor(name: string, args: ApiPermissionGrantsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("partner-access:index:ApiPermissionGrants", name, {}, opts);
    failOn(argsProblems(args), this, `ApiPermissionGrants "${name}"`);

    for (const api of args.apis) {
      const apiObjectId = this.apiPrincipal(name, api);
      this.grantDelegated(name, api, apiObjectId, args);
      this.grantApplication(name, api, apiObjectId, args);
    }
    this.registerOutputs({});
  }

  private apiPrincipal(name: string, { apiClientId, principal }: ApiGrants): pulumi.Input<string> {
    if (principal.kind === "existing") return principal.objectId;
    // Never `useExisting`: that resets a principal of Microsoft's to defaults, and destroy would delete it for others.
    return new azuread.ServicePrincipal(
      `${name}-api-${apiClientId}`,
      { clientId: apiClientId },
      { parent: this, retainOnDelete: true },
    ).objectId;
  }

  /** One grant per API: Entra refuses a second one for the same pair, and replaces the list as a whole. */
  private grantDelegated(
    name: string,
    { apiClientId, delegated }: ApiGrants,
    apiObjectId: pulumi.Input<string>,
    { principalObjectId, grantedTo }: ApiPermissionGrantsArgs,
  ): void {
    if (delegated.length === 0) return;
    new azuread.ServicePrincipalDelegatedPermissionGrant(
      `${name}-delegated-${apiClientId}`,
      {
        servicePrincipalObjectId: principalObjectId,
        resourceServicePrincipalObjectId: apiObjectId,
        claimValues: [...delegated].sort(),
        ...(grantedTo.kind === "user" && grantedTo.objectId !== undefined && { userObjectId: grantedTo.objectId }),
      },
      { parent: this },
    );
  }

  private grantApplication(
    name: string,
    { applicationIds }: ApiGrants,
    apiObjectId: pulumi.Input<string>,
    { principalObjectId }: ApiPermissionGrantsArgs,
  ): void {
    for (const appRoleId of applicationIds) {
      new azuread.AppRoleAssignment(
        `${name}-application-${appRoleId}`,
        { appRoleId, principalObjectId, resourceObjectId: apiObjectId },
        { parent: this },
      );
    }
  }
}

function argsProblems({ apis, grantedTo }: ApiPermissionGrantsArgs): readonly string[] {
  const problems: string[] = [];
  const hasDelegated = apis.some(({ delegated }) => delegated.length > 0);
  if (hasDelegated && grantedTo.kind === "user" && !grantedTo.objectId) {
    problems.push(
      "grantedTo.objectId must be set for delegated permissions, got nothing: the grant would reach everyone",
    );
  }
  const clientIds = apis.map(({ apiClientId }) => apiClientId);
  if (new Set(clientIds).size < clientIds.length) {
    problems.push(`apis must name each API once, got ${clientIds.join(", ")}`);
  }
  for (const { apiClientId, delegated, applicationIds } of apis) {
    if (new Set(delegated).size < delegated.length) {
      problems.push(`API ${apiClientId}: delegated must not repeat a permission, got ${delegated.join(", ")}`);
    }
    if (new Set(applicationIds).size < applicationIds.length) {
      problems.push(`API ${apiClientId}: applicationIds must not repeat an id, got ${applicationIds.join(", ")}`);
    }
  }
  return problems;
}
