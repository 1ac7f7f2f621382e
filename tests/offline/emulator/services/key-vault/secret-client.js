// Run as a process of its own by secret-client.test.ts, because proxy and trust come from the environment at start.
// Prints one line of JSON with what Microsoft's own client saw; secret texts appear only as "same" or "other".
const { ClientSecretCredential } = require("@azure/identity");
const { SecretClient } = require("@azure/keyvault-secrets");

const { AZURE_TENANT_ID, AZURE_CLIENT_ID, AZURE_CLIENT_SECRET, VAULT_URI } = process.env;
const credential = new ClientSecretCredential(AZURE_TENANT_ID, AZURE_CLIENT_ID, AZURE_CLIENT_SECRET);
const client = new SecretClient(VAULT_URI, credential, { retryOptions: { maxRetries: 0 } });
const name = "by-microsofts-client";
const text = require("node:crypto").randomUUID();

const compare = (value) => (value === text ? "same" : "other");
const refusal = async (work) => {
  try {
    await work();
    return "not refused";
  } catch ({ statusCode, code, details }) {
    return [statusCode, code, details?.error?.innerError?.code ?? null];
  }
};
const collect = async (list) => {
  const found = [];
  for await (const each of list) found.push(each);
  return found;
};

async function run() {
  const seen = {};
  const expiresOn = new Date("2030-01-01T00:00:00Z");
  const set = await client.setSecret(name, text, { expiresOn, contentType: "text/plain", tags: { slot: "a" } });
  seen.set = [compare(set.value), set.properties.recoveryLevel, set.properties.expiresOn.toISOString()];
  seen.get = compare((await client.getSecret(name)).value);
  const { version } = set.properties;
  await client.updateSecretProperties(name, version, { tags: { slot: "b" } });
  seen.tags = (await client.getSecret(name, { version })).properties.tags;
  for (let index = 0; index < 30; index++) await client.setSecret(`many-${index}`, text);
  seen.listed = (await collect(client.listPropertiesOfSecrets())).length;
  await client.setSecret(name, `${text}-2`);
  seen.versions = (await collect(client.listPropertiesOfSecretVersions(name))).length;
  const deletion = await client.beginDeleteSecret(name, { intervalInMs: 50 });
  seen.deleted = (await deletion.pollUntilDone()).name;
  seen.setDeleted = await refusal(() => client.setSecret(name, text));
  seen.listedDeleted = (await collect(client.listDeletedSecrets())).map((each) => each.name);
  seen.purge = await refusal(() => client.purgeDeletedSecret(name));
  await (await client.beginRecoverDeletedSecret(name, { intervalInMs: 50 })).pollUntilDone();
  seen.recovered = compare((await client.getSecret(name, { version })).value);
  seen.versionsOfNone = await collect(client.listPropertiesOfSecretVersions("none"));
  seen.missing = await refusal(() => client.getSecret("none"));
  await client.updateSecretProperties(name, "", { enabled: false });
  seen.disabled = await refusal(() => client.getSecret(name));
  return seen;
}

run().then(
  (seen) => process.stdout.write(`${JSON.stringify(seen)}\n`),
  (error) => {
    process.stdout.write(`${JSON.stringify({ failed: error.message, code: error.code })}\n`);
    process.exitCode = 1;
  },
);
