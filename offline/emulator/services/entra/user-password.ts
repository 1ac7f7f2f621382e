import { type User, untroubledSignIn } from "../../world/directory";
import { hashSecret } from "../../world/secret-hash";
import type { Tenant, World } from "../../world/world";
import { entraError } from "./errors";

/** Smart lockout's defaults: ten wrong passwords, one minute, longer each time (here: always the same). */
const mostFailures = 10;
const lockSeconds = 60;

/** The user with this name in this tenant, in any case. */
export function findUser(tenant: Tenant, name: string): User | undefined {
  const wanted = name.trim().toLowerCase();
  return tenant.users.all().find(({ userPrincipalName }) => userPrincipalName.toLowerCase() === wanted);
}

/** The user with this name and password. Refuses an unknown, locked or disabled user, and a wrong or expired password. */
export function checkPassword(world: World, tenant: Tenant, name: string, password: string): User {
  const user = findUser(tenant, name);
  if (user === undefined) throw unknownUser(tenant);
  const now = world.clock.now();
  const { failures } = user.signIn;
  if (failures.lockedUntil !== null && now < new Date(failures.lockedUntil)) {
    throw entraError(
      50053,
      "invalid_grant",
      "The account is locked, you've tried to sign in too many times with an incorrect user ID or password.",
    );
  }
  requireEnabled(user);
  // Password grant, as documented: no spaces around a password.
  if (password !== user.password) {
    countFailure(tenant, user, password, now);
    throw entraError(50126, "invalid_grant", "Error validating credentials due to invalid username or password.");
  }
  if (failures.count > 0) {
    tenant.users.put({ ...user, signIn: { ...user.signIn, failures: untroubledSignIn.failures } });
  }
  requireFreshPassword(user);
  return user;
}

/** 50034. The name is never repeated: Entra hides it too. */
export function unknownUser(tenant: Tenant) {
  return entraError(
    50034,
    "invalid_grant",
    `The user account {EUII Hidden} does not exist in the ${tenant.id} directory. To sign into this application, the account must be added to the directory.`,
  );
}

/** Refuses a user whom an administrator has blocked. */
export function requireEnabled({ accountEnabled }: User): void {
  if (!accountEnabled) throw entraError(50057, "invalid_grant", "The user account is disabled.");
}

function requireFreshPassword({ signIn: { passwordExpired } }: User): void {
  if (passwordExpired === null) return;
  const hints = { suberror: "user_password_expired" };
  throw passwordExpired === "cloud"
    ? entraError(50055, "invalid_grant", "The password is expired.", hints)
    : entraError(50144, "invalid_grant", "The user's Active Directory password has expired.", hints);
}

/** A password that was among the last three wrong ones does not count again. */
function countFailure(tenant: Tenant, user: User, password: string, now: Date): void {
  const { failures } = user.signIn;
  const tried = hashSecret(password);
  if (failures.last.includes(tried)) return;
  const count = failures.count + 1;
  const isLocked = count >= mostFailures;
  const lockedUntil = isLocked ? new Date(now.getTime() + lockSeconds * 1000).toISOString() : null;
  const last = [tried, ...failures.last].slice(0, 3);
  tenant.users.put({ ...user, signIn: { ...user.signIn, failures: { count, last, lockedUntil } } });
}
