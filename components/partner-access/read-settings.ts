import type * as pulumi from "@pulumi/pulumi";
import { applicationProblems, tenantProblems } from "../../configuration/application-rules";
import { defaultDisplayName, defaultPrefix, defaultRedirectUri } from "../../configuration/defaults";
import { readDrafts } from "../../configuration/drafts";
import { consentProblems, readPermissions } from "../../configuration/permission-rules";
import { type Problem, renderProblem } from "../../configuration/problem";
import { rotationProblems } from "../../configuration/rotation-rules";
import { sectionSchemas } from "../../configuration/schemas";
import { showValue } from "../../configuration/show-value";
import { secretsIn } from "../../configuration/values";
import { vaultProblems } from "../../configuration/vault-rules";
import { readVaultId, type VaultPlace } from "../../model/azure-ids";
import { type Later, settle } from "../later";
import { refusal } from "../problems";
import { argumentPath, catalogWith, sectionsOf } from "./argument-sections";
import type { AccessReaderArgs, PartnerAccessArgs } from "./partner-access-args";
import type { AccessSettings } from "./settings";

/** The arguments whose value decides something, waited for. The others are handed on as they are. */
export interface SettledArgs {
  readonly tenantId: Later;
  readonly domain: Later;
  readonly vaultId: Later;
  readonly reportingUser: Later | undefined;
}

/** Checks the arguments, all together, and completes them. Throws one refusal that names every problem. */
export async function readSettings(
  name: string,
  args: PartnerAccessArgs,
  { grantsNothing = false }: { readonly grantsNothing?: boolean } = {},
): Promise<AccessSettings> {
  const [tenantId, domain, vaultId, reportingUser] = await Promise.all([
    settle("tenant.id", args.tenant.id),
    settle("tenant.domain", args.tenant.domain),
    settle("vault.id", args.vault.id),
    args.reportingUser === undefined ? undefined : settle("reportingUser", args.reportingUser),
  ]);
  const settled = { tenantId, domain, vaultId, reportingUser };
  const sections = sectionsOf(name, args, settled);
  const { drafts, problems: badValues } = readDrafts(sections);
  const hasReportingUser = args.reportingUser !== undefined;
  const { permissions, problems: badPermissions } = readPermissions(
    drafts,
    undefined,
    catalogWith(args.permissions ?? []),
  );
  const problems = [
    ...badValues,
    ...tenantProblems(drafts),
    ...applicationProblems(drafts, hasReportingUser),
    ...badPermissions,
    ...consentProblems(drafts, hasReportingUser),
    ...vaultProblems(drafts, undefined, hasReportingUser),
    ...rotationProblems(drafts),
    ...Object.entries(sections).flatMap(([section, value]) => secretsIn(value, section)),
  ].map((problem) => ({ ...problem, path: argumentPath(problem.path) }));
  const all = [...problems, ...vaultIdProblems(vaultId.known)].filter(
    ({ path }) => !(grantsNothing && /^(permissions|reportingUser)$/.test(path)),
  );
  if (all.length > 0)
    throw refusal(all.map(renderProblem), "The arguments are wrong; nothing was changed for this tenant");
  const rotation = sectionSchemas.rotation.parse(drafts.rotation);
  return {
    ...partsOf(name, args, settled),
    permissions,
    rotation: { ...rotation, request: rotation.request },
    migrate: drafts.migrate,
  };
}

function partsOf(
  name: string,
  args: PartnerAccessArgs,
  { tenantId, domain, vaultId, reportingUser }: SettledArgs,
): Omit<AccessSettings, "permissions" | "rotation" | "migrate"> {
  const { mode = "existing", location, tenantId: vaultTenantId } = args.vault;
  return {
    tenant: { id: inLowerCase(tenantId), domain, cloud: args.tenant.cloud ?? "public" },
    application: {
      displayName: args.displayName ?? defaultDisplayName(name),
      owners: args.owners && sorted(args.owners),
      redirectUri: reportingUser === undefined ? undefined : (args.redirectUri ?? defaultRedirectUri),
    },
    consent: args.consent ?? "user",
    reportingUser: reportingUser && {
      userPrincipalName: inLowerCase(reportingUser),
      assignedBy: args.assignedBy ?? "admin",
    },
    vault: {
      place: vaultId.known === undefined ? undefined : readVaultId(vaultId.known),
      output: vaultId.value.apply(placeOf),
      mode,
      location,
      tenantId: vaultTenantId,
      prefix: (args.prefix ?? defaultPrefix(name)).toLowerCase(),
      readers: (args.readers ?? []).map(reader),
      refreshTokenReaders: (args.refreshTokenReaders ?? []).map(reader),
    },
  };
}

function reader({ name, objectId, type = "ServicePrincipal" }: AccessReaderArgs) {
  return { name, type, objectId: typeof objectId === "string" ? objectId.toLowerCase() : objectId };
}

/** Capitals make no difference to Microsoft; to the engine they would be another value, and a change. */
function inLowerCase({ known, value }: Later): Later {
  return { known: known?.toLowerCase(), value: value.apply((text) => text.toLowerCase()) };
}

function sorted(owners: readonly pulumi.Input<string>[]): readonly pulumi.Input<string>[] {
  const texts = owners.filter((owner) => typeof owner === "string");
  return texts.length < owners.length ? owners : texts.map((owner) => owner.toLowerCase()).sort();
}

function placeOf(vaultId: string): VaultPlace {
  const place = readVaultId(vaultId);
  if (place === undefined) throw new Error(`vault.id is not the resource id of a vault: ${vaultId}`);
  return place;
}

function vaultIdProblems(vaultId: string | undefined): readonly Problem[] {
  if (vaultId === undefined || readVaultId(vaultId) !== undefined) return [];
  return [
    {
      path: "vault.id",
      message: "is not the resource id of a vault",
      received: showValue(vaultId),
      allowed: "/subscriptions/…/resourceGroups/…/providers/Microsoft.KeyVault/vaults/NAME",
      fix: "hand over vault.id of a vault in the program, or copy it from the portal (Properties, Resource ID)",
    },
  ];
}
