import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import {
  homeSubscription,
  homeTenant,
  keyVaultSuffix,
  partnerTenant,
} from "../../../../../offline/emulator/seed/constants";
import { type RunningEmulator, startEmulator } from "../../../../../offline/emulator/server";

const run = promisify(execFile);
const script = join(__dirname, "secret-client.js");

// Each test starts a process with two large SDKs: on a busy machine that takes its time.

let emulator: RunningEmulator;
let log: string[];
beforeEach(async () => {
  log = [];
  emulator = await startEmulator({ log: (line) => log.push(line) });
});
afterEach(() => emulator.stop());

async function client(more: Record<string, string> = {}) {
  const env = {
    PATH: process.env["PATH"] ?? "",
    ...emulator.env,
    VAULT_URI: `https://${homeSubscription.vault}.${keyVaultSuffix}`,
    ...more,
  };
  const { stdout } = await run(process.execPath, [script], { env }).catch((failure) => failure);
  return JSON.parse(stdout);
}

describe("Microsoft's client for Key Vault secrets", () => {
  it("sets, reads, lists, updates, deletes and recovers, and meets the refusals of the real service", async () => {
    expect(await client()).toEqual({
      set: ["same", "Recoverable", "2030-01-01T00:00:00.000Z"],
      get: "same",
      tags: { slot: "b" },
      listed: 31,
      versions: 2,
      deleted: "by-microsofts-client",
      setDeleted: [409, "Conflict", "ObjectIsDeletedButRecoverable"],
      listedDeleted: ["by-microsofts-client"],
      purge: [403, "Forbidden", null],
      recovered: "same",
      versionsOfNone: [],
      missing: [404, "SecretNotFound", null],
      disabled: [403, "Forbidden", "SecretDisabled"],
    });
    expect(log).toEqual([]);
  });

  it("waits out a deletion and a recovery that take a moment", async () => {
    Object.assign(emulator.world.lag, { readLagSeconds: 0.3 });
    const seen = await client();
    expect([seen.deleted, seen.recovered]).toEqual(["by-microsofts-client", "same"]);
  });

  it("is refused with an identity that holds no role", async () => {
    const { reader } = homeTenant;
    const seen = await client({ AZURE_CLIENT_ID: reader.clientId, AZURE_CLIENT_SECRET: emulator.secrets.reader });
    expect(seen.code).toBe("Forbidden");
    expect(seen.failed).toContain("Action: 'Microsoft.KeyVault/vaults/secrets/setSecret/action'");
  });

  it("of another tenant is told to sign in to the vault's", async () => {
    const seen = await client({ AZURE_CLIENT_ID: partnerTenant.deployer.clientId, AZURE_TENANT_ID: partnerTenant.id });
    // The challenge names the vault's tenant; the client refuses to leave its own.
    expect(seen.failed).toContain(`not configured to acquire tokens for tenant ${homeTenant.id}`);
  });
});
