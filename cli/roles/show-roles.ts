import {
  createPartnerCenter,
  type PartnerCenter,
  type PartnerRole,
  type RoleMember,
} from "../../clients/partner-center/partner-center";
import { readStackFromFiles } from "../../configuration/read-stack";
import { readClaims } from "../../tokens/claims";
import { PARTNER_AUDIENCE } from "../../tokens/flow";
import { isAudience } from "../../tokens/verification";
import { EXECUTIVE, PLAIN_VIEWER } from "../preflight/partner-checks";
import type { CommandContext } from "../shared/command";
import { CommandError } from "../shared/document";
import { openTenant } from "../shared/tenant";
import { partnerAudiences, partnerCenterAddress } from "../token/partner-center-address";
import { readSecretLine } from "../token/read-secret-line";
import type { RolesCommandOptions } from "./declaration";
import { lookUpUser } from "./look-up-user";

/** Who has the two viewer roles, and what was done about it. */
export interface RolesReport {
  readonly stack: string;
  readonly roles: readonly { readonly name: string; readonly members: readonly Person[] }[];
  readonly outcome: "listed" | "already-assigned" | "would-assign" | "assigned" | "portal";
  /** What a person does in the portal; empty where the calls can do it. */
  readonly steps: readonly string[];
}

interface Person {
  readonly userPrincipalName: string;
  readonly displayName: string;
}

/** Reads the roles with an administrator's token, and gives Executive Report Viewer when told to. Without a token: the portal's steps. */
export async function showRoles(options: RolesCommandOptions, context: CommandContext): Promise<RolesReport> {
  const { stack } = options;
  const configuration = readStackFromFiles(context.projectDirectory, stack);
  const { reportingUser } = configuration;
  if (reportingUser === undefined) throw noUser(stack);
  const { userPrincipalName } = reportingUser;
  if (!options.withToken) {
    if (options.assign) throw noToken();
    return { stack, roles: [], outcome: "portal", steps: portalSteps(userPrincipalName) };
  }
  const token = demandToken(await readSecretLine("an administrator's access token", context), configuration.tenant.id);
  const endpoint = partnerCenterAddress(context.env, configuration.tenant.cloud);
  const partnerCenter = createPartnerCenter({ endpoint, accessToken: async () => token, signal: context.signal });
  const found = await viewers(partnerCenter);
  const executive = found.find(({ role }) => role.name === EXECUTIVE);
  if (executive === undefined) throw noSuchRole();
  const roles = found.map(({ role, members }) => ({
    name: role.name,
    members: members.map(({ userPrincipalName: name, displayName }) => ({ userPrincipalName: name, displayName })),
  }));
  const report = (outcome: RolesReport["outcome"]): RolesReport => ({ stack, roles, outcome, steps: [] });
  const isUser = (member: RoleMember) => member.userPrincipalName.toLowerCase() === userPrincipalName.toLowerCase();
  if (executive.members.some(isUser)) return report("already-assigned");
  if (!options.assign) return report("would-assign");
  const user = await findUser(stack, userPrincipalName, context);
  await partnerCenter.addRoleMember(executive.role.id, {
    ...user,
    userPrincipalName,
    accountId: configuration.tenant.id,
  });
  return report("assigned");
}

/** Partner Center asks for the user's object id, which only the directory knows. */
async function findUser(
  stack: string,
  userName: string,
  context: CommandContext,
): Promise<{ readonly id: string; readonly displayName: string }> {
  const { look } = await openTenant(stack, context);
  const seen = await lookUpUser(look, userName, ["id", "displayName"]);
  if (seen.kind === "seen") {
    return { id: String(seen.value["id"]), displayName: String(seen.value["displayName"] ?? userName) };
  }
  if (seen.kind === "absent") throw unknownUser(userName);
  const why = seen.kind === "denied" ? "it lacks User.Read.All" : seen.reason;
  throw problem(
    "user-unseen",
    `this identity cannot look up ${userName}: ${why}`,
    "Run it as the deployer, or use the portal.",
  );
}

async function viewers(
  partnerCenter: PartnerCenter,
): Promise<readonly { readonly role: PartnerRole; readonly members: readonly RoleMember[] }[]> {
  const roles = (await partnerCenter.roles()).filter(({ name }) => name === EXECUTIVE || name === PLAIN_VIEWER);
  return Promise.all(roles.map(async (role) => ({ role, members: await partnerCenter.roleMembers(role.id) })));
}

/** A token for another service or tenant would be refused with an unhelpful message. */
function demandToken(token: string, tenantId: string): string {
  const claims = readClaims(token.replace(/^(?:Authorization:\s*)?Bearer\s+/i, ""));
  const wrong =
    claims === undefined
      ? "is not an access token"
      : !isAudience(claims.audience, partnerAudiences)
        ? `is for ${claims.audience || "no audience"}, not for ${PARTNER_AUDIENCE}`
        : claims.tenantId !== tenantId
          ? `is of tenant ${claims.tenantId ?? "unknown"}, not of ${tenantId}`
          : undefined;
  if (wrong === undefined) return token.replace(/^(?:Authorization:\s*)?Bearer\s+/i, "");
  throw new CommandError([
    {
      code: "wrong-token",
      message: `the token on standard input ${wrong}`,
      fix: `An administrator gets one with: az account get-access-token --tenant ${tenantId} --resource ${PARTNER_AUDIENCE} --query accessToken --output tsv`,
    },
  ]);
}

function portalSteps(user: string): readonly string[] {
  return [
    "Sign in to https://partner.microsoft.com/dashboard as a Global administrator or Account admin.",
    "Open Account settings, User management, and find or add the user.",
    `Give ${user} the role ${EXECUTIVE} in the section Insights, for the whole company.`,
    `Remove ${PLAIN_VIEWER} if the user has both: the weaker one may take precedence.`,
  ];
}

function noUser(stack: string): CommandError {
  return problem(
    "no-reporting-user",
    `${stack} has no reportingUser, who would need a role`,
    "Name one in the stack's file.",
  );
}

function noToken(): CommandError {
  return problem(
    "no-token",
    "--assign needs an administrator's token",
    "Pipe it in with --with-token; it is used once and never stored.",
  );
}

function noSuchRole(): CommandError {
  return problem(
    "no-role",
    `Partner Center shows no role ${EXECUTIVE} to this administrator`,
    "Assign it in the portal: the command without --with-token prints the steps.",
  );
}

function unknownUser(user: string): CommandError {
  return problem(
    "unknown-user",
    `the tenant has no user ${user}`,
    "Compare reportingUser.userPrincipalName with Entra.",
  );
}

function problem(code: string, message: string, fix: string): CommandError {
  return new CommandError([{ code, message, fix }]);
}
