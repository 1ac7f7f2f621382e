import type { StackConfiguration } from "./stack-configuration";

/** What a stack applied last, by its state: where it publishes, who reads there, and by which rule. */
export interface Applied {
  /** Without the identity that writes there, which a state keeps secret. */
  readonly vault: Omit<StackConfiguration["vault"], "clientId">;
  /** Undefined where the state was built anew and does not say it. */
  readonly rule: Pick<StackConfiguration["rotation"], "everyDays" | "overlapDays" | "lifetimeDays"> | undefined;
  readonly hasRefreshToken: boolean;
}

/**
 * The configuration with what was applied in place of what waits for its approval. Grants are left out: that is safe only where the engine
 * is told to touch nothing but slots and entry.
 */
export function asApplied(
  configuration: StackConfiguration,
  { vault, rule, hasRefreshToken }: Applied,
): StackConfiguration {
  return {
    ...configuration,
    permissions: [],
    consent: { kind: "tenant", reason: "no grant is declared" },
    reportingUser: hasRefreshToken ? { userPrincipalName: "", assignedBy: "admin" } : undefined,
    vault: { ...vault, clientId: configuration.vault.clientId },
    rotation: { ...configuration.rotation, ...rule },
    migrate: undefined,
  };
}
