/** What stands when a stack file does not say otherwise. `Pulumi.yaml` repeats the permissions, and a test compares. */
export const defaultPermissions = [
  {
    api: "Microsoft Partner Center",
    delegated: ["user_impersonation"],
    reason: "The Partner Insights reports are read as the reporting user.",
  },
  {
    api: "Microsoft Graph",
    delegated: ["openid", "profile", "offline_access"],
    // Where assignment is required, users cannot consent for themselves: what a sign-in needs must be granted too.
    reason: "The reporting user signs in once, and the sign-in lasts.",
  },
] as const;

/** Where the sign-in command listens. Entra compares texts, so the slash at the end counts. */
export const defaultRedirectUri = "http://localhost:8400/";

/** The application's name in the partner tenant. */
export function defaultDisplayName(alias: string): string {
  return `Partner Insights access (${alias})`;
}

/** What the names of a tenant's vault entries begin with. */
export function defaultPrefix(alias: string): string {
  return `partner-insights-${alias}-`;
}
