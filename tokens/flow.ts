/** How a token is asked for. */
export type TokenFlow = "refresh-token" | "password" | "app-only";

/** Every flow, the one that works with MFA first. */
export const tokenFlows: readonly TokenFlow[] = ["refresh-token", "password", "app-only"];

/** Whether a text names a flow. */
export function isTokenFlow(text: string): text is TokenFlow {
  return tokenFlows.some((flow) => flow === text);
}

/** The audience of Partner Center and of Insights; one of the names of the same principal in every cloud that has it. */
export const PARTNER_AUDIENCE = "https://api.partnercenter.microsoft.com";

/**
 * The scope of Entra's v2 endpoint. With a user: the one delegated permission there is, and a refresh token; without one, or for another
 * resource, what was granted.
 */
export function scopeOf(flow: TokenFlow, resource: string): string {
  if (flow === "app-only") return `${resource}/.default`;
  const permission = resource === PARTNER_AUDIENCE ? "user_impersonation" : ".default";
  return `${resource}/${permission} offline_access openid profile`;
}
