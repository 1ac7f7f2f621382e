/** The national clouds that Entra, Graph and Partner Center run in. Only `public` is offered without `experimental: true`. */
type Cloud = "public" | "usgovernment" | "china";

/** Someone who may read a vault secret. `name` is for people; `id` is the object id in the vault's tenant. */
export interface Reader {
  readonly name: string;
  readonly id: string;
  readonly type: "ServicePrincipal" | "User" | "Group";
}

/** One permission as Entra knows it: the name people write, the id Entra stores. */
interface ResolvedPermission {
  readonly name: string;
  readonly id: string;
  readonly kind: "delegated" | "application";
}

/** What is requested of one API, and why. */
export interface ApiPermissions {
  readonly api: { readonly name: string; readonly clientId: string };
  readonly delegated: readonly ResolvedPermission[];
  readonly application: readonly ResolvedPermission[];
  readonly reason: string;
}

/** One partner tenant's stack, checked and complete: every default applied, every permission resolved. */
export interface StackConfiguration {
  readonly stack: string;
  readonly tenant: { readonly id: string; readonly domain: string; readonly alias: string; readonly cloud: Cloud };
  readonly application: {
    readonly displayName: string;
    /** Object ids. Undefined: the deployer of the first update, which the stack then remembers. */
    readonly owners: readonly string[] | undefined;
    /** Undefined without a reporting user: no user signs in, so no redirect is needed. */
    readonly redirectUri: string | undefined;
  };
  /** Sorted by the API's client id; the permissions in it by their id. */
  readonly permissions: readonly ApiPermissions[];
  readonly consent: { readonly kind: "user" } | { readonly kind: "tenant"; readonly reason: string };
  readonly reportingUser: { readonly userPrincipalName: string; readonly assignedBy: "admin" | "deployer" } | undefined;
  readonly vault: {
    readonly tenantId: string;
    readonly subscriptionId: string;
    /** The identity that writes it; undefined for a solo stack. */
    readonly clientId: string | undefined;
    readonly resourceGroup: string;
    readonly name: string;
    readonly location: string | undefined;
    readonly mode: "existing" | "create" | "recover";
    readonly prefix: string;
    readonly readers: readonly Reader[];
    readonly refreshTokenReaders: readonly Reader[];
  };
  readonly rotation: {
    readonly everyDays: number;
    readonly overlapDays: number;
    readonly lifetimeDays: number;
    readonly request: string | undefined;
    readonly compromised: boolean;
  };
  readonly migrate: string | undefined;
  /** Whether one person runs it with the Azure CLI's sign-in, and no pipeline does. */
  readonly solo: boolean;
}
