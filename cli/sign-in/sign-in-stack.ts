import { randomBytes } from "node:crypto";
import { readCloudEndpoints } from "../../clients/entra/clouds";
import { commandLine, forStack } from "../../model/command-line";
import { readClaims } from "../../tokens/claims";
import { explainRefusal } from "../../tokens/explain";
import { PARTNER_AUDIENCE, scopeOf } from "../../tokens/flow";
import { TokenError } from "../../tokens/token-error";
import type { CommandContext } from "../shared/command";
import { CommandError } from "../shared/document";
import { openPlace, type PlaceOptions } from "../token/place";
import { type AuthorizationAnswer, authorizationUrl, readAuthorization } from "./authorization";
import { judgeSignIn } from "./judge";
import { openSignInVault, type SignInVault } from "./store";
import { type Way, type WayOptions, waysBack } from "./ways-back";

/** What a sign-in left behind. */
export interface SignedIn {
  readonly stack: string;
  readonly userPrincipalName: string;
  readonly obtainedAt: string;
  /** Of the vault's entry. */
  readonly version: string;
  readonly warnings: readonly string[];
}

/** One interactive sign-in with MFA, kept in the vault only after its refresh token gave a token. */
export async function signInStack(options: PlaceOptions & WayOptions, context: CommandContext): Promise<SignedIn> {
  const place = await openPlace(options, context);
  const { tenant, application, reportingUser } = place.configuration ?? {};
  const { redirectUri } = application ?? {};
  if (tenant === undefined || redirectUri === undefined || reportingUser === undefined) throw noUser(place.name);
  const { env, signal } = context;
  const metadataHost = env["ARM_METADATA_HOSTNAME"] || undefined;
  const { authority } = await readCloudEndpoints({ cloud: tenant.cloud, metadataHost, signal });
  const vault = await openSignInVault(place, authority, context);
  const request = {
    authority,
    tenantId: tenant.id,
    clientId: vault.secret.clientId,
    redirectUri,
    userName: reportingUser.userPrincipalName,
    scope: scopeOf("refresh-token", PARTNER_AUDIENCE),
    state: randomBytes(24).toString("base64url"),
    verifier: randomBytes(48).toString("base64url"),
  };
  const way = await waysBack(options, { redirectUri, state: request.state }, context);
  try {
    const parameters = await way.wait(authorizationUrl(request), request.userName);
    const code = codeOf(readAuthorization(parameters));
    const { userName, scope, verifier } = request;
    const signedIn = await finish({ code, verifier, redirectUri, scope }, { ...request, stack: place.name }, vault);
    await way.show({
      isGood: true,
      title: "Signed in",
      text: `${userName} is signed in, and the vault holds the refresh token. You can close this window.`,
    });
    return signedIn;
  } catch (error) {
    await showFailure(place.name, way, error);
    throw error;
  } finally {
    await way.stop();
  }
}

interface Redemption {
  readonly code: string;
  readonly verifier: string;
  readonly redirectUri: string;
  readonly scope: string;
}

async function finish(
  redemption: Redemption,
  expected: { readonly stack: string; readonly tenantId: string; readonly userName: string; readonly clientId: string },
  vault: SignInVault,
): Promise<SignedIn> {
  const first = await vault.redeem({ kind: "code", ...redemption });
  const { problems, warnings } = judgeSignIn(readClaims(first.accessToken), expected);
  if (problems.length > 0) throw new CommandError(problems);
  const { refreshToken } = first;
  if (refreshToken === undefined) throw noRefreshToken(expected.stack);
  const obtainedAt = vault.now();
  // Proof: what goes to the vault has given a token, with MFA in it.
  const second = await vault.redeem({ kind: "refresh-token", refreshToken, scope: redemption.scope });
  const again = judgeSignIn(readClaims(second.accessToken), expected);
  if (again.problems.length > 0) throw new CommandError(again.problems);
  const version = await vault.keep({ refreshToken, userName: expected.userName, obtainedAt });
  const { stack, userName } = expected;
  return { stack, userPrincipalName: userName, obtainedAt: obtainedAt.toISOString(), version, warnings };
}

function codeOf(answer: AuthorizationAnswer | undefined): string {
  if (answer === undefined) {
    throw new CommandError([
      { code: "no-code", message: "Entra's answer holds neither a code nor an error", fix: "Sign in again." },
    ]);
  }
  if ("code" in answer) return answer.code;
  const { oauthError, numbers } = answer;
  if (oauthError === "access_denied" && numbers.every((number) => number === 65004)) {
    throw new CommandError([
      { code: "cancelled", message: "the sign-in was cancelled in the browser", fix: "Sign in again." },
    ]);
  }
  const silent = { status: undefined, failure: undefined, correlationId: undefined, isTemporary: false };
  throw explainRefusal({ ...silent, oauthError, numbers }, "refresh-token");
}

async function showFailure(stack: string, way: Way, error: unknown): Promise<void> {
  const text =
    error instanceof CommandError
      ? error.problems.map(({ message, fix }) => `${message}. ${fix}`).join(" ")
      : error instanceof TokenError
        ? `${error.cause} ${forStack(error.nextStep, stack)}`
        : "The command says what went wrong.";
  await way.show({ isGood: false, title: "Not signed in", text });
}

function noUser(stack: string): CommandError {
  return new CommandError([
    {
      code: "no-reporting-user",
      message: `${stack} has no reportingUser, so no user signs in`,
      fix: `Name the user in the stack's file, then: ${commandLine("up", "-s", stack)}`,
    },
  ]);
}

function noRefreshToken(stack: string): CommandError {
  return new CommandError([
    {
      code: "no-refresh-token",
      message: "Entra answered without a refresh token: offline_access is not granted",
      fix: `Add offline_access of Microsoft Graph to the permissions, then: ${commandLine("up", "-s", stack)}`,
    },
  ]);
}
