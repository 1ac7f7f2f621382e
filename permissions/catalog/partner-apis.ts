import type { CatalogApi } from "./entry";

/** The API of Partner Center, and of Partner Insights with it (`https://api.partnercenter.microsoft.com`). */
export const microsoftPartnerCenter: CatalogApi = {
  name: "Microsoft Partner Center",
  clientId: "fa3d9a0c-3fb0-42cc-9193-47c7ecd2edbd",
  // Some tenants still show the principal under its first name.
  aliases: ["Partner Center", "SampleBECApp"],
  description: "Partner Center REST and Partner Insights: reports, customers, orders, roles.",
  // UNVERIFIED: no source says whether this id is the same in the directories of the national clouds.
  cloudNotes:
    "US Government uses the same host with a separate partner account and tenant; China has its own host (partner.partnercenterapi.microsoftonline.cn). Whether Insights exists there is unverified.",
  permissions: [
    {
      name: "user_impersonation",
      id: "1cebfa2a-fb4d-419e-b5f9-839b4383e05a",
      kind: "delegated",
      lets: "Lets it act in Partner Center as the signed-in user, with everything that user may do there.",
      risk: "high",
      riskReason:
        "it is as strong as the user: a report viewer reads reports, an admin agent orders and works in customers' tenants",
      // UNVERIFIED: Microsoft's pages ask for admin consent without saying that users could not give it themselves.
      adminConsent: true,
    },
  ],
};

/** The gateway for referrals, payouts and price sheets (`https://api.partner.microsoft.com`). */
export const microsoftPartner: CatalogApi = {
  name: "Microsoft Partner",
  clientId: "4990cffe-04e8-4e8b-808a-1175604b879f",
  aliases: ["Microsoft Partner API", "Microsoft Dev Center"],
  description: "Referrals, payouts, price sheets and marketplace ingestion. Insights does not need it.",
  cloudNotes: "Public cloud and US Government only.",
  permissions: [
    {
      name: "user_impersonation",
      // UNVERIFIED: one public listing only. The principal in the tenant says it for sure: oauth2PermissionScopes.
      id: "eabf9ef3-1f9e-f3da-19a1-bcd60d080567",
      kind: "delegated",
      lets: "Lets it act at the Microsoft Partner API as the signed-in user: referrals, payouts, price sheets.",
      risk: "high",
      riskReason: "it is as strong as the user, and payouts and referrals are business secrets",
      adminConsent: true,
    },
  ],
};
