import type { DrivenTenant } from "../../support/driver/driven-tenant";

export const LAG_PROFILES = 20;
const LONGEST_LAG_SECONDS = 60;

/** The seconds by which sign-in and replicas run behind: from none to a minute, never in step. */
export function setLag(tenant: DrivenTenant, profile: number): void {
  const step = LONGEST_LAG_SECONDS / (LAG_PROFILES - 1);
  const { lag } = tenant.emulator.world as { lag: { secretAcceptanceSeconds: number; readLagSeconds: number } };
  lag.secretAcceptanceSeconds = profile * step;
  lag.readLagSeconds = ((profile * 7) % LAG_PROFILES) * step;
}
