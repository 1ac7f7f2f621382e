/**
 * Properties of a user that `getUser` answers: the provider's name, Graph's name and the kind of value. Some live in a part of the user
 * (`part`).
 */
export const userProperties = [
  { name: "accountEnabled", graph: "accountEnabled", kind: "boolean" },
  { name: "ageGroup", graph: "ageGroup", kind: "text" },
  { name: "businessPhones", graph: "businessPhones", kind: "texts" },
  { name: "city", graph: "city", kind: "text" },
  { name: "companyName", graph: "companyName", kind: "text" },
  { name: "consentProvidedForMinor", graph: "consentProvidedForMinor", kind: "text" },
  { name: "costCenter", graph: "costCenter", kind: "text", part: "employeeOrgData" },
  { name: "country", graph: "country", kind: "text" },
  { name: "creationType", graph: "creationType", kind: "text" },
  { name: "department", graph: "department", kind: "text" },
  { name: "displayName", graph: "displayName", kind: "text" },
  { name: "division", graph: "division", kind: "text", part: "employeeOrgData" },
  { name: "employeeHireDate", graph: "employeeHireDate", kind: "text" },
  { name: "employeeId", graph: "employeeId", kind: "text" },
  { name: "employeeType", graph: "employeeType", kind: "text" },
  { name: "externalUserState", graph: "externalUserState", kind: "text" },
  { name: "faxNumber", graph: "faxNumber", kind: "text" },
  { name: "givenName", graph: "givenName", kind: "text" },
  { name: "imAddresses", graph: "imAddresses", kind: "texts" },
  { name: "jobTitle", graph: "jobTitle", kind: "text" },
  { name: "mail", graph: "mail", kind: "text" },
  { name: "mailNickname", graph: "mailNickname", kind: "text" },
  { name: "mobilePhone", graph: "mobilePhone", kind: "text" },
  { name: "objectId", graph: "id", kind: "text" },
  { name: "officeLocation", graph: "officeLocation", kind: "text" },
  { name: "onpremisesDistinguishedName", graph: "onPremisesDistinguishedName", kind: "text" },
  { name: "onpremisesDomainName", graph: "onPremisesDomainName", kind: "text" },
  { name: "onpremisesImmutableId", graph: "onPremisesImmutableId", kind: "text" },
  { name: "onpremisesSamAccountName", graph: "onPremisesSamAccountName", kind: "text" },
  { name: "onpremisesSecurityIdentifier", graph: "onPremisesSecurityIdentifier", kind: "text" },
  { name: "onpremisesSyncEnabled", graph: "onPremisesSyncEnabled", kind: "boolean" },
  { name: "onpremisesUserPrincipalName", graph: "onPremisesUserPrincipalName", kind: "text" },
  { name: "otherMails", graph: "otherMails", kind: "texts" },
  { name: "postalCode", graph: "postalCode", kind: "text" },
  { name: "preferredLanguage", graph: "preferredLanguage", kind: "text" },
  { name: "proxyAddresses", graph: "proxyAddresses", kind: "texts" },
  { name: "showInAddressList", graph: "showInAddressList", kind: "boolean" },
  { name: "state", graph: "state", kind: "text" },
  { name: "streetAddress", graph: "streetAddress", kind: "text" },
  { name: "surname", graph: "surname", kind: "text" },
  { name: "usageLocation", graph: "usageLocation", kind: "text" },
  { name: "userPrincipalName", graph: "userPrincipalName", kind: "text" },
  { name: "userType", graph: "userType", kind: "text" },
] as const satisfies readonly {
  readonly name: string;
  readonly graph: string;
  readonly kind: "text" | "texts" | "boolean";
  readonly part?: string;
}[];

/** What is asked for, in the real plugin's order, which is the alphabet's. */
export const userSelection = [
  ...new Set(userProperties.map((property) => ("part" in property ? property.part : property.graph))),
]
  .toSorted()
  .join(",");
