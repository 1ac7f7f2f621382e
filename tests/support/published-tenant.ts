import { addDays, type Day, day, firstInstant, firstSecond } from "../../model/day";
import { homeSubscription, keyVaultSuffix, partnerTenant } from "../../offline/emulator/seed/constants";
import { markOf } from "../../rotation/mark";
import { type PublishedRecord, type RecordedSlot, recordTags } from "../../rotation/record";
import { callCommand } from "./command-call";
import type { CommandResult } from "./command-process";
import type { TestEmulator } from "./emulator";

/** A client secret that the emulated Entra minted. */
export interface Minted {
  readonly slot: RecordedSlot;
  readonly text: string;
}

/** A tenant as a deployment leaves it, made with calls instead of the engine: application, principal, secrets, entry. */
export interface PublishedTenant {
  readonly clientId: string;
  readonly applicationObjectId: string;
  readonly principalObjectId: string;
  /** Mints a credential with our mark, or another name. */
  mint(generation: number, start: Day, displayName?: string): Promise<Minted>;
  remove(keyId: string): Promise<void>;
  keyIds(): Promise<readonly string[]>;
  /** Writes one version of the client secret's entry. */
  publish(current: Minted, changes?: Partial<PublishedRecord>, entry?: object): Promise<PublishedRecord>;
  /** Writes any entry of the vault. */
  put(name: string, body: object): Promise<void>;
  /** A command as this tenant's deployer, on this day. */
  run(today: string, ...argv: string[]): Promise<CommandResult>;
}

export const vaultUri = `https://${homeSubscription.vault}.${keyVaultSuffix}`;
const prefix = "partner-insights-contoso-";
export const deployment = "0dd0f1ce-0000-4000-8000-000000000001";

export async function createPublishedTenant(emulator: TestEmulator): Promise<PublishedTenant> {
  const graph = async (method: string, path: string, body?: unknown) => {
    const answer = await emulator.call(method, `/v1.0${path}`, { as: "partner-deployer", body });
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
    return answer.body;
  };
  const application = await graph("POST", "/applications", {
    displayName: "Partner Insights access (contoso)",
    signInAudience: "AzureADMyOrg",
  });
  const principal = await graph("POST", "/servicePrincipals", { appId: application.appId });
  const path = `/applications/${application.id}`;
  const put = async (name: string, body: object) => {
    const address = `${vaultUri}/secrets/${name}?api-version=7.6`;
    const answer = await emulator.call("PUT", address, { as: "home-deployer", body });
    if (answer.status !== 200) throw new Error(`PUT ${name}: ${answer.status} ${answer.text}`);
  };
  return {
    clientId: application.appId,
    applicationObjectId: application.id,
    principalObjectId: principal.id,
    async mint(generation, start, displayName = markOf("dev", generation)) {
      const end = addDays(start, 180);
      const { keyId, secretText } = await graph("POST", `${path}/addPassword`, {
        passwordCredential: { displayName, endDateTime: firstInstant(end) },
      });
      return { slot: { generation, keyId, start, end, displayName }, text: secretText };
    },
    remove: async (keyId) => graph("POST", `${path}/removePassword`, { keyId }),
    keyIds: async () => {
      const { passwordCredentials } = await graph("GET", path);
      return passwordCredentials.map(({ keyId }: { keyId: string }) => keyId);
    },
    async publish({ slot, text }, changes = {}, entry = {}) {
      const record: PublishedRecord = {
        deployment,
        tenantId: partnerTenant.id,
        current: "a",
        publishedOn: slot.start,
        overlapEnds: addDays(slot.start, 7),
        dueOn: addDays(slot.start, 85),
        slots: { a: slot },
        handledRequests: [],
        ...changes,
      };
      await put(`${prefix}client-secret`, {
        value: text,
        attributes: { exp: firstSecond(slot.end) },
        tags: { ...recordTags(record), clientId: application.appId, managedBy: "partner-insights-access" },
        ...entry,
      });
      return record;
    },
    put: (name, body) => put(`${prefix}${name}`, body),
    run(today, ...argv) {
      const now = firstInstant(day(today));
      return emulator.at(now, () => callCommand(argv, { ...emulator.env, PARTNER_ACCESS_NOW: now }));
    },
  };
}
