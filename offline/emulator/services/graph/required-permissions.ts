/** What a call needs: any one line of its list. "A and B" needs both. */
export interface Requirement {
  readonly delegated: readonly string[];
  readonly application: readonly string[];
  /** Directory roles of which the signed-in user needs one, unless the user owns the object. Left out: every member may. */
  readonly userRoles?: readonly string[];
}

/** The permission that works only on what the calling application owns. */
export const ownedOnly = "Application.ReadWrite.OwnedBy";

const applicationAdministrators = [
  "Application Administrator",
  "Cloud Application Administrator",
  "Global Administrator",
];
const consentAdministrators = [...applicationAdministrators, "Privileged Role Administrator"];

const readApplications: Requirement = {
  delegated: ["Application.Read.All", "Application.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"],
  // Reading is not limited to owned objects: with OwnedBy an application may list all of them (permissions reference).
  application: [
    "Application.Read.All",
    ownedOnly,
    "Application.ReadWrite.All",
    "Directory.Read.All",
    "Directory.ReadWrite.All",
  ],
};

const writeApplications: Requirement = {
  delegated: ["Application.ReadWrite.All", "Directory.ReadWrite.All"],
  application: [ownedOnly, "Application.ReadWrite.All", "Directory.ReadWrite.All"],
  userRoles: applicationAdministrators,
};

const readGrants = [
  "Directory.Read.All",
  "DelegatedPermissionGrant.Read.All",
  "DelegatedPermissionGrant.ReadWrite.All",
  "Directory.ReadWrite.All",
];
const writeGrants = ["DelegatedPermissionGrant.ReadWrite.All", "Directory.ReadWrite.All"];

const readAssignments = [
  "Application.Read.All",
  "Application.ReadWrite.All",
  "Directory.Read.All",
  "Directory.ReadWrite.All",
];
// The second permission is for reading both principals, which the permission for owned objects allows too. UNVERIFIED: that it counts here.
const assign = [
  "AppRoleAssignment.ReadWrite.All and Application.Read.All",
  "AppRoleAssignment.ReadWrite.All and Application.ReadWrite.All",
  "AppRoleAssignment.ReadWrite.All and Directory.Read.All",
  "AppRoleAssignment.ReadWrite.All and Directory.ReadWrite.All",
];
const readUserAssignments = ["Directory.Read.All", "AppRoleAssignment.ReadWrite.All", "Directory.ReadWrite.All"];

const readUsers = ["User.Read.All", "User.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"];
const readPolicies = [
  "Policy.Read.All",
  "Policy.Read.ApplicationConfiguration",
  "Policy.ReadWrite.ApplicationConfiguration",
];
const writePolicies = ["Policy.ReadWrite.ApplicationConfiguration"];
const policyAdministrators = [...applicationAdministrators, "Security Administrator"];

/**
 * Per operation, the permissions Microsoft's reference lists for it.
 * @see https://github.com/microsoftgraph/microsoft-graph-docs-contrib/tree/main/api-reference/v1.0/includes/permissions
 */
export const requirements = {
  readApplications,
  writeApplications,
  /** Every member may register applications, and becomes their owner. */
  createApplications: { delegated: writeApplications.delegated, application: writeApplications.application },
  addOwners: {
    delegated: ["Application.ReadWrite.All and Directory.Read.All", "Directory.ReadWrite.All"],
    application: [
      `${ownedOnly} and Directory.Read.All`,
      "Application.ReadWrite.All and Directory.Read.All",
      "Directory.ReadWrite.All",
    ],
    userRoles: applicationAdministrators,
  },
  readGrants: { delegated: readGrants, application: readGrants },
  writeGrants: { delegated: writeGrants, application: writeGrants, userRoles: consentAdministrators },
  readAssignments: { delegated: readAssignments, application: [...readAssignments, ownedOnly] },
  assign: {
    delegated: assign,
    application: [...assign, `AppRoleAssignment.ReadWrite.All and ${ownedOnly}`],
    userRoles: consentAdministrators,
  },
  /** UNVERIFIED: whether the directory also asks for Application.Read.All here, as it does on the resource side. */
  assignToUser: {
    delegated: ["AppRoleAssignment.ReadWrite.All"],
    application: ["AppRoleAssignment.ReadWrite.All"],
    userRoles: consentAdministrators,
  },
  unassign: {
    delegated: ["AppRoleAssignment.ReadWrite.All"],
    application: ["AppRoleAssignment.ReadWrite.All"],
    userRoles: consentAdministrators,
  },
  readUserAssignments: { delegated: readUserAssignments, application: readUserAssignments },
  readUsers: { delegated: readUsers, application: readUsers },
  readBasicUsers: { delegated: ["User.ReadBasic.All"], application: ["User.ReadBasic.All"] },
  readSelf: { delegated: ["User.Read", "User.ReadWrite", "User.ReadBasic.All", ...readUsers], application: [] },
  readMemberships: {
    delegated: ["User.Read.All and GroupMember.Read.All", "Directory.Read.All", "Directory.ReadWrite.All"],
    application: ["User.Read.All and GroupMember.Read.All", "Directory.Read.All", "Directory.ReadWrite.All"],
  },
  readPrincipalMemberships: {
    delegated: readApplications.delegated,
    application: readApplications.application.filter((name) => name !== ownedOnly),
  },
  readDirectory: {
    delegated: ["Directory.Read.All", "Directory.ReadWrite.All"],
    application: ["Directory.Read.All", "Directory.ReadWrite.All"],
  },
  readOrganization: {
    delegated: ["User.Read", "Organization.Read.All", "Directory.Read.All", "Directory.ReadWrite.All"],
    application: ["Organization.Read.All", "Directory.Read.All", "Directory.ReadWrite.All"],
  },
  readDomains: {
    delegated: ["Domain.Read.All", "Domain.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"],
    application: ["Domain.Read.All", "Domain.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"],
  },
  writeUsers: {
    delegated: ["User.ReadWrite.All", "Directory.ReadWrite.All"],
    application: ["User.ReadWrite.All"],
    userRoles: ["User Administrator", "Global Administrator"],
  },
  readPolicies: { delegated: readPolicies, application: readPolicies },
  writePolicies: { delegated: writePolicies, application: writePolicies, userRoles: policyAdministrators },
  assignPolicies: {
    delegated: ["Application.Read.All and Policy.ReadWrite.ApplicationConfiguration"],
    application: ["Application.Read.All and Policy.ReadWrite.ApplicationConfiguration"],
    userRoles: policyAdministrators,
  },
} as const satisfies Record<string, Requirement>;

/** The name of an entry of `requirements`. */
export type Operation = keyof typeof requirements;
