import { homeTenant, partnerTenant } from "../../offline/emulator/constants";
import type { World } from "../../offline/emulator/world";
import type { AccessChange } from "../../permissions/diff";

const kinds = { Scope: "delegated", Role: "application" } as const;
const noRole = "00000000-0000-0000-0000-000000000000";
/** Whom the seed gave roles on entries: nothing of the program's. */
const others: readonly string[] = [homeTenant.rotator.objectId];

type Properties = Readonly<Record<string, unknown>>;

/** What the emulator holds of one application, fact by fact. Written against Graph's own fields, not against our manifest. */
export function factsIn(world: Pick<World, "tenants">, before: ReadonlySet<string>): ReadonlySet<string> {
  const tenant = world.tenants.get(partnerTenant.id)!;
  const home = world.tenants.get(homeTenant.id)!;
  const [application, ...more] = tenant.applications.all().filter(({ id }) => !before.has(id));
  if (application === undefined || more.length > 0) throw new Error("expected one application of ours");
  const principal = tenant.servicePrincipals.all().find(({ appId }) => appId === application.appId)!;
  const apiOf = (objectId: string) => tenant.servicePrincipals.get(objectId)?.appId ?? objectId;
  const nameOf = (objectId: string) => tenant.users.get(objectId)?.userPrincipalName ?? objectId;
  const { displayName, requiredResourceAccess, web } = application.properties as Properties & {
    requiredResourceAccess: { resourceAppId: string; resourceAccess: { id: string; type: keyof typeof kinds }[] }[];
    web: { redirectUris: string[] };
  };
  return new Set([
    `called ${String(displayName)}`,
    ...requiredResourceAccess.flatMap(({ resourceAppId, resourceAccess }) =>
      resourceAccess.map(({ id, type }) => `requested ${resourceAppId} ${kinds[type]} ${id}`),
    ),
    ...tenant.grants
      .all()
      .filter(({ clientId }) => clientId === principal.id)
      .flatMap(({ resourceId, scope, consentType, principalId }) => {
        const whom = consentType === "AllPrincipals" ? "everyone" : nameOf(principalId ?? "");
        const scopes = scope.split(/\s+/).filter((it) => it !== "");
        return scopes.map((it) => `granted ${apiOf(resourceId)} delegated ${it} for ${whom}`);
      }),
    ...tenant.assignments
      .all()
      .filter(({ principalId }) => principalId === principal.id)
      .map(({ resourceId, appRoleId }) => `granted ${apiOf(resourceId)} application ${appRoleId}`),
    ...tenant.assignments
      .all()
      .filter(({ resourceId, appRoleId }) => resourceId === principal.id && appRoleId === noRole)
      .map(({ principalId }) => `assigned ${nameOf(principalId)}`),
    ...web.redirectUris.map((uri) => `returns to ${uri}`),
    ...application.owners.map((owner) => `owned by ${owner}`),
    ...principal.owners.map((owner) => `principal owned by ${owner}`),
    ...home.roleAssignments
      .all()
      .filter(({ scope, principalId }) => scope.toLowerCase().includes("/secrets/") && !others.includes(principalId))
      .map(({ scope, principalId }) => `reader ${principalId} on ${scope.split("/").at(-1)}`),
  ]);
}

/** The reported changes as facts that appear and facts that go. A change that fits no fact throws: it would be invented. */
export function factsOf(changes: readonly AccessChange[]): {
  readonly added: readonly string[];
  readonly removed: readonly string[];
} {
  const added: string[] = [];
  const removed: string[] = [];
  for (const change of changes) {
    const { code, direction, subject, before, after } = change;
    const place = direction === "removed" ? removed : added;
    const { permission, holder } = subject;
    const granted = (whom: string) =>
      `granted ${permission?.apiClientId} delegated ${permission?.permission} for ${whom}`;
    const whom = (name: string | null | undefined) => (name === "everyone who signs in" ? "everyone" : String(name));
    switch (code) {
      case "requested":
        place.push(`requested ${permission?.apiClientId} ${permission?.kind} ${permission?.permissionId}`);
        break;
      case "granted":
        place.push(
          permission?.kind === "application"
            ? `granted ${permission.apiClientId} application ${permission.permissionId}`
            : granted(whom(holder?.name)),
        );
        break;
      case "consent":
        removed.push(granted(whom(before)));
        added.push(granted(whom(after)));
        break;
      case "assignment":
        place.push(`assigned ${holder?.name}`);
        break;
      case "redirect-uri":
        place.push(`returns to ${subject.detail?.replace("web: ", "")}`);
        break;
      case "owner":
        place.push(`${subject.detail === "service principal" ? "principal " : ""}owned by ${holder?.name}`);
        break;
      case "reader":
        place.push(`reader ${holder?.id} on ${subject.entry}`);
        break;
      case "application-name":
        removed.push(`called ${before}`);
        added.push(`called ${after}`);
        break;
      default:
        throw new Error(`nothing that the emulator holds fits ${code}: ${JSON.stringify(subject)}`);
    }
  }
  return { added: added.sort(), removed: removed.sort() };
}

/** What two looks at the emulator differ in. */
export function differenceOf(before: ReadonlySet<string>, after: ReadonlySet<string>) {
  return {
    added: [...after].filter((fact) => !before.has(fact)).sort(),
    removed: [...before].filter((fact) => !after.has(fact)).sort(),
  };
}
