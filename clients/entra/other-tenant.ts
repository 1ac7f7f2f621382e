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

/** Entra knows no application of this client id in the tenant (AADSTS700016); any other failure stays as it is. */
export function tellOtherTenant(error: unknown, env: Environment, tenantId: string): unknown {
  if (!/\bAADSTS700016\b/.test((error as Error).message ?? "")) return error;
  const client = env["ARM_CLIENT_ID"] ?? "that signs in";
  return new SignInSettingsError([
    `${otherTenantSentence(`another tenant (AADSTS700016, client id ${client})`, tenantId)}`,
  ]);
}
