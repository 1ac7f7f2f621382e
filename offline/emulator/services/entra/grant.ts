import type { RouteResponse } from "../../http/route";
import type { Tenant, World } from "../../world/world";
import type { TrustedIssuer } from "./assertion";
import { entraError } from "./errors";
import type { Signer } from "./signing";

/** A token request's form, by parameter name. */
export type TokenForm = Readonly<Record<string, string | undefined>>;

/** What a grant needs to process a token request. */
export interface GrantContext {
  readonly world: World;
  readonly tenant: Tenant;
  /** The endpoint: `/oauth2/token` (1) or `/oauth2/v2.0/token` (2). */
  readonly endpointVersion: 1 | 2;
  readonly form: TokenForm;
  /** Client id and secret of an `Authorization: Basic` header, if any. */
  readonly basic: { readonly clientId: string; readonly secret: string } | undefined;
  readonly signer: Signer;
  readonly issuers: readonly TrustedIssuer[];
}

/** One `grant_type`; each has its own file. */
export interface Grant {
  readonly type: string;
  answer(context: GrantContext): Promise<RouteResponse>;
}

/** A form parameter that must be there. */
export function requireParameter(form: TokenForm, name: string): string {
  const value = form[name];
  if (value === undefined || value === "") {
    throw entraError(900144, "invalid_request", `The request body must contain the following parameter: '${name}'.`);
  }
  return value;
}
