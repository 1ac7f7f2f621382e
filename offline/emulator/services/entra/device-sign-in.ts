import { randomBytes } from "node:crypto";
import { z } from "zod";
import type { Route, RouteRequest, RouteResponse } from "../../http/route";
import type { DeviceSignIn, Session } from "../../world/user-sign-ins";
import type { Tenant, World } from "../../world/world";
import { askForPassword } from "./ask-for-password";
import { orErrorPage } from "./authorize";
import { findClient } from "./client";
import { devicePagePath } from "./device-code";
import { entraError } from "./errors";
import { deviceCodePage, noticePage } from "./sign-in-pages";
import { findTenant } from "./tenants";

const body = z.strictObject({ otc: z.string(), login: z.string() });

/** The page on the other device. Entra asks for the user on a second page; here one page is enough, and the user's domain selects the tenant. */
export const deviceSignInRoutes: readonly Route[] = [
  { method: "GET", path: devicePagePath, anonymous: true, handle: ({ world }) => askForUserCode(world) },
  {
    method: "POST",
    path: devicePagePath,
    anonymous: true,
    body,
    handle: (request) => orErrorPage(request.world, () => enterUserCode(request)),
  },
];

/** The user's tenant is not known yet. */
function askForUserCode({ tenants }: World, problem?: string): RouteResponse {
  return deviceCodePage(
    [...tenants.values()].flatMap(({ users }) => users.all()),
    problem,
  );
}

function enterUserCode({ world, body: entered }: RouteRequest): RouteResponse {
  const { otc, login } = entered as z.infer<typeof body>;
  const signIn = findByUserCode(world, otc);
  if (signIn === undefined) return askForUserCode(world, "That code didn't work. Check the code and try again.");
  const tenant = findTenant(world, login.split("@")[1] ?? "");
  if (tenant === undefined || (signIn.tenantId !== null && signIn.tenantId !== tenant.id)) {
    return askForUserCode(world, `The account ${login} is not one of the directory that the application asked for.`);
  }
  const client = findClient(world, tenant, signIn.clientId);
  const pending = {
    id: randomBytes(32).toString("base64url"),
    request: {
      endpointVersion: signIn.endpointVersion,
      clientId: signIn.clientId,
      redirectUri: "",
      responseMode: "query",
      state: null,
      nonce: null,
      loginHint: login,
      resource: signIn.resource,
      scope: signIn.scope,
      challenge: null,
      wantsClientInfo: false,
    },
    startedAt: world.clock.now().toISOString(),
    userId: null,
    wrongCodes: 0,
    userCode: signIn.userCode,
  } as const;
  tenant.pendingSignIns.put(pending);
  return askForPassword({ tenant, client, pending, login });
}

function findByUserCode(world: World, text: string): DeviceSignIn | undefined {
  const wanted = text.replace(/[\s-]/g, "").toUpperCase();
  return [...world.deviceSignIns.values()].find(
    ({ userCode, expiresAt, outcome }) =>
      userCode === wanted && outcome === "pending" && world.clock.now() < new Date(expiresAt),
  );
}

/** Stores what the user did for the application that polls on its own device. */
function settle(world: World, userCode: string, outcome: DeviceSignIn["outcome"]): void {
  for (const [id, signIn] of world.deviceSignIns) {
    if (signIn.userCode === userCode && signIn.outcome === "pending")
      world.deviceSignIns.set(id, { ...signIn, outcome });
  }
}

/** The user has signed in: the application gets its tokens at its next request. */
export function finishOnDevice(world: World, tenant: Tenant, userCode: string, session: Session): RouteResponse {
  if (findByUserCode(world, userCode) === undefined)
    throw entraError(70019, "expired_token", "Verification code expired.");
  settle(world, userCode, { tenantId: tenant.id, session });
  return noticePage(
    "You have signed in",
    "You have signed in to the application on your device. You may now close this window.",
  );
}

/** The user has declined. */
export function declineOnDevice(world: World, userCode: string): RouteResponse {
  settle(world, userCode, "declined");
  return noticePage("Sign-in cancelled", "The application on your device was not signed in.");
}
