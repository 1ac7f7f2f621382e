import type { TrustedIssuer } from "../services/entra/assertion";
import { cloudMetadata } from "../services/entra/cloud-metadata";
import { createEntra } from "../services/entra/service";
import type { Signer } from "../services/entra/signing";
import { graph } from "../services/graph/service";
import { createInsights } from "../services/insights/service";
import { vault } from "../services/key-vault/service";
import { partnerCenter } from "../services/partner-center/service";
import { arm } from "../services/resource-manager/service";
import type { ServiceDefinition } from "./route";

/** Every emulated service, in the order in which a request is matched: by host first, then by path. */
export function createServices(signer: Signer, issuers: readonly TrustedIssuer[]): ServiceDefinition[] {
  return [vault, cloudMetadata, createEntra(signer, issuers), partnerCenter, createInsights(), graph, arm];
}
