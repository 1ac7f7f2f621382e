import { type CatalogApi, catalog, findApi, findPermission, type PermissionKind } from "./catalog";
import { higherRisk, type Risk, raisedRisk } from "./risk-levels";

/** What is granted, and how. */
export interface PermissionUse {
  /** Catalog name, alias or client id. */
  readonly api: string;
  /** Name or id. */
  readonly permission: string;
  readonly kind: PermissionKind;
  /** Delegated only: one user, or everyone in the tenant. */
  readonly consent: "user" | "tenant";
}

/** A level, and every reason that led to it, the permission's own first. */
export interface RatedPermission {
  readonly risk: Risk;
  readonly reasons: readonly string[];
}

interface Rule {
  readonly applies: (use: PermissionUse, name: string) => boolean;
  readonly raise: (risk: Risk) => Risk;
  readonly reason: string;
}

const atLeast = (least: Risk) => (risk: Risk) => higherRisk(risk, least);

// By name, so that they also judge what was added to the catalog from a tenant, and what is not rated yet.
const writes = /\.(ReadWrite|Write|ReadUpdate|Manage|Create|Update|AccessAsUser)\b/i;
const directory =
  /^(Directory|User|Group|GroupMember|Application|ServicePrincipal|Device|Domain|Organization|Policy|AdministrativeUnit|RoleManagement)\b/i;
const handsOutPower = [
  /^AppRoleAssignment\.ReadWrite\b/i,
  /^DelegatedPermissionGrant\.ReadWrite\b/i,
  /^Role(Management|Assignment|Eligibility)\w*\.ReadWrite\b/i,
  /^PrivilegedAssignmentSchedule\.ReadWrite\b/i,
  /^PrivilegedEligibilitySchedule\.ReadWrite\b/i,
  /^PrivilegedAccess\.ReadWrite\b/i,
  /^Application\.(ReadWrite|ReadUpdate)\.All$/i,
  /^Policy\.ReadWrite\.(PermissionGrant|Authorization|ConditionalAccess)$/i,
];
/** A caller that can change how users prove their identity can sign in as an administrator. */
const setsProofs = [
  /^UserAuthenticationMethod\.ReadWrite\b/i,
  /^User-PasswordProfile\.ReadWrite\b/i,
  /^Policy\.ReadWrite\.AuthenticationMethod$/i,
  /^Domain\.ReadWrite\b/i,
];

/** Applied in this order; each one can only raise. */
const rules: readonly Rule[] = [
  {
    applies: ({ kind }) => kind === "application",
    raise: raisedRisk,
    reason: "it is an application permission: no user limits it, and no user has to sign in",
  },
  {
    applies: ({ kind, consent }) => kind === "delegated" && consent === "tenant",
    raise: raisedRisk,
    reason: "consent is given for the whole tenant: it acts as anyone who signs in, administrators included",
  },
  {
    applies: (_, name) => directory.test(name) && writes.test(name),
    raise: atLeast("high"),
    reason: "it changes the directory",
  },
  {
    applies: (_, name) => handsOutPower.some((pattern) => pattern.test(name)),
    raise: atLeast("critical"),
    reason: "it can grant permissions, also to itself",
  },
  {
    applies: (_, name) => setsProofs.some((pattern) => pattern.test(name)),
    raise: atLeast("critical"),
    reason: "it decides how users prove who they are, so it can sign in as any of them",
  },
];

/** How risky one permission is as it is granted. What the catalog does not know is at least high. */
export function permissionRisk(use: PermissionUse, apis: readonly CatalogApi[] = catalog): RatedPermission {
  const api = findApi(use.api, apis);
  const known = api && findPermission(api, use.permission, use.kind);
  const reasons = [known?.riskReason ?? "the catalog does not list it, so its effect is not known"];
  let risk: Risk = known?.risk ?? "high";
  for (const rule of rules) {
    if (!rule.applies(use, known?.name ?? use.permission)) continue;
    risk = rule.raise(risk);
    reasons.push(rule.reason);
  }
  return { risk, reasons };
}
