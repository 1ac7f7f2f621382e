import type { Collection } from "./collection";
import type { TenantSettings } from "./tenant-settings";

/** How a user proved to be the user, and when: it goes from code to refresh token to the next one. */
export interface Session {
  readonly userId: string;
  /** Client id of the application that signed the user in. */
  readonly clientId: string;
  /** Methods, as `amr` of a token names them: `pwd`, `mfa`. */
  readonly methods: readonly string[];
  /** When the user last did something for it, by the emulator's clock. */
  readonly authenticatedAt: string;
  /** What was first asked for: used when a later request does not say. `resource` in v1, `scope` in v2. */
  readonly resource: string | null;
  readonly scope: string | null;
  /** Whether the client cannot keep a secret: such refresh tokens end with the user's password. */
  readonly isPublicClient: boolean;
}

/** A refresh token; its text is not kept, only its hash. */
export interface RefreshToken extends Session {
  /** Hash of the text. */
  readonly id: string;
  readonly issuedAt: string;
}

/** An authorization code; its text is not kept, only its hash. */
export interface AuthorizationCode extends Session {
  /** Hash of the text. */
  readonly id: string;
  readonly issuedAt: string;
  readonly isRedeemed: boolean;
  readonly redirectUri: string;
  readonly challenge: { readonly method: "S256" | "plain"; readonly value: string } | null;
  readonly nonce: string | null;
}

/** What an application sent a user to the sign-in page with. */
export interface AuthorizeRequest {
  readonly endpointVersion: 1 | 2;
  readonly clientId: string;
  readonly redirectUri: string;
  readonly responseMode: "query" | "fragment" | "form_post";
  readonly state: string | null;
  readonly nonce: string | null;
  readonly loginHint: string | null;
  readonly resource: string | null;
  readonly scope: string | null;
  readonly challenge: AuthorizationCode["challenge"];
  readonly wantsClientInfo: boolean;
}

/** A sign-in on another device that an application waits for; the application's code is not kept, only its hash. */
export interface DeviceSignIn {
  readonly userCode: string;
  readonly endpointVersion: 1 | 2;
  /** The tenant of the address that was asked; null for a shared one, where the user decides. */
  readonly tenantId: string | null;
  readonly clientId: string;
  readonly resource: string | null;
  readonly scope: string | null;
  readonly expiresAt: string;
  /** What the user has done so far; a finished sign-in names the user's tenant. */
  readonly outcome: "pending" | "declined" | { readonly tenantId: string; readonly session: Session };
}

/** A user on the way through the sign-in pages. */
export interface PendingSignIn {
  /** Random, in a hidden field of each page. */
  readonly id: string;
  readonly request: AuthorizeRequest;
  readonly startedAt: string;
  /** Whose password was right; null before. */
  readonly userId: string | null;
  /** Wrong one-time codes so far. */
  readonly wrongCodes: number;
  /** The user code of the device that waits; null when an application sent the user here. */
  readonly userCode: string | null;
}

/** What a tenant knows of its users' sign-ins. */
export interface UserSignIns {
  readonly settings: Collection<TenantSettings>;
  readonly refreshTokens: Collection<RefreshToken>;
  readonly authorizationCodes: Collection<AuthorizationCode>;
  readonly pendingSignIns: Collection<PendingSignIn>;
}
