import { homeSubscription, homeTenant, partnerTenant } from "../../offline/emulator/seed/constants";
import type { Application } from "../../offline/emulator/world/directory";
import type { Secret } from "../../offline/emulator/world/subscription";
import type { Journey } from "../support/journey";
import { lockHolders } from "./left-behind";

const entry = "partner-insights-contoso-client-secret";
const mark = /^partner-access\/dev\/\d+$/;

/** Credentials on our application that are not ours; the second only looks as if it were. */
export const foreignNames = ["added by hand", "partner-access/production/2"] as const;

export function applicationOf({ emulator }: Journey): Application {
  const ours = tenant(emulator, partnerTenant.id)
    .applications.all()
    .filter(({ properties }) => properties["displayName"] === "Partner Insights access (contoso)");
  const [application] = ours;
  if (application === undefined || ours.length > 1) throw new Error(`expected one application, got ${ours.length}`);
  return application;
}

/** What a consumer meets at this moment: reads the vault as one, and asks Entra for a token with what it read. */
export async function consumerProblems({ emulator }: Journey): Promise<readonly string[]> {
  const address = `https://${homeSubscription.vault}.${emulator.world.addresses.keyVaultSuffix}/secrets/${entry}?api-version=7.5`;
  const read = await emulator.call("GET", address, { as: "reader" });
  if (read.status !== 200) return [`a consumer's read of the vault is answered with ${read.status}`];
  const token = await emulator.requestToken({
    client_id: read.body.tags.clientId,
    client_secret: read.body.value,
    grant_type: "client_credentials",
    scope: `${emulator.origin}/.default`,
  });
  return token.status === 200 ? [] : [`the published secret is refused: ${token.body?.error_description}`];
}

/** What is wrong after a recovery; empty when all promises are kept. */
export async function problemsAfterRecovery(
  journey: Journey,
  upEnv: Record<string, string>,
): Promise<readonly string[]> {
  return [
    ...(await consumerProblems(journey)),
    ...credentialProblems(journey),
    ...lockHolders(journey).map((holder) => `a lock is left: ${holder}`),
    ...(await stateProblems(journey)),
    ...(await furtherUpProblems(journey, upEnv)),
  ];
}

function credentialProblems(journey: Journey): readonly string[] {
  const credentials = applicationOf(journey).passwordCredentials;
  const ours = credentials.filter(({ displayName }) => mark.test(displayName ?? ""));
  const published = publishedKeyIds(journey);
  const names = credentials.map(({ displayName }) => displayName);
  return [
    ...ours
      .filter(({ keyId }) => !published.has(keyId))
      .map(({ keyId, displayName }) => `an unpublished orphan is left: ${displayName} ${keyId}`),
    ...(ours.length > 2 ? [`${ours.length} credentials of ours are left`] : []),
    ...foreignNames.filter((name) => !names.includes(name)).map((name) => `the foreign credential "${name}" is gone`),
  ];
}

/** Every key id that a version of the entry names. */
function publishedKeyIds({ emulator }: Journey): ReadonlySet<string> {
  const secret: Secret | undefined = tenant(emulator, homeTenant.id).secrets.get(`${homeSubscription.vault}/${entry}`);
  const texts = secret?.versions.flatMap(({ tags }) => Object.values(tags)) ?? [];
  return new Set(texts.flatMap((text) => text.match(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g) ?? []));
}

/** The state can be read, its secrets can be decrypted, and it waits for nothing. */
async function stateProblems({ stacks }: Journey): Promise<readonly string[]> {
  try {
    const text = await stacks.run(["stack", "export", "--show-secrets", "--stack", "dev"]);
    const { deployment } = JSON.parse(text) as { deployment: { pending_operations?: unknown[]; resources: unknown[] } };
    const pending = deployment.pending_operations?.length ?? 0;
    return [
      ...(pending > 0 ? [`the state has ${pending} pending operations`] : []),
      ...(text.includes('"delete": true') ? ["the state still has something to delete"] : []),
    ];
  } catch (error) {
    return [`the state does not open: ${(error as Error).message}`];
  }
}

async function furtherUpProblems(journey: Journey, upEnv: Record<string, string>): Promise<readonly string[]> {
  const { result, writes } = await journey.during(() => journey.withEnv(upEnv).up("dev"));
  const errors = result.diagnostics.filter(({ severity }) => severity === "error").map(({ message }) => message);
  return [
    ...(result.ok ? [] : [`a further up fails: ${errors.join(" ")}`]),
    ...result.changes.map(({ operation, name }) => `a further up wants to ${operation} ${name}`),
    ...writes.map(({ method, path }) => `a further up writes: ${method} ${path}`),
  ];
}

function tenant({ world }: Journey["emulator"], id: string) {
  const found = world.tenants.get(id);
  if (found === undefined) throw new Error(`the emulator has no tenant ${id}`);
  return found;
}
