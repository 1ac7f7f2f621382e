import type { EmulatedTenant } from "../../clients/emulator-control";
import { commandLine, shellWord, stackInitLine } from "../../model/command-line";

/** One line for a shell, and what it does. */
export interface NextCommand {
  readonly does: string;
  readonly command: string;
}

/** Who signs in to the tenant; the secret of the shell is that of every tenant's deployer. */
export function signInVariables({ id, deployer }: EmulatedTenant): Readonly<Record<string, string>> {
  return { ARM_CLIENT_ID: deployer.clientId, ARM_TENANT_ID: id };
}

/** What a partner's tenant is deployed with: itself, its user, and the tenant that has the vault. */
export interface Newcomer {
  readonly name: string;
  readonly tenant: EmulatedTenant;
  readonly user: string;
  readonly home: EmulatedTenant & { readonly vault: NonNullable<EmulatedTenant["vault"]> };
  /** Whom the shell served before; undefined when there is no other partner. */
  readonly previous: EmulatedTenant | undefined;
}

/** From the stack's file to the first token, in order. */
export function nextCommands({ name, tenant, user, home, previous }: Newcomer): readonly NextCommand[] {
  const { subscriptionId, resourceGroup, name: vaultName } = home.vault;
  const answers = {
    "tenant-id": tenant.id,
    domain: tenant.domain,
    user,
    "assigned-by": "deployer",
    "vault-tenant-id": home.id,
    "subscription-id": subscriptionId,
    "vault-client-id": home.deployer.clientId,
    "resource-group": resourceGroup,
    "vault-name": vaultName,
  };
  const flags = Object.entries(answers).flatMap(([flag, value]) => [`--${flag}`, value]);
  return [
    { does: `sign in as the deployer of ${tenant.domain}`, command: exportLine(tenant) },
    { does: "write its stack file", command: commandLine("new", name, ...flags) },
    { does: "make a state for it", command: stackInitLine(name, undefined) },
    { does: "deploy it", command: commandLine("up", "-s", name, "--yes") },
    { does: "sign its user in: the page shows password and code", command: commandLine("sign-in", "-s", name) },
    { does: "check the sign-in, down to the first report", command: commandLine("verify", "-s", name) },
    { does: "get a token", command: commandLine("token", "-s", name, "--header") },
    { does: "see what is published", command: commandLine("status", "-s", name) },
    ...(previous === undefined ? [] : [{ does: `back to ${previous.domain}`, command: exportLine(previous) }]),
  ];
}

function exportLine(tenant: EmulatedTenant): string {
  const variables = Object.entries(signInVariables(tenant)).map(([name, value]) => `${name}=${shellWord(value)}`);
  return `export ${variables.join(" ")}`;
}
