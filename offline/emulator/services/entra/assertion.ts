import type { JSONWebKeySet, JWTHeaderParameters, JWTPayload } from "jose";
import type { World } from "../../world/world";

/** A JWT with which a client authenticates. */
export interface Assertion {
  readonly text: string;
  readonly header: JWTHeaderParameters;
  readonly payload: JWTPayload;
}

/** An issuer whose keys the emulator can read: only its own, because it calls nothing beyond loopback. */
export interface TrustedIssuer {
  readonly issuer: string;
  keys(): JSONWebKeySet;
}

export interface AssertionContext {
  readonly world: World;
  readonly tenantId: string;
  readonly tenantDomain: string;
  readonly issuers: readonly TrustedIssuer[];
}

/**
 * Assertions are made by clients, whose clock is the machine's even while the emulator's has been moved, and by the emulator's own issuer, which
 * follows the emulator's: within its time range by either of them is enough.
 */
export function isWithinTime(world: World, { nbf, exp }: JWTPayload, skewSeconds = 300): boolean {
  return [world.clock.now().getTime(), Date.now()].some((milliseconds) => {
    const now = milliseconds / 1000;
    return (nbf === undefined || now >= nbf - skewSeconds) && exp !== undefined && now < exp + skewSeconds;
  });
}
