import { ServiceError } from "./errors";
import {
  callPartnerApi,
  field,
  listField,
  type PartnerAnswer,
  type PartnerApiOptions,
  type PartnerCall,
  textField,
} from "./partner-api";

/** The account's place in the partner program. */
export interface MpnProfile {
  readonly mpnId: string;
  readonly partnerName: string | undefined;
}

/** The company behind the account, as far as it is said. */
export interface LegalBusinessProfile {
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
export interface MfaProbe {
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
/** A list that does not end is a fault of the service, not a reason to run for ever. */
const MOST_PAGES = 200;

/** Sources: https://learn.microsoft.com/partner-center/developer/ (profiles, roles and members of roles). */
export function createPartnerCenter(options: PartnerApiOptions): PartnerCenter {
  const call = (request: PartnerCall) => callPartnerApi("Partner Center", options, request);
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
      const mpnId = field(body, "mpnId");
      if (status === 404 || mpnId === undefined || mpnId === null || String(mpnId) === "") return undefined;
      return { mpnId: String(mpnId), partnerName: textField(body, "partnerName") };
    },
    async legalBusinessProfile() {
      const query = { vettingVersion: "Current" };
      const path = "/v1/profiles/legalbusiness";
      const { body } = await call({ path, query, operation: "read the legal business profile" });
      return { companyName: textField(body, "companyName"), vettingStatus: textField(body, "vettingStatus") };
    },
    async organizationTenant() {
      const { body } = await call({ path: "/v1/profiles/organization", operation: "read the organization profile" });
      return textField(body, "tenantId");
    },
    async roles() {
      const { body } = await call({ path: "/v1/roles", operation: "list the roles" });
      return listField(body, "items").map((item) => ({
        id: textField(item, "id") ?? "",
        name: textField(item, "name") ?? "",
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

/** Page by page. The next page's address is in `links.next`, and the token that continues stands in its headers. */
async function readMembers(
  call: (request: PartnerCall) => Promise<PartnerAnswer>,
  roleId: string,
): Promise<readonly RoleMember[]> {
  const operation = `list who has the role ${roleId}`;
  const members: RoleMember[] = [];
  let query: Readonly<Record<string, string>> = { size: String(PAGE) };
  let headers: Readonly<Record<string, string>> = {};
  for (let pages = 1; pages <= MOST_PAGES; pages += 1) {
    const { body } = await call({ path: membersPath(roleId), query, headers, operation });
    members.push(...listField(body, "items").map(memberOf));
    const next = field(field(body, "links"), "next");
    const uri = textField(next, "uri");
    if (uri === undefined || uri === "") return members;
    query = Object.fromEntries(new URL(uri, "https://partner-center.invalid").searchParams);
    headers = Object.fromEntries(
      listField(next, "headers").map((it) => [textField(it, "key") ?? "", textField(it, "value") ?? ""]),
    );
  }
  throw new ServiceError({ service: "Partner Center", operation, code: "endless-list", isTemporary: false });
}

function memberOf(item: object): RoleMember {
  return {
    id: textField(item, "id") ?? "",
    userPrincipalName: textField(item, "userPrincipalName") ?? "",
    displayName: textField(item, "displayName") ?? "",
  };
}
