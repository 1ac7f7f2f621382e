import { type CatalogPermission, permissionsNamed } from "./entry";

/** What a sign-in needs. Users may consent to these themselves, where the tenant lets them. */
const signIn: readonly CatalogPermission[] = [
  permissionsNamed({
    name: "openid",
    delegated: "37f7f235-527c-4136-accd-4a02d197296e",
    lets: "sign the user in and learn who it is",
    risk: "low",
    riskReason: "it reveals no more than the user's identity",
    userMayConsent: true,
  }),
  permissionsNamed({
    name: "profile",
    delegated: "14dad69e-099b-42c9-810b-d002981feec1",
    lets: "see the user's name, picture and user name",
    risk: "low",
    riskReason: "it reveals no more than the user's basic profile",
    userMayConsent: true,
  }),
  permissionsNamed({
    name: "email",
    delegated: "64a6cdd6-aab1-4aaf-94b8-3cc8405e90d0",
    lets: "see the user's primary e-mail address",
    risk: "low",
    riskReason: "it reveals one address",
    userMayConsent: true,
  }),
  permissionsNamed({
    name: "offline_access",
    delegated: "7427e0e9-2fba-42fe-b0c0-848c9e6a8182",
    lets: "keep its other delegated permissions with a refresh token after the user has left",
    risk: "low",
    riskReason: "it adds no power, but makes the other delegated permissions last",
    userMayConsent: true,
  }),
  permissionsNamed({
    name: "User.Read",
    delegated: "e1fe6dd8-ba31-4d61-89e7-88639da4683d",
    lets: "sign the user in and read the user's own profile and company name",
    risk: "low",
    riskReason: "it reads one user's own profile",
    userMayConsent: true,
  }),
].flat();

const readingPeople: readonly CatalogPermission[] = [
  permissionsNamed({
    name: "User.ReadBasic.All",
    delegated: "b340eb25-3456-403f-be2f-af7a0d370277",
    application: "97235f07-e226-4f63-ace3-39588e11d3a1",
    lets: "read every user's name, e-mail address and photo",
    risk: "low",
    riskReason: "it is an address book",
    userMayConsent: true,
  }),
  permissionsNamed({
    name: "User.Read.All",
    delegated: "a154be20-db9c-4678-8ab7-66f6cc099a59",
    application: "df021288-bdef-4463-88db-98f22de89214",
    lets: "read every user's full profile, reports and managers",
    risk: "medium",
    riskReason: "it reads personal data of the whole organisation",
  }),
  permissionsNamed({
    name: "GroupMember.Read.All",
    delegated: "bc024368-1153-4739-b217-4326f2e966d0",
    application: "98830695-27a2-44f7-8c18-0c3ebc9698f6",
    lets: "read all groups' memberships and basic properties",
    risk: "medium",
    riskReason: "it shows who holds which access",
  }),
  permissionsNamed({
    name: "Group.Read.All",
    delegated: "5f8c59db-677d-491f-a6b8-5f174b11ec1d",
    application: "5b567255-7703-4780-807c-7be8301ae99b",
    lets: "read all groups, their members and their conversations",
    risk: "medium",
    riskReason: "it reads the content of groups, not only their members",
  }),
  permissionsNamed({
    name: "Mail.Read",
    delegated: "570282fd-fa5c-430d-a7fd-fc8dc98a9dca",
    application: "810c84a8-4a9e-49e6-bf7d-12d183f40d01",
    lets: "read mail",
    risk: "high",
    riskReason: "mail holds secrets, and the links that reset passwords",
    userMayConsent: true,
  }),
].flat();

const readingTheDirectory: readonly CatalogPermission[] = [
  permissionsNamed({
    name: "Organization.Read.All",
    delegated: "4908d5b9-3fb2-4b1e-9336-1888b7937185",
    application: "498476ce-e0fe-48b0-b801-37ba7e2685c6",
    lets: "read the organisation's details, licences and branding",
    risk: "low",
    riskReason: "it reads facts about the company, not about people",
  }),
  permissionsNamed({
    name: "Directory.Read.All",
    delegated: "06da0dbc-49e2-44d2-8312-53f166ab848a",
    application: "7ab1d382-f21e-4acd-a863-ba3e13f7da61",
    lets: "read the directory: users, groups, applications, devices",
    risk: "medium",
    riskReason: "it is a map of the whole tenant",
  }),
  permissionsNamed({
    name: "Application.Read.All",
    delegated: "c79f8feb-a9db-4090-85f9-90d820caa0eb",
    application: "9a5d68dd-52b0-4cc2-bd40-abcf44ac3a30",
    lets: "read all applications and service principals",
    risk: "medium",
    riskReason: "it shows which applications hold which access",
  }),
  permissionsNamed({
    name: "DelegatedPermissionGrant.Read.All",
    delegated: "a197cdc4-a8e8-4d49-9d35-4ca7c83887b4",
    application: "81b4724a-58aa-41c1-8a55-84ef97466587",
    lets: "read all delegated permission grants",
    risk: "medium",
    riskReason: "it shows which applications hold which access",
  }),
  permissionsNamed({
    name: "RoleManagement.Read.Directory",
    delegated: "741c54c3-0c1e-44a1-818b-3f97ab4e8c83",
    application: "483bed4a-2ad3-4361-a73b-c83ccdbdc53c",
    lets: "read directory roles and who holds them",
    risk: "medium",
    riskReason: "it shows who the administrators are",
  }),
  permissionsNamed({
    name: "Reports.Read.All",
    delegated: "02e97553-ed7b-43d0-ab3c-f8bace0d040c",
    application: "230c1aed-a721-4c5d-9cb4-a90514e508ef",
    lets: "read the usage reports of Microsoft 365 and Entra",
    risk: "medium",
    riskReason: "it reads what people do with which service",
  }),
].flat();

const readingPartnerData: readonly CatalogPermission[] = [
  permissionsNamed({
    name: "PartnerSecurity.Read.All",
    delegated: "5567b981-0bf1-4796-9038-0648b46e116d",
    application: "21ffa320-2e7f-47d3-a466-7ff04d2dd68d",
    lets: "read the security alerts of customers the partner sells to",
    risk: "high",
    riskReason: "it reads other companies' weaknesses",
  }),
  permissionsNamed({
    name: "PartnerBilling.Read.All",
    delegated: "8804798e-5934-4e30-8ce3-ef88257cecd4",
    application: "7c3e1994-38ff-4412-a99b-9369f6bb7706",
    lets: "read the partner's billing data: usage and invoice reconciliation",
    risk: "medium",
    riskReason: "it reads prices and volumes of all customers",
  }),
  permissionsNamed({
    name: "DelegatedAdminRelationship.Read.All",
    delegated: "0c0064ea-477b-4130-82a5-4c2cc4ff68aa",
    application: "f6e9e124-4586-492f-adc0-c6f96e4823fd",
    lets: "read the delegated admin relationships with customers",
    risk: "medium",
    riskReason: "it shows which customers the partner administers, and with which roles",
  }),
].flat();

/** Graph permissions that a sign-in needs, or that only read. Ids as in Microsoft's Graph permissions reference. */
export const graphSignInAndReading: readonly CatalogPermission[] = [
  ...signIn,
  ...readingPeople,
  ...readingTheDirectory,
  ...readingPartnerData,
];
