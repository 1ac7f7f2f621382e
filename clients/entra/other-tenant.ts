import { isGuid } from "../../model/guid";
import { SignInSettingsError } from "./arm-environment";

type Environment = Readonly<Record<string, string | undefined>>;

/** Why an identity of another tenant is of no use here, and both variables that choose it. */
export function otherTenantSentence(signedIn: string, wanted: string): string {
  return (
    `the identity is of ${signedIn}, and the partner tenant is ${wanted}: ` +
    "set ARM_CLIENT_ID to an identity of that tenant, and ARM_TENANT_ID to its id"
  );
}

/** The variables name a tenant, and it is another one: no request has to show that. */
export function refuseOtherTenant(env: Environment, tenantId: string): void {
  const named = env["ARM_TENANT_ID"]?.trim();
  if (!named || named.toLowerCase() === tenantId.toLowerCase()) return;
  throw new SignInSettingsError([otherTenantSentence(`tenant ${named}`, tenantId)]);
}

/** Entra knows no application of this client id in the tenant; any other failure stays as it is. */
export function tellOtherTenant(error: unknown, tenantId: string): unknown {
  const said = unknownClientWords((error as Error).message ?? "");
  return said === undefined ? error : new SignInSettingsError([unknownClientSentence(said, tenantId)]);
}

export function unknownClientSentence(said: string, tenantId: string): string {
  const sentence = otherTenantSentence(`another tenant (${said})`, tenantId);
  return `${sentence}. If Entra does not know an identity of that tenant, it is new (which takes minutes) or was deleted`;
}

/**
 * The parts of Entra's message for an unknown application (AADSTS700016): its client id and the request's correlation id; undefined for any
 * other message. A malformed client id may be a misplaced secret, so it is not repeated.
 */
export function unknownClientWords(message: string): string | undefined {
  if (!/\bAADSTS700016\b/.test(message)) return undefined;
  const client = /Application with identifier '([^']*)'/.exec(message)?.[1] ?? "";
  const correlation = /Correlation ID: ([0-9a-f-]{36})/i.exec(message)?.[1];
  return [
    "AADSTS700016",
    isGuid(client) ? `client id ${client}` : "a client id that is no GUID",
    ...(correlation === undefined ? [] : [`correlation id ${correlation}`]),
  ].join(", ");
}
