import { dayOf } from "../../../model/day";
import { homeTenant, partnerTenant } from "../../../offline/emulator/seed/constants";
import { type JudgedCredential, judgeCredentials, retirableOrphans } from "../../../rotation/credentials";
import { readRecord } from "../../../rotation/record";
import type { DrivenTenant } from "../../support/driver/driven-tenant";

/** The generation that the vault serves; 0 when it serves none. */
export function published(tenant: DrivenTenant): number {
  const record = tenant.record();
  return record?.slots[record.current]?.generation ?? 0;
}

/** Credentials of ours that nobody uses and the next clean-up may remove, as `credentials` lists them. */
export function orphans(tenant: DrivenTenant): readonly JudgedCredential[] {
  const { world } = tenant.emulator;
  const today = dayOf(world.clock.now());
  const entry = world.tenants
    .get(homeTenant.id)
    ?.secrets.all()
    .find(({ name }) => name === tenant.clientSecretName);
  const versions = (entry?.versions ?? []).map(({ tags }) => ({ reading: readRecord(tags) }));
  const record = versions.at(-1)?.reading.record;
  const known = { credentials: tenant.credentials(), stateKeyIds: tenant.stateKeyIds() };
  return retirableOrphans(judgeCredentials({ ...known, record, versions, stack: "dev", today }), today);
}

/** What a person does to the published entry: with the vault's own API, as its administrator. */
export async function onTheVault(
  tenant: DrivenTenant,
  action: "PATCH" | "PUT" | "DELETE" | "recover",
  body?: object,
): Promise<void> {
  const { emulator, configuration, clientSecretName } = tenant;
  const vault = `https://${configuration.vault.name}.${emulator.world.addresses.keyVaultSuffix}`;
  const [method, path] =
    action === "recover"
      ? (["POST", `/deletedsecrets/${clientSecretName}/recover`] as const)
      : ([action, `/secrets/${clientSecretName}`] as const);
  const address = `${vault}${path}?api-version=7.4`;
  const answer = await emulator.call(method, address, { as: "home-deployer", ...(body && { body }) });
  if (answer.status !== 200) throw new Error(`${action} of ${clientSecretName}: ${answer.status} ${answer.text}`);
}

/** What a tenant's administrator does by hand. */
export async function onTheApplication(
  { emulator }: DrivenTenant,
  method: string,
  path: string,
  body?: object,
): Promise<{ readonly id: string }> {
  const answer = await emulator.call(method, path, { as: "partner-administrator", ...(body && { body }) });
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
  return answer.body;
}

/** The application of the stack, as the partner's directory holds it. */
export function applicationOf(tenant: DrivenTenant) {
  const [keyId] = tenant.keyIds();
  const applications = tenant.emulator.world.tenants.get(partnerTenant.id)?.applications.all() ?? [];
  return applications.find(({ passwordCredentials }) => passwordCredentials.some((one) => one.keyId === keyId));
}

/** What `credentials --retire-orphans` does: removes the orphans that may go. Answers how many those were. */
export async function retireOrphansOf(tenant: DrivenTenant): Promise<number> {
  const found = orphans(tenant);
  const application = applicationOf(tenant);
  for (const { keyId } of found) {
    await onTheApplication(tenant, "POST", `/v1.0/applications/${application?.id}/removePassword`, { keyId });
  }
  return found.length;
}
