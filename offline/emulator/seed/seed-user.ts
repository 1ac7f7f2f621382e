import { type User, type UserSignInState, untroubledSignIn } from "../world/directory";
import type { Tenant } from "../world/world";
import { seedCreatedAt } from "./seed-identity";

/** A person in a tenant's directory. */
export interface SeedUser {
  readonly objectId: string;
  readonly userPrincipalName: string;
  readonly displayName: string;
  readonly password: string;
  /** Whether sign-in demands a second factor, as it does for every account of a partner tenant. */
  readonly mfa: boolean;
  readonly roles: readonly string[];
  readonly isBlocked: boolean;
  /** Left out: none. */
  readonly signIn?: UserSignInState;
}

/** Puts the user into the tenant; a user of the same object id is replaced. */
export function addUser(tenant: Tenant, user: SeedUser): User {
  const created: User = {
    id: user.objectId,
    userPrincipalName: user.userPrincipalName,
    accountEnabled: !user.isBlocked,
    password: user.password,
    mfa: user.mfa,
    roles: user.roles,
    properties: {
      businessPhones: [],
      createdDateTime: seedCreatedAt,
      displayName: user.displayName,
      givenName: null,
      jobTitle: null,
      mail: user.userPrincipalName,
      mailNickname: user.userPrincipalName.split("@")[0] ?? null,
      mobilePhone: null,
      officeLocation: null,
      otherMails: [],
      preferredLanguage: null,
      proxyAddresses: [`SMTP:${user.userPrincipalName}`],
      surname: null,
      usageLocation: null,
      userType: "Member",
    },
    signIn: user.signIn ?? untroubledSignIn,
  };
  tenant.users.put(created);
  return created;
}
