import { isSecret } from "../../world/secret-hash";
import type { World } from "../../world/world";
import type { Client } from "./client";
import { entraError } from "./errors";

/** Checks a client secret: known, propagated, started and not expired. A removed secret fails at once. */
export function checkSecret(world: World, { application, principal }: Client, secret: string): void {
  const known = [...application.passwordCredentials, ...(principal.passwordCredentials ?? [])];
  const found = known.find(({ secretHash }) => isSecret(secret, secretHash));
  // The acceptance lag runs in real time: replicas of the sign-in service do not follow a moved clock.
  const isAccepted =
    found !== undefined && performance.now() - found.addedAt >= world.lag.secretAcceptanceSeconds * 1000;
  const now = world.clock.now().getTime();
  if (!isAccepted || now < Date.parse(found.startDateTime)) {
    throw entraError(
      7000215,
      "invalid_client",
      `Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '${application.appId}'.`,
    );
  }
  if (now >= Date.parse(found.endDateTime)) {
    throw entraError(
      7000222,
      "invalid_client",
      `The provided client secret keys for app '${application.appId}' are expired. Visit the Azure portal to create new keys for your app: https://aka.ms/NewClientSecret, or consider using certificate credentials for added security: https://aka.ms/certCreds.`,
    );
  }
}
