import type { Answer } from "../http/call";
import { malformed } from "../http/call";
import { createPageGuard } from "../http/pages";
import { field } from "../http/refusal";
import {
  callPartnerApi,
  demandText,
  listField,
  type PartnerApiOptions,
  type PartnerCall,
  textField,
} from "./partner-api";

/** The account's place in the partner program. */
interface MpnProfile {
  readonly mpnId: string;
  readonly partnerName: string | undefined;
}

/** The company behind the account, as far as it is said. */
interface LegalBusinessProfile {
  readonly companyName: string | undefined;
  readonly vettingStatus: string | undefined;
}

/** A role of Partner Center. Its id is not published: it is looked up by name. */
export interface PartnerRole {
  readonly id: string;
  readonly name: string;
}

/** Someone who holds a role. */
export interface RoleMember {
  readonly id: string;
  readonly userPrincipalName: string;
  readonly displayName: string;
}

/** What Partner Center says of the token itself. */
interface MfaProbe {
  /** Undefined when the answer does not say, which proves neither. */
  readonly isMfaCompliant: boolean | undefined;
}

/** Partner Center's REST calls that this project needs; all act as the signed-in user. */
export interface PartnerCenter {
  /** Whether the token would pass the demand for MFA. Throws what the probed call is refused with, other than "no such profile". */
  probeMfa(): Promise<MfaProbe>;
  /** Undefined when the account is not enrolled in the program. */
  mpnProfile(): Promise<MpnProfile | undefined>;
  legalBusinessProfile(): Promise<LegalBusinessProfile>;
  /** The tenant that the account belongs to. */
  organizationTenant(): Promise<string | undefined>;
  roles(): Promise<readonly PartnerRole[]>;
  roleMembers(roleId: string): Promise<readonly RoleMember[]>;
  /** Gives a role. `accountId` is the partner tenant's id, as the portal's App management shows it. */
  addRoleMember(roleId: string, member: RoleMember & { readonly accountId: string }): Promise<void>;
}

/** The address in the public cloud and for US Government; China has its own host. */
export const PARTNER_CENTER = "https://api.partnercenter.microsoft.com";

/** The most that one page of role members may hold. */
const PAGE = 500;
const SERVICE = "Partner Center";

/** Sources: https://learn.microsoft.com/partner-center/developer/ (profiles, roles and members of roles). */
export function createPartnerCenter(options: PartnerApiOptions): PartnerCenter {
  const call = (request: PartnerCall) => callPartnerApi(SERVICE, options, request);
  // 404 is how Partner Center says "no such profile" (documented for an unknown id; for an account without one UNVERIFIED).
  const mpn = { path: "/v1/profiles/mpn", accepts: [404], operation: "read the MPN profile" };
  return {
    async probeMfa() {
      const { headers } = await call({ ...mpn, headers: { ValidateMfa: "true" } });
      const said = headers.get("ismfacompliant")?.trim().toLowerCase();
      return { isMfaCompliant: said === "true" ? true : said === "false" ? false : undefined };
    },
    async mpnProfile() {
      const { status, body } = await call(mpn);
      if (status === 404) return undefined;
      const mpnId = field(body, "mpnId");
      if (mpnId === undefined) throw malformed(SERVICE, mpn.operation, "mpnId");
      if (mpnId === null || String(mpnId) === "") return undefined;
      return { mpnId: String(mpnId), partnerName: textField(body, "partnerName") };
    },
    async legalBusinessProfile() {
      const query = { vettingVersion: "Current" };
      const path = "/v1/profiles/legalbusiness";
      const operation = "read the legal business profile";
      const { body } = await call({ path, query, operation });
      const [companyName, vettingStatus] = [textField(body, "companyName"), textField(body, "vettingStatus")];
      if (companyName === undefined && vettingStatus === undefined) throw malformed(SERVICE, operation, "profile");
      return { companyName, vettingStatus };
    },
    async organizationTenant() {
      const operation = "read the organization profile";
      const { body } = await call({ path: "/v1/profiles/organization", operation });
      if (field(body, "tenantId") === undefined) throw malformed(SERVICE, operation, "tenantId");
      return textField(body, "tenantId");
    },
    async roles() {
      const asked = { service: SERVICE, operation: "list the roles" } as const;
      const { body } = await call({ path: "/v1/roles", operation: asked.operation });
      return listField(body, "items", asked).map((item) => ({
        id: demandText(item, "id", asked),
        name: demandText(item, "name", asked),
      }));
    },
    roleMembers: (roleId) => readMembers(call, roleId),
    async addRoleMember(roleId, { accountId, id, displayName, userPrincipalName }) {
      await call({
        method: "POST",
        path: membersPath(roleId),
        body: { accountId, displayName, id, roleId, userPrincipalName },
        operation: `give the role ${roleId} to ${userPrincipalName}`,
      });
    },
  };
}

const membersPath = (roleId: string) => `/v1/roles/${encodeURIComponent(roleId)}/usermembers`;

/** Page by page. The next page's address is in `links.next`, and the continuation token is in its headers. */
async function readMembers(
  call: (request: PartnerCall) => Promise<Answer>,
  roleId: string,
): Promise<readonly RoleMember[]> {
  const asked = { service: SERVICE, operation: `list who has the role ${roleId}` } as const;
  // Pages of one address differ by their headers, so both together name a page. The address may be relative.
  const guard = createPageGuard(asked);
  let page = "https://partner-center.invalid/";
  const members: RoleMember[] = [];
  let query: Readonly<Record<string, string>> = { size: String(PAGE) };
  let headers: Readonly<Record<string, string>> = {};
  for (;;) {
    const { body } = await call({ path: membersPath(roleId), query, headers, operation: asked.operation });
    members.push(...listField(body, "items", asked).map(memberOf));
    const next = field(field(body, "links"), "next");
    const uri = textField(next, "uri");
    if (uri === undefined || uri === "") return members;
    // Only its query is taken: the page is asked for at our own address, whatever host it names.
    query = Object.fromEntries(new URL(uri, "https://partner-center.invalid").searchParams);
    headers = Object.fromEntries(headersOf(next));
    page = guard(page, `?${new URLSearchParams({ ...query, ...headers })}`);
  }
}

function headersOf(next: unknown): readonly (readonly [string, string])[] {
  const found = field(next, "headers");
  if (!Array.isArray(found)) return [];
  return found.map((it) => [textField(it, "key") ?? "", textField(it, "value") ?? ""] as const);
}

function memberOf(item: object): RoleMember {
  return {
    id: textField(item, "id") ?? "",
    userPrincipalName: textField(item, "userPrincipalName") ?? "",
    displayName: textField(item, "displayName") ?? "",
  };
}
