import { defaultPrefix } from "../../configuration/defaults";
import type { Sections } from "../../configuration/values";
import { type CatalogApi, catalog, findApi, type PermissionKind } from "../../permissions/catalog";
import type { AccessReaderArgs, ApiPermissionArgs, PartnerAccessArgs } from "./partner-access-args";
import type { SettledArgs } from "./read-settings";

// Stand for what this run does not know, or does not need to: they break no rule.
const someGuid = "11111111-1111-4111-8111-111111111111";
const unknown = { id: someGuid, domain: "unknown.example", user: "unknown@unknown.example" };

/** The arguments as a stack file would say them, so that the same rules check both. */
export function sectionsOf(
  name: string,
  args: PartnerAccessArgs,
  { tenantId, domain, reportingUser }: SettledArgs,
): Sections["values"] {
  const { displayName, owners, redirectUri, vault } = args;
  return {
    tenant: {
      id: tenantId.known ?? unknown.id,
      domain: domain.known ?? unknown.domain,
      alias: "component",
      cloud: args.tenant.cloud,
      experimental: args.tenant.experimental,
    },
    application: {
      displayName: plain(displayName),
      // Each has a place of its own: an unknown one is not like another.
      owners: owners?.map((owner, index) => plain(owner) ?? guidNumber(index)),
      redirectUri: plain(redirectUri),
    },
    permissions: args.permissions?.map(({ api, delegated, application }) => ({
      ...{ api, delegated, application },
      reason: "asked for by the program",
    })),
    consent: { kind: args.consent ?? "user", reason: args.consentReason },
    ...(reportingUser && {
      reportingUser: { userPrincipalName: reportingUser.known ?? unknown.user, assignedBy: args.assignedBy },
    }),
    vault: {
      // Checked by its id.
      ...{ subscriptionId: someGuid, clientId: someGuid, resourceGroup: "any", name: "any-vault" },
      tenantId: plain(vault.tenantId),
      mode: vault.mode,
      location: vault.location,
      prefix: args.prefix ?? defaultPrefix(name),
      readers: args.readers?.map(readerSection),
      refreshTokenReaders: args.refreshTokenReaders?.map(readerSection),
    },
    rotation: args.rotation ?? {},
    migrate: args.migrate,
  };
}

/** Which argument a key of a stack file stands for. */
export function argumentPath(path: string): string {
  return path
    .replace(/^application\./, "")
    .replace(/^vault\.(readers|refreshTokenReaders|prefix)/, "$1")
    .replace(/^((?:readers|refreshTokenReaders)\[\d+\])\.id$/, "$1.objectId")
    .replace(/^reportingUser\.userPrincipalName$/, "reportingUser")
    .replace(/^reportingUser\.assignedBy$/, "assignedBy")
    .replace(/^consent\.kind$/, "consent")
    .replace(/^consent\.reason$/, "consentReason");
}

/** The catalog, and the APIs that the arguments bring with the ids of their permissions. */
export function catalogWith(permissions: readonly ApiPermissionArgs[]): readonly CatalogApi[] {
  const brought = permissions.filter((entry) => entry.delegatedIds !== undefined || entry.applicationIds !== undefined);
  const added = brought.map((entry): CatalogApi => {
    const known = findApi(entry.api);
    return {
      name: known?.name ?? entry.api,
      clientId: known?.clientId ?? entry.api.toLowerCase(),
      aliases: known?.aliases ?? [],
      description: "Named by the program.",
      cloudNotes: "",
      permissions: [...(known?.permissions ?? []), ...permissionsOf(entry)],
    };
  });
  return [...added, ...catalog];
}

function permissionsOf({ delegatedIds = {}, applicationIds = {} }: ApiPermissionArgs): CatalogApi["permissions"] {
  const ofKind = (ids: { readonly [name: string]: string }, kind: PermissionKind) =>
    Object.entries(ids).map(([name, id]) => ({
      ...{ name, id: id.toLowerCase(), kind, lets: "do what its API says", adminConsent: true },
      ...({ risk: "high", riskReason: "named by the program" } as const),
    }));
  return [...ofKind(delegatedIds, "delegated"), ...ofKind(applicationIds, "application")];
}

function readerSection({ name, objectId, type = "ServicePrincipal" }: AccessReaderArgs, index: number) {
  return { name, type, id: plain(objectId) ?? guidNumber(index) };
}

/** A text that is written down; what comes from a resource is that resource's to check. */
function plain(input: unknown): string | undefined {
  return typeof input === "string" ? input : undefined;
}

function guidNumber(index: number): string {
  return `00000000-0000-4000-8000-${String(index + 1).padStart(12, "0")}`;
}
