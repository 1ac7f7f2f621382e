import { createHash } from "node:crypto";
import type { Route } from "../../http/route";
import { settingsOf } from "../../world/tenant-settings";
import type { Tenant } from "../../world/world";
import { admitted, requireUser } from "./admission";
import { organizationNotFound, partnerError } from "./errors";

const self = (uri: string) => ({ self: { uri, method: "GET", headers: [] } });

/** Seven digits, always the same for a tenant. */
function mpnIdOf({ id }: Tenant): string {
  const number = createHash("sha256").update(`mpn ${id}`).digest().readUInt32BE(0);
  return String(1_000_000 + (number % 9_000_000));
}

const address = (tenant: Tenant) => ({
  country: "NL",
  city: "Utrecht",
  state: "",
  addressLine1: "Marketplace 1",
  postalCode: "1000 AA",
  firstName: "Ada",
  lastName: tenant.displayName,
  phoneNumber: "",
});

/**
 * Profiles of the partner's account.
 * @see https://learn.microsoft.com/partner-center/developer/profile-resources
 */
export const profileRoutes: readonly Route[] = [
  {
    method: "GET",
    path: "/v1/profiles/mpn",
    query: ["mpnId"],
    handle: admitted((request) => {
      requireUser(request);
      const { tenant } = request.caller;
      const asked = request.query["mpnId"];
      const own = settingsOf(tenant).partnerCenter.enrolled ? mpnIdOf(tenant) : undefined;
      // UNVERIFIED what a tenant without an enrolment gets; the documented "not found" is the likeliest.
      if (own === undefined || (asked !== undefined && asked !== own)) throw organizationNotFound(asked ?? tenant.id);
      return {
        status: 200,
        body: {
          mpnId: own,
          partnerName: tenant.displayName,
          profileType: "MpnProfile",
          links: self("/profiles/mpn"),
          attributes: { objectType: "MpnProfile" },
        },
      };
    }),
  },
  {
    method: "GET",
    path: "/v1/profiles/legalbusiness",
    query: ["vettingVersion"],
    handle: admitted(({ caller: { tenant }, query: { vettingVersion = "Current" } }) => {
      if (!["Current", "LastFinalized"].includes(vettingVersion)) {
        throw partnerError(400, 2000, "The vettingVersion must be Current or LastFinalized.");
      }
      const place = address(tenant);
      return {
        status: 200,
        body: {
          companyName: tenant.displayName,
          address: place,
          primaryContact: {
            firstName: "Ada",
            lastName: tenant.displayName,
            email: `admin@${tenant.domain}`,
            phoneNumber: "",
          },
          companyApproverAddress: place,
          companyApproverEmail: `admin@${tenant.domain}`,
          vettingStatus: "authorized",
          vettingSubStatus: "none",
          profileType: "LegalBusinessProfile",
          links: self("/profiles/legalbusiness"),
          attributes: { objectType: "LegalBusinessProfile" },
        },
      };
    }),
  },
  {
    method: "GET",
    path: "/v1/profiles/organization",
    handle: admitted((request) => {
      requireUser(request);
      const { tenant } = request.caller;
      return {
        status: 200,
        body: {
          id: tenant.id,
          companyName: tenant.displayName,
          defaultAddress: address(tenant),
          tenantId: tenant.id,
          domain: tenant.domain,
          email: `admin@${tenant.domain}`,
          language: "en",
          culture: "en-US",
          profileType: "OrganizationProfile",
          links: self("/profiles/organization"),
          attributes: { objectType: "OrganizationProfile" },
        },
      };
    }),
  },
];
