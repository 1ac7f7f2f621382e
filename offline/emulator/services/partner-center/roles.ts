import { z } from "zod";
import { type Route, type RouteRequest, routeWithBody } from "../../http/route";
import type { User } from "../../world/directory";
import { stableId } from "../../world/stable-id";
import { settingsOf } from "../../world/tenant-settings";
import { admitted, isAdministrator, requireUser } from "./admission";
import { accessDenied, partnerError } from "./errors";

interface PartnerRole {
  readonly id: string;
  readonly name: string;
  readonly category: string;
}

/** Names as the portal shows them; Microsoft publishes no ids, so these are made up. UNVERIFIED: `category`, and the list beyond reports. */
const roles: readonly PartnerRole[] = [
  ["Account admin", "Account"],
  ["Admin agent", "Agent"],
  ["Helpdesk agent", "Agent"],
  ["Sales agent", "Agent"],
  ["Billing admin", "Account"],
  ["User management admin", "Account"],
  ["MPN partner admin", "Mpn"],
  ["Incentive admin", "Incentives"],
  ["Referral admin", "Referrals"],
  ["Executive Report Viewer", "Insights"],
  ["Report Viewer", "Insights"],
].map(([name = "", category = ""]) => ({ id: stableId("partner role", name), name, category }));

const memberBody = z.strictObject({
  accountId: z.string().optional(),
  displayName: z.string().optional(),
  id: z.string().optional(),
  roleId: z.string().optional(),
  userPrincipalName: z.string().optional(),
});

/**
 * Who has which of Partner Center's own roles, which are in no directory.
 * @see https://learn.microsoft.com/rest/api/partner-center/manage-account-profiles
 */
export const roleRoutes: readonly Route[] = [
  {
    method: "GET",
    path: "/v1/roles",
    handle: admitted((request) => {
      requireReader(request);
      const items = roles.map((role) => ({ ...role, attributes: { objectType: "Role" } }));
      return { status: 200, body: collection(items, items.length) };
    }),
  },
  {
    method: "GET",
    path: "/v1/roles/:roleId/usermembers",
    query: ["size", "sortField", "sortDirection", "seekOperation"],
    handle: admitted(listMembers),
  },
  routeWithBody({
    method: "POST",
    path: "/v1/roles/:roleId/usermembers",
    body: memberBody,
    handle: admitted(addMember),
  }),
  {
    method: "DELETE",
    path: "/v1/roles/:roleId/usermembers/:memberId",
    handle: admitted((request) => {
      requireWriter(request);
      requireRole(request);
      // Seen by a public client whatever it sent: the call is documented and does not work. Its status is UNVERIFIED.
      throw partnerError(400, 2000, "Account Id has to be set.");
    }),
  },
];

const collection = (items: readonly unknown[], totalCount: number, links: Record<string, unknown> = {}) => ({
  totalCount,
  items,
  links,
  attributes: { objectType: "Collection" },
});

/** UNVERIFIED who may read; both likely answers are a switch of the tenant. */
function requireReader(request: RouteRequest): void {
  const user = requireUser(request);
  const { rolesReadableBy } = settingsOf(request.caller.tenant).partnerCenter;
  if (rolesReadableBy === "administrators" && !isAdministrator(user)) throw accessDenied();
}

function requireWriter(request: RouteRequest): void {
  if (!isAdministrator(requireUser(request))) throw accessDenied();
}

function requireRole({ parameters }: RouteRequest): PartnerRole {
  const wanted = (parameters["roleId"] ?? "").toLowerCase();
  const role = roles.find(({ id }) => id === wanted);
  // UNVERIFIED number.
  if (role === undefined) throw partnerError(404, 2000, "The role could not be found.");
  return role;
}

const shownMember = ({ id, properties, userPrincipalName }: User, roleId: string) => ({
  id,
  displayName: String(properties["displayName"] ?? ""),
  userPrincipalName,
  roleId,
  attributes: { objectType: "UserMember" },
});

const sortFields = { DisplayName: "displayName", UserPrincipalName: "userPrincipalName" } as const;

/** Pages by an opaque continuation token in a header. */
function listMembers(request: RouteRequest) {
  requireReader(request);
  const role = requireRole(request);
  const { size = "500", sortField = "DisplayName", sortDirection = "Ascending", seekOperation } = request.query;
  const pageSize = Number(size);
  if (!Number.isInteger(pageSize) || pageSize < 1 || pageSize > 500) {
    throw partnerError(400, 2000, "The size must be between 1 and 500.");
  }
  if (!(sortField in sortFields) || !["Ascending", "Descending"].includes(sortDirection)) {
    throw partnerError(400, 2000, "Members are sorted by DisplayName or UserPrincipalName, Ascending or Descending.");
  }
  if (seekOperation !== undefined && seekOperation !== "Next") {
    throw partnerError(400, 2000, "The seekOperation must be Next.");
  }
  const key = sortFields[sortField as keyof typeof sortFields];
  const members = request.caller.tenant.users
    .all()
    .filter((user) => user.roles.includes(role.name))
    .map((user) => shownMember(user, role.id))
    .sort((left, right) => left[key].localeCompare(right[key]) || left.id.localeCompare(right.id));
  if (sortDirection === "Descending") members.reverse();
  const from = seekOperation === "Next" ? readContinuation(request) : 0;
  const items = members.slice(from, from + pageSize);
  const next = from + pageSize < members.length ? nextLink(role, request, from + pageSize) : {};
  return { status: 200, body: collection(items, members.length, next) };
}

function readContinuation({ headers }: RouteRequest): number {
  const from = Number(Buffer.from(headers["ms-continuationtoken"] ?? "", "base64").toString("utf8"));
  if (!Number.isInteger(from) || from < 1) throw partnerError(400, 2000, "The continuation token is not valid.");
  return from;
}

function nextLink(role: PartnerRole, { query }: RouteRequest, from: number) {
  const uri = `/roles/${role.id}/usermembers?${new URLSearchParams({ ...query, seekOperation: "Next" })}`;
  const headers = [{ key: "MS-ContinuationToken", value: Buffer.from(String(from)).toString("base64") }];
  return { next: { uri, method: "GET", headers } };
}

/** Adds a user of the tenant. Documented answer: 200. Whether repeating it is refused is UNVERIFIED; here it is not. */
function addMember(request: RouteRequest<z.infer<typeof memberBody>>) {
  requireWriter(request);
  const role = requireRole(request);
  const { tenant } = request.caller;
  const body = request.body;
  if (body.accountId === undefined || body.accountId === "") throw partnerError(400, 2000, "Account Id has to be set.");
  if (body.accountId.toLowerCase() !== tenant.id) throw accessDenied();
  if (body.roleId !== undefined && body.roleId.toLowerCase() !== role.id) {
    throw partnerError(400, 2000, "The role id of the body is not the one of the address.");
  }
  const user = tenant.users.get(body.id ?? "");
  if (user === undefined) throw partnerError(404, 2000, "The user could not be found.");
  if (body.userPrincipalName?.toLowerCase() !== user.userPrincipalName.toLowerCase()) {
    throw partnerError(400, 2000, "The user principal name is not the one of the user.");
  }
  if (!user.roles.includes(role.name)) tenant.users.put({ ...user, roles: [...user.roles, role.name] });
  return { status: 200, body: shownMember(user, role.id) };
}
