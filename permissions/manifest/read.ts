import { counted } from "../../model/command-line";
import { guid } from "../../model/guid";
import { manifestJson } from "./canonical";
import {
  type AccessManifest,
  type CredentialRule,
  type GrantConsent,
  type GrantedPermission,
  type ManifestApplication,
  type ManifestAssignment,
  type ManifestEntry,
  type ManifestPrincipal,
  type ManifestRedirectUri,
  type ManifestSetting,
  type ManifestSignIn,
  type ManifestVault,
  manifestSchema,
  type RequestedPermission,
  type UnrecognisedGrant,
  type UnrecognisedProperty,
  type VaultAccess,
} from "./manifest";
import { count, either, flag, listOf, oneOf, orNull, recordOf, text } from "./shape";

/** A document that is no manifest. Every reason at once. */
export class ManifestError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(["This is not an access manifest:", ...problems.map((problem) => ` - ${problem}`)].join("\n"));
    this.name = "ManifestError";
  }
}

/** Far above what a thousand grants need, far below what hurts. */
const largest = 16 * 1024 * 1024;
/** The first ones say it; a hostile document could have millions. */
const mostProblems = 20;

const kind = oneOf("delegated", "application");

const principal = recordOf<ManifestPrincipal>({ isEnabled: flag, isAssignmentRequired: flag, owners: listOf(text) });
const redirectUri = recordOf<ManifestRedirectUri>({
  platform: oneOf("web", "single-page", "public-client"),
  uri: text,
});
const consent = either<GrantConsent>(
  recordOf<{ for: "tenant" }>({ for: oneOf("tenant") }),
  recordOf<{ for: "user"; user: string }>({ for: oneOf("user"), user: text }),
);

const manifest = recordOf<AccessManifest>({
  schema: oneOf(manifestSchema),
  settings: listOf(recordOf<ManifestSetting>({ file: oneOf("stack", "project"), key: text, value: text })),
  signIns: listOf(
    recordOf<ManifestSignIn>({
      provider: text,
      environment: text,
      tenantId: orNull(text),
      subscriptionId: orNull(text),
    }),
  ),
  applications: listOf(
    recordOf<ManifestApplication>({
      application: text,
      displayName: text,
      audience: text,
      redirectUris: listOf(redirectUri),
      owners: listOf(text),
      hasImplicitAccessTokens: flag,
      hasImplicitIdTokens: flag,
      isPublicClient: flag,
      principal: orNull(principal),
    }),
  ),
  requested: listOf(recordOf<RequestedPermission>({ application: text, apiClientId: text, kind, permissionId: text })),
  granted: listOf(
    recordOf<GrantedPermission>({ application: text, api: text, kind, permission: text, consent: orNull(consent) }),
  ),
  assignments: listOf(recordOf<ManifestAssignment>({ application: text, role: text, who: text })),
  credentials: listOf(
    recordOf<CredentialRule>({
      application: text,
      everyDays: orNull(count),
      overlapDays: orNull(count),
      lifetimeDays: orNull(count),
    }),
  ),
  vaults: listOf(
    recordOf<ManifestVault>({
      vault: text,
      isRoleBased: flag,
      hasSoftDelete: flag,
      hasPurgeProtection: flag,
      retentionDays: count,
      publicNetwork: text,
    }),
  ),
  entries: listOf(
    recordOf<ManifestEntry>({ vault: text, entry: text, isEnabled: flag, hasExpiry: flag, isSecret: flag }),
  ),
  vaultAccess: listOf(
    recordOf<VaultAccess>({
      on: oneOf("entry", "vault", "other"),
      vault: orNull(text),
      entry: orNull(text),
      scope: orNull(text),
      role: text,
      principal: text,
      principalType: text,
      name: orNull(text),
      condition: orNull(text),
    }),
  ),
  unrecognised: listOf(
    recordOf<UnrecognisedGrant>({
      type: text,
      name: text,
      properties: listOf(recordOf<UnrecognisedProperty>({ property: text, value: text })),
      why: text,
    }),
  ),
});

/**
 * Reads a manifest that somebody else wrote. Only the very bytes that `manifestJson` writes are accepted, so what was read is
 * what the digest covers: no double keys, no second order, nothing between the lines.
 */
export function readManifest(json: string): AccessManifest {
  if (json.length > largest)
    throw new ManifestError([`must have at most ${counted(largest, "character")}, got ${json.length}`]);
  const problems: string[] = [];
  const read = manifest(parsed(json), "manifest", (path, problem) => {
    if (problems.length < mostProblems) problems.push(`${path} ${problem}`);
  });
  if (problems.length === 0) problems.push(...meaningProblems(read));
  if (problems.length === 0 && manifestJson(read) !== json) {
    problems.push("must be written in canonical form (sorted, indented by two, each property once)");
  }
  if (problems.length > 0) throw new ManifestError(problems);
  return read;
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    // The parser's message quotes the document.
    throw new ManifestError(["must be JSON"]);
  }
}

/** What the builder never writes, and a report would tell wrongly. */
function meaningProblems({ requested, granted }: AccessManifest): readonly string[] {
  const ids = requested.filter(({ apiClientId, permissionId }) => !guid.test(apiClientId) || !guid.test(permissionId));
  const mixed = granted.filter((grant) => (grant.kind === "application") !== (grant.consent === null));
  return [
    ...(ids.length > 0
      ? [`manifest.requested names ${counted(ids.length, "permission")} without ids of an API and a permission`]
      : []),
    ...(mixed.length > 0
      ? [`manifest.granted has ${counted(mixed.length, "item")} whose consent does not fit their kind`]
      : []),
  ];
}
