import { arm } from "./arm/service";
import type { TrustedIssuer } from "./entra/assertion";
import { cloudMetadata } from "./entra/cloud-metadata";
import { createEntra } from "./entra/service";
import type { Signer } from "./entra/signing";
import { graph } from "./graph/service";
import { createInsights } from "./insights/service";
import { partnerCenter } from "./partner-center/service";
import type { ServiceDefinition } from "./route";
import { vault } from "./vault/service";

/** Every emulated service in the order in which they are asked whether a request is theirs: by host first, then by path. */
export function createServices(signer: Signer, issuers: readonly TrustedIssuer[]): ServiceDefinition[] {
  return [vault, cloudMetadata, createEntra(signer, issuers), partnerCenter, createInsights(), graph, arm];
}
