import { type CloudName, isLoopback } from "../../clients/entra/clouds";
import { PARTNER_CENTER } from "../../clients/partner-center/partner-center";
import { microsoftPartnerCenter } from "../../permissions/catalog";
import { PARTNER_AUDIENCE } from "../../tokens/flow";
import { CommandError } from "../shared/document";

/** China has a Partner Center of its own; US Government shares the public one. Whether Insights exists there is UNVERIFIED. */
const CHINA = "https://partner.partnercenterapi.microsoftonline.cn";

/**
 * Where Partner Center and Insights answer. `PARTNER_ACCESS_PARTNER_CENTER` is for the emulator only: a variable that could lead a
 * user's token to any other machine would be a way to steal it.
 */
export function partnerCenterAddress(
  env: Readonly<Record<string, string | undefined>>,
  cloud: CloudName = "public",
): string {
  const stated = env["PARTNER_ACCESS_PARTNER_CENTER"];
  if (!stated) return cloud === "china" ? CHINA : PARTNER_CENTER;
  if (isLoopback(stated)) return stated.replace(/\/+$/, "");
  throw new CommandError([
    {
      code: "stated-address",
      message: `PARTNER_ACCESS_PARTNER_CENTER is ${stated}; it is accepted for this machine only, where the emulator runs`,
      fix: "Unset PARTNER_ACCESS_PARTNER_CENTER.",
    },
  ]);
}

/** Its names in tokens: the address in those of the first version, the client id in those of the second. */
export const partnerAudiences: readonly string[] = [PARTNER_AUDIENCE, microsoftPartnerCenter.clientId];
