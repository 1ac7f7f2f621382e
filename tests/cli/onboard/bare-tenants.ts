import { homeTenant, partnerTenant } from "../../../offline/emulator/seed/constants";
import type { TestEmulator } from "../../support/emulator";

/** As real tenants are before anybody ran anything: no deployer, no rotator, and a vault's identity without rights. */
export function bareTenants(emulator: TestEmulator): void {
  const tenantOf = ({ id }: { readonly id: string }) => emulator.world.tenants.get(id)!;
  const partner = tenantOf(partnerTenant);
  for (const { id, properties } of partner.applications.all()) {
    if (/deployer|rotator/.test(String(properties["displayName"]))) partner.applications.remove(id);
  }
  for (const { objectId } of [partnerTenant.deployer, partnerTenant.rotator])
    partner.servicePrincipals.remove(objectId);
  for (const { id, principalId } of partner.assignments.all()) {
    if (principalId !== partnerTenant.administrator.objectId) partner.assignments.remove(id);
  }
  const home = tenantOf(homeTenant);
  for (const { id, principalId } of home.roleAssignments.all()) {
    if (principalId === homeTenant.deployer.objectId) home.roleAssignments.remove(id);
  }
}
