import { type CatalogPermission, permissionsNamed } from "./entry";

/** An application with one of these can give itself, or anyone, any other access. */
const powerToGrant: readonly CatalogPermission[] = [
  permissionsNamed({
    name: "AppRoleAssignment.ReadWrite.All",
    delegated: "84bccea3-f856-4a8a-967b-dbe0a3d53a64",
    application: "06b708a9-e830-4db3-a914-8e69da51d44f",
    lets: "grant any application permission of any API to any application, itself included",
    risk: "critical",
    riskReason: "it can give itself full control of the tenant",
  }),
  permissionsNamed({
    name: "DelegatedPermissionGrant.ReadWrite.All",
    delegated: "41ce6ca6-6826-4807-84f1-1c82854f7ee5",
    application: "8e8e4742-1d95-4f68-9d56-6ee75648c72a",
    lets: "grant any delegated permission of any API for any user",
    risk: "critical",
    riskReason: "it can act as any user who signs in to an application it controls",
  }),
  permissionsNamed({
    name: "RoleManagement.ReadWrite.Directory",
    delegated: "d01b97e9-cbc0-49fe-810a-750afd5527a3",
    application: "9e3f62cf-ca93-4989-b6ce-bf83c28f9fe8",
    lets: "give and take directory roles, Global Administrator included",
    risk: "critical",
    riskReason: "it can make anyone Global Administrator",
  }),
  permissionsNamed({
    name: "Policy.ReadWrite.PermissionGrant",
    delegated: "2672f8bb-fd5e-42e0-85e1-ec764dd2614e",
    application: "a402ca1c-2696-4531-972d-6e5ee4aa11ea",
    lets: "change the policies that say who may consent to what",
    risk: "critical",
    riskReason: "it can let everyone consent to everything",
  }),
  permissionsNamed({
    name: "Application.ReadWrite.All",
    delegated: "bdfbf15f-ee85-4955-8675-146e8e5296b5",
    application: "1bfefb4e-e0b5-418b-a88f-73c46d2cc8e9",
    lets: "change every application, and add credentials to it",
    risk: "critical",
    riskReason: "with a credential of its own it can act as any application in the tenant",
  }),
  permissionsNamed({
    name: "Application.ReadUpdate.All",
    delegated: "0586a906-4d89-4de8-b3c8-1aacdcc0c679",
    application: "fc023787-fd04-4e44-9bc7-d454f00c0f0a",
    lets: "read and update every application",
    risk: "critical",
    riskReason: "whether it may add credentials is not documented, so it is judged as if it could",
  }),
  permissionsNamed({
    name: "UserAuthenticationMethod.ReadWrite.All",
    delegated: "b7887744-6746-4312-813d-72daeaee7e2d",
    application: "50483e42-d915-4231-9639-7fdb7fd190e5",
    lets: "add and remove the ways in which users sign in",
    risk: "critical",
    riskReason: "it can give itself another user's second factor",
  }),
  permissionsNamed({
    name: "User-PasswordProfile.ReadWrite.All",
    delegated: "56760768-b641-451f-8906-e1b8ab31bca7",
    application: "cc117bb9-00cf-4eb8-b580-ea2a878fe8f7",
    lets: "reset users' passwords",
    risk: "critical",
    riskReason: "it can take over other users' accounts",
  }),
].flat();

const writing: readonly CatalogPermission[] = [
  permissionsNamed({
    name: "Application.ReadWrite.OwnedBy",
    application: "18a4783c-866b-4cc7-a460-3d5e5662c884",
    lets: "create applications and fully manage those it owns, their secrets included",
    risk: "high",
    riskReason: "it can act as every application it owns",
  }),
  permissionsNamed({
    name: "Directory.ReadWrite.All",
    delegated: "c5366453-9fb0-48a5-a156-24f0c49a4b84",
    application: "19dbc75e-c2e2-444c-a770-ec69d8559fc7",
    lets: "read and change the directory, such as users and groups, but not delete them",
    risk: "high",
    riskReason: "groups carry access, so changing groups changes access",
  }),
  permissionsNamed({
    name: "Directory.AccessAsUser.All",
    delegated: "0e263e50-5827-48a4-b97c-d940288653c7",
    lets: "do in the directory everything the user may do",
    risk: "high",
    riskReason: "with an administrator signed in it is an administrator",
  }),
  permissionsNamed({
    name: "User.ReadWrite.All",
    delegated: "204e0828-b5ca-4ad8-b9f3-f32a958e7cc4",
    application: "741f803b-c850-494e-b5df-cde7c675a1ca",
    lets: "read and change every user's profile",
    risk: "high",
    riskReason: "a changed profile can redirect mail, and rules that give access by attribute",
  }),
  permissionsNamed({
    name: "Group.ReadWrite.All",
    delegated: "4e46008b-f24c-477d-8fff-7bb4ec7aafe0",
    application: "62a82d76-70ea-41e2-9197-370581804d09",
    lets: "create, change and delete groups, and change their members",
    risk: "high",
    riskReason: "groups carry access, so changing groups changes access",
  }),
  permissionsNamed({
    name: "GroupMember.ReadWrite.All",
    delegated: "f81125ac-d3b7-4573-a3b2-7099cc39df9e",
    application: "dbaae8cf-10b5-4b86-a4a1-f871c94c6695",
    lets: "change the members of groups",
    risk: "high",
    riskReason: "groups carry access, so changing members changes access",
  }),
  permissionsNamed({
    name: "DelegatedAdminRelationship.ReadWrite.All",
    delegated: "885f682f-a990-4bad-a642-36736a74b0c7",
    application: "cc13eba4-8cd8-44c6-b4d4-f93237adce58",
    lets: "create, change and end delegated admin relationships with customers",
    risk: "critical",
    riskReason: "it decides who administers customers' tenants",
  }),
  permissionsNamed({
    name: "Mail.Send",
    delegated: "e383f46e-2787-4529-855e-0e479a3ffac0",
    application: "b633e1c5-b582-4048-a93e-9f11b44c7e96",
    lets: "send mail",
    risk: "high",
    riskReason: "it can write to customers in another person's name",
    userMayConsent: true,
  }),
].flat();

/**
 * Graph permissions that change the tenant or hand out power. None is allowed without an entry in the access policy;
 * they are here so that a report names and rates them. Ids as in Microsoft's Graph permissions reference.
 */
export const graphWriting: readonly CatalogPermission[] = [...powerToGrant, ...writing];
