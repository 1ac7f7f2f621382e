import { homeSubscription, homeTenant, partnerTenant } from "../../offline/emulator/seed/constants";
import { catalog } from "../../permissions/catalog";
import type { Journey } from "../support/journey";

/** What the emulator's tenants hold, the truth and not a replica's view. Tests know what they expect of it. */
// biome-ignore lint/suspicious/noExplicitAny: the state's shape is the emulator's own document.
export type State = any;

export const readState = (journey: Journey): Promise<State> => journey.emulator.control("GET", "state");

/** What one deployment left in both tenants, in names instead of ids. */
export interface View {
  readonly clientId: string;
  readonly objectId: string;
  readonly principalId: string;
  readonly displayName: string;
  /** "API: permission (kind)" */
  readonly requested: readonly string[];
  /** "API: permissions for whom" */
  readonly granted: readonly string[];
  /** Application permissions: "API: permission" */
  readonly roles: readonly string[];
  readonly assignedUsers: readonly string[];
  readonly keyIds: readonly string[];
}

/** Fails unless the partner tenant holds exactly one application of ours with one service principal. */
export function viewOf(state: State, displayName = "Partner Insights access (contoso)"): View {
  const tenant = state.tenants[partnerTenant.id];
  const [application, ...others] = tenant.applications.filter((it: State) => it.displayName === displayName);
  expect({ found: application !== undefined, others: others.length }).toEqual({ found: true, others: 0 });
  const [principal, ...doubles] = tenant.servicePrincipals.filter((it: State) => it.appId === application.appId);
  expect({ found: principal !== undefined, doubles: doubles.length }).toEqual({ found: true, doubles: 0 });
  const principalById = (id: string) => tenant.servicePrincipals.find((it: State) => it.id === id);
  const userById = (id: string) => tenant.users.find((it: State) => it.id === id)?.userPrincipalName ?? id;
  return {
    clientId: application.appId,
    objectId: application.id,
    principalId: principal.id,
    displayName,
    requested: application.requiredResourceAccess
      .flatMap(({ resourceAppId, resourceAccess }: State) =>
        resourceAccess.map(({ id, type }: State) => `${apiName(resourceAppId)}: ${permissionName(id)} (${type})`),
      )
      .sort(),
    granted: tenant.grants
      .filter((it: State) => it.clientId === principal.id)
      .map((it: State) => {
        const whom = it.consentType === "AllPrincipals" ? "everyone" : userById(it.principalId);
        return `${apiName(principalById(it.resourceId).appId)}: ${it.scope.trim().split(/\s+/).sort().join(" ")} for ${whom}`;
      })
      .sort(),
    roles: tenant.assignments
      .filter((it: State) => it.principalId === principal.id)
      .map((it: State) => `${apiName(principalById(it.resourceId).appId)}: ${permissionName(it.appRoleId)}`)
      .sort(),
    assignedUsers: tenant.assignments
      .filter((it: State) => it.resourceId === principal.id)
      .map((it: State) => userById(it.principalId)),
    keyIds: application.passwordCredentials.map((it: State) => it.keyId),
  };
}

/** The live entries of the home tenant's vault by name. */
export function entriesOf(state: State, vault: string = homeSubscription.vault): Record<string, State> {
  const found = state.tenants[homeTenant.id].vaults.find((it: State) => it.name === vault);
  return Object.fromEntries(found.secrets.map((it: State) => [it.name, it]));
}

/** Who may read or write which entry of the vault: "principal on entry". */
export function entryReaders(state: State): string[] {
  return state.tenants[homeTenant.id].roleAssignments
    .filter((it: State) => it.scope.includes("/secrets/") && it.principalId !== homeTenant.rotator.objectId)
    .map((it: State) => `${it.principalId} on ${it.scope.split("/secrets/")[1]}`)
    .sort();
}

/** The latest value of an entry, from the emulator's own memory: no route shows it to a test. */
export function publishedValue(journey: Journey, name: string, vault: string = homeSubscription.vault): string {
  const entry = journey.emulator.world.tenants.get(homeTenant.id)?.secrets.get(`${vault}/${name}`);
  const value = entry?.versions.at(-1)?.value;
  if (value === undefined) throw new Error(`the vault ${vault} has no entry ${name}`);
  return value;
}

function apiName(clientId: string): string {
  return catalog.find((api) => api.clientId === clientId)?.name ?? clientId;
}

function permissionName(id: string): string {
  return catalog.flatMap((api) => api.permissions).find((it) => it.id === id)?.name ?? id;
}
