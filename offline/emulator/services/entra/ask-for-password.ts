import type { RouteResponse } from "../../http/route";
import type { PendingSignIn } from "../../world/user-sign-ins";
import type { Tenant } from "../../world/world";
import type { Client } from "./client";
import { passwordPage } from "./sign-in-pages";

/** The first page of a sign-in: whom it is for, and everyone who could sign in here. */
export function askForPassword({
  tenant,
  client,
  pending,
  ...shown
}: {
  readonly tenant: Tenant;
  readonly client: Client;
  readonly pending: PendingSignIn;
  readonly login: string;
  readonly problem?: string;
}): RouteResponse {
  const applicationName = String(client.application.properties["displayName"] ?? "");
  const target = { tenantId: tenant.id, context: pending.id };
  return passwordPage(target, { applicationName, users: tenant.users.all(), ...shown });
}
