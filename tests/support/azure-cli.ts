import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { azureCliAppId } from "../../offline/emulator/world/microsoft-applications";
import type { TestEmulator } from "./emulator";

/** The one command of the Azure CLI that programs call: it answers a token of the person who is signed in to the named tenant. */
export interface SignedInCli {
  /** Goes before everything else on PATH. */
  readonly folder: string;
  remove(): void;
}

const script = `
const { origin, people, azureCliAppId } = require(__dirname + "/signed-in.json");
const argv = process.argv.slice(2);
const option = (name) => argv[argv.indexOf(name) + 1];
const known = ["account", "get-access-token", "--output", "json", "--resource", option("--resource"), "--tenant", option("--tenant")];
const fail = (text) => { process.stderr.write(text + "\\n"); process.exit(1); };
if (argv.join(" ") !== known.join(" ")) fail("this az has no such command: " + argv.join(" "));
const person = people[option("--tenant")];
if (person === undefined) fail("ERROR: Please run 'az login' to setup account.");
const body = new URLSearchParams({
  client_id: azureCliAppId, grant_type: "password", scope: option("--resource") + "/.default",
  username: person.userPrincipalName, password: person.password,
});
fetch(origin + "/" + option("--tenant") + "/oauth2/v2.0/token", { method: "POST", body }).then(async (answer) => {
  const token = await answer.json();
  if (!answer.ok) fail("ERROR: " + token.error_description);
  const expires_on = Math.floor(Date.now() / 1000) + token.expires_in;
  process.stdout.write(JSON.stringify({ accessToken: token.access_token, expires_on, tokenType: "Bearer" }));
});
`;

/**
 * An `az` with a sign-in, for the journeys of a person: the administrators of the emulator's tenants, whose sign-in needs no second factor
 * here because nobody types one. The real one takes one account for every tenant, and here each has its own: `npm run test:clients` runs it in one.
 */
export async function signInToCli(
  emulator: TestEmulator,
  tenants = emulator.tenants.map(({ id }) => id),
): Promise<SignedInCli> {
  const folder = mkdtempSync(join(tmpdir(), "partner-access-az-"));
  const people = Object.fromEntries(
    emulator.tenants.filter(({ id }) => tenants.includes(id)).map(({ id, administrator }) => [id, administrator]),
  );
  for (const tenant of tenants) await emulator.control("POST", "settings", { tenant, signIn: { requiresMfa: false } });
  const signedIn = { origin: emulator.origin, people, azureCliAppId };
  writeFileSync(join(folder, "signed-in.json"), JSON.stringify(signedIn), { mode: 0o600 });
  writeFileSync(join(folder, "az.js"), script);
  // A Node of its own, which trusts the emulator whatever the process does that starts it.
  const start = `NODE_EXTRA_CA_CERTS=${emulator.caFile} exec ${process.execPath} ${join(folder, "az.js")} "$@"`;
  writeFileSync(join(folder, "az"), `#!/bin/sh\n${start}\n`, { mode: 0o755 });
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
