import type { Clock, Lag } from "./clock";
import type { Directory } from "./directory";
import type { InsightsStore } from "./insights-store";
import type { Subscriptions } from "./subscription";
import type { DeviceSignIn, UserSignIns } from "./user-sign-ins";

/** One Entra tenant with its directory and, where it has any, its Azure subscriptions. */
export interface Tenant extends Directory, Subscriptions, UserSignIns, InsightsStore {
  readonly id: string;
  readonly domain: string;
  readonly displayName: string;
  readonly role: "partner" | "home";
}

/** Addresses that answers must carry; set once the port is known. */
export interface Addresses {
  /** `https://localhost:PORT`, no trailing slash: metadata, sign-in, Graph, ARM, Partner Center. */
  readonly origin: string;
  /** Vault host names are `<vault>.<suffix>`, without scheme or port, reached through the CONNECT port. */
  readonly keyVaultSuffix: string;
}

/** Everything the emulated Microsoft knows. Routes read and write it; only the server and its control routes replace parts of it. */
export interface World {
  readonly clock: Clock;
  readonly lag: Lag;
  readonly addresses: Addresses;
  readonly tenants: ReadonlyMap<string, Tenant>;
  /** Sign-ins on another device by the hash of the application's code: at a shared address no tenant is known yet. */
  readonly deviceSignIns: Map<string, DeviceSignIn>;
}
