import type { JsonObject, User } from "../../world/directory";
import type { Tenant } from "../../world/world";
import type { EntityShape } from "./odata-shape";

/** A user's default properties: those that azuread and the Azure CLI read. */
const defaults: JsonObject = {
  ageGroup: null,
  businessPhones: [],
  city: null,
  companyName: null,
  consentProvidedForMinor: null,
  country: null,
  createdDateTime: null,
  creationType: null,
  deletedDateTime: null,
  department: null,
  displayName: null,
  employeeHireDate: null,
  employeeId: null,
  employeeOrgData: null,
  employeeType: null,
  externalUserState: null,
  faxNumber: null,
  givenName: null,
  imAddresses: [],
  jobTitle: null,
  mail: null,
  mailNickname: null,
  mobilePhone: null,
  officeLocation: null,
  onPremisesDistinguishedName: null,
  onPremisesDomainName: null,
  onPremisesImmutableId: null,
  onPremisesSamAccountName: null,
  onPremisesSecurityIdentifier: null,
  onPremisesSyncEnabled: null,
  onPremisesUserPrincipalName: null,
  otherMails: [],
  postalCode: null,
  preferredLanguage: null,
  proxyAddresses: [],
  showInAddressList: null,
  state: null,
  streetAddress: null,
  surname: null,
  usageLocation: null,
  userType: "Member",
};

/** A complete user; `$select` or the default set reduces it. Password and MFA state are not Graph properties. */
export function renderUser(user: User, tenant: Tenant): JsonObject {
  const [name = ""] = user.userPrincipalName.split("@");
  return {
    ...defaults,
    displayName: name,
    mailNickname: name,
    identities: [{ signInType: "userPrincipalName", issuer: tenant.domain, issuerAssignedId: user.userPrincipalName }],
    ...user.properties,
    id: user.id,
    accountEnabled: user.accountEnabled,
    userPrincipalName: user.userPrincipalName,
  };
}

/** Users; without `$select` only the documented default set is returned. */
export const userShape: EntityShape = {
  resource: "User",
  properties: ["id", "accountEnabled", "userPrincipalName", "identities", ...Object.keys(defaults)],
  byDefault: [
    "businessPhones",
    "displayName",
    "givenName",
    "jobTitle",
    "mail",
    "mobilePhone",
    "officeLocation",
    "preferredLanguage",
    "surname",
    "userPrincipalName",
    "id",
  ],
  filterable: [
    "id",
    "accountEnabled",
    "city",
    "companyName",
    "country",
    "createdDateTime",
    "department",
    "displayName",
    "employeeId",
    "givenName",
    "jobTitle",
    "mail",
    "mailNickname",
    "mobilePhone",
    "officeLocation",
    "onPremisesImmutableId",
    "otherMails",
    "proxyAddresses",
    "surname",
    "usageLocation",
    "userPrincipalName",
    "userType",
  ],
  sortable: ["createdDateTime", "deletedDateTime", "displayName", "userPrincipalName"],
  plainlySortable: ["displayName", "userPrincipalName"],
  searchable: ["displayName", "mail", "userPrincipalName"],
};

/** The properties that `User.ReadBasic.All` shows (permissions reference). */
export const basicUserProperties: readonly string[] = [
  "id",
  "displayName",
  "givenName",
  "mail",
  "surname",
  "userPrincipalName",
];
