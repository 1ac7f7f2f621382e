import type { z } from "zod";
import type { Tenant, World } from "../world/world";
import type { HttpRequest, RenderedResponse } from "./http-message";

export type Service = "metadata" | "entra" | "graph" | "arm" | "vault" | "partner-center" | "insights";

/** Who calls, from a token this emulator signed; already checked for signature, lifetime, audience and tenant. */
export interface Caller {
  readonly tenant: Tenant;
  /** Object id of the service principal or user (`oid`). */
  readonly objectId: string;
  /** Client id of the application that got the token (`appid`/`azp`). */
  readonly clientId: string;
  /** Application permissions (`roles`), empty in a delegated token. */
  readonly roles: readonly string[];
  /** Delegated permissions (`scp`), empty in an app-only token. */
  readonly scopes: readonly string[];
  readonly isAppOnly: boolean;
  /** How the user signed in (`amr`: `pwd`, `mfa`); left out in an app-only token. */
  readonly methods?: readonly string[];
}

/** For the journal: ids claimed by a request that does not authenticate with a token. */
export interface ClaimedCaller {
  readonly clientId: string | null;
  readonly tenantId: string | null;
}

/** What is wrong with a bearer token, for services that word each case differently. */
export type TokenProblem =
  | "missing"
  | "malformed"
  | "signature"
  | "expired"
  | "not-yet-valid"
  | "audience"
  | "issuer"
  /** The principal was deleted or disabled after the token was issued. */
  | "identity";

export interface RouteRequest<Body = unknown> {
  readonly world: World;
  /** Named parts of the path (`:name`), percent-decoded. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Query options by name; only those the route lists can be here. */
  readonly query: Readonly<Record<string, string>>;
  /** Lower-case header names. */
  readonly headers: Readonly<Record<string, string>>;
  /** Parsed and checked by the route's `body` schema; undefined without one. */
  readonly body: Body;
  /** Host of the request without port, for example `contoso-vault.vault.emulator.test`. */
  readonly host: string;
  /** Present unless the route is `anonymous`. */
  readonly caller: Caller;
  /** Sends one call of a `$batch`. It is processed and recorded as if it had arrived alone. */
  readonly send: (part: HttpRequest) => Promise<RenderedResponse>;
}

export interface RouteResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON; left out for an empty response. A string is sent unchanged, with the content type from the headers. */
  readonly body?: unknown;
}

/**
 * One method and path that a service answers. Everything else is refused: an unknown path, a query option that `query` does not list, a
 * body field that the strict `body` schema does not know. So the emulator never silently ignores what the real service would act on.
 */
export interface Route {
  readonly method: "GET" | "POST" | "PATCH" | "PUT" | "DELETE" | "HEAD";
  /** `/v1.0/applications/:objectId`; a segment such as `applications(appId=':clientId')` may hold a parameter too; `*name` takes the rest. */
  readonly path: string;
  /** Allowed query options. Left out: none. `api-version` must be listed with its allowed values in `apiVersions`. */
  readonly query?: readonly string[];
  /** Values accepted for `api-version`; any other is the service's own "unsupported version" error. */
  readonly apiVersions?: readonly string[];
  /** Preferences (`Prefer`) that change what the call does. Left out: none; any other is refused. */
  readonly preferences?: readonly string[];
  /** Strict schema of a JSON (or form) body. Left out: a body is refused. */
  readonly body?: z.ZodType;
  /** True: it consists of other calls, each of which waits for its own turn. */
  readonly isComposite?: boolean;
  /** True: no token needed (metadata, sign-in). */
  readonly anonymous?: boolean;
  handle(request: RouteRequest): RouteResponse | Promise<RouteResponse>;
}

/** A route that takes a body: its handler receives what its schema reads, in the schema's own type. */
export function routeWithBody<Schema extends z.ZodType>(
  route: Omit<Route, "body" | "handle"> & {
    readonly body: Schema;
    handle(request: RouteRequest<z.infer<Schema>>): RouteResponse | Promise<RouteResponse>;
  },
): Route {
  return route;
}

/** What an error message may say about the call. */
export interface FailedCall {
  /** Host of the request without port. */
  readonly host: string;
  /** The ids of this call, from its headers. */
  readonly trace: Readonly<Record<string, string>>;
}

/** What a service looks like to the server: its routes, how it recognises its requests, how it words an error. */
export interface ServiceDefinition {
  readonly service: Service;
  readonly routes: readonly Route[];
  /** Whether a request belongs to this service, asked in a fixed order, by host (without port) and path. */
  matches(host: string, path: string): boolean;
  /**
   * True: the fixed parts of this service's paths, and its query option names, match in any case (ARM and Key Vault: `/resourcegroups` is
   * `/resourceGroups`). Named parts keep the case they came in. Left out: exact.
   */
  readonly ignoresPathCase?: boolean;
  /** The one spelling of a path that may be written in several ways (`//`, an alias). Left out: a path has one. */
  readPath?(path: string): string;
  /**
   * Whether a text can stand where a path names an object. What cannot (`$count`, a function, a cast) is an unknown call, never an object
   * that does not exist. Left out: any text can, unless
   * it begins with `$`.
   */
  isKey?(parameter: string, text: string): boolean;
  /** True: bodies are forms, as a browser sends them (sign-in). Left out: JSON, and nothing else. */
  readonly takesForms?: boolean;
  /** Who a request without a bearer token claims to be, for the journal only (sign-in: the form's client id). */
  claimedCaller?(request: Pick<RouteRequest<unknown>, "world" | "parameters" | "headers" | "body">): ClaimedCaller;
  /** Audiences (`aud`) this service accepts, lower case and without a trailing slash. Left out: the service takes no tokens. */
  audiences?(world: World): readonly string[];
  /** Ids that every answer of this service carries in its headers, some of them as the request sent them. */
  trace?(headers: Readonly<Record<string, string>>, world: World): Record<string, string>;
  /** The service's own JSON error shape with the headers it sends (for example the vault's `WWW-Authenticate` on 401). */
  renderError(error: ServiceError, world: World, call: FailedCall): RouteResponse;
}

/**
 * A refusal in the service's own words. `kind` marks the server's own refusals, which the log and the journal name:
 * an unknown path, query option, body field or preference, or a missing or wrong token.
 */
export class ServiceError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly detail: {
      readonly kind?: "unknown-path" | "unknown-query" | "unknown-field" | "unknown-header" | "unauthenticated";
      /** With kind `unauthenticated`: what is wrong with the token. */
      readonly reason?: TokenProblem;
      /** With reason `audience`: the one the token has. */
      readonly audience?: string;
      /** Further fields of the service's error object, in its own shape. */
      readonly fields?: Readonly<Record<string, unknown>>;
      readonly headers?: Readonly<Record<string, string>>;
    } = {},
  ) {
    super(message);
  }
}
