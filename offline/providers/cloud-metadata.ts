import { z } from "zod";
import { isLoopbackAddress, refuseUnlessLoopback } from "./loopback";

/** Addresses of a cloud, as its metadata document tells them. */
export interface Cloud {
  readonly resourceManager: string;
  /** Base address of Microsoft Graph, and the audience of its tokens. */
  readonly graph: string;
  readonly login: string;
  /** Audience of Azure Resource Manager's tokens. */
  readonly resourceManagerAudience: string | undefined;
  /** Suffix of vault host names, without the leading dot; a port may follow. */
  readonly keyVaultSuffix: string | undefined;
}

const apiVersion = "2022-09-01";

/** What the real plugins need of the document; it holds more. */
const document = z.object({
  name: z.string().min(1),
  resourceManager: z.string().min(1),
  microsoftGraphResourceId: z.string().min(1),
  authentication: z.object({ loginEndpoint: z.string().min(1), audiences: z.array(z.string()).default([]) }),
  suffixes: z.object({ keyVaultDns: z.string().optional() }).default({}),
});

/**
 * Reads the metadata document of a host (`host:port` without scheme, as the real azuread takes it, or a URL) and refuses it when the host or
 * any address in it is not this machine.
 */
export async function readCloud(metadataHost: string | undefined, fetch: typeof globalThis.fetch): Promise<Cloud> {
  if (metadataHost === undefined || metadataHost === "") {
    throw new Error(
      "a stand-in provider speaks to an emulator on this machine only, and needs its address: set the provider's metadataHost or " +
        "ARM_METADATA_HOSTNAME, for example localhost:8443",
    );
  }
  const base = metadataHost.includes("://") ? metadataHost.replace(/\/+$/, "") : `https://${metadataHost}`;
  refuseUnlessLoopback("metadataHost", base);
  const url = `${base}/metadata/endpoints?api-version=${apiVersion}`;
  // Redirects are refused everywhere: they could lead away from this machine.
  const response = await fetch(url, { headers: { accept: "application/json" }, redirect: "error" });
  if (response.status !== 200)
    throw new Error(`the metadata document of ${base} was answered with status ${response.status}, not 200`);
  const parsed = document.safeParse(await response.json());
  if (!parsed.success)
    throw new Error(`the metadata document of ${base} is not usable: ${z.prettifyError(parsed.error)}`);
  const cloud = {
    resourceManager: trimmed(parsed.data.resourceManager),
    graph: trimmed(parsed.data.microsoftGraphResourceId),
    login: trimmed(parsed.data.authentication.loginEndpoint),
    resourceManagerAudience: parsed.data.authentication.audiences[0],
    keyVaultSuffix: parsed.data.suffixes.keyVaultDns?.replace(/^\./, ""),
  };
  refuseUnlessLoopback("resourceManager in the metadata document", cloud.resourceManager);
  refuseUnlessLoopback("microsoftGraphResourceId in the metadata document", cloud.graph);
  refuseUnlessLoopback("authentication.loginEndpoint in the metadata document", cloud.login);
  return cloud;
}

/**
 * Refuses a vault suffix whose hosts could be reached without the emulator: they must be this machine themselves, or be names that only a
 * proxy on this machine knows.
 */
export function refuseVaultSuffix(suffix: string, environment: Readonly<Record<string, string | undefined>>): void {
  if (isLoopbackAddress(suffix)) return;
  const proxy = environment["HTTPS_PROXY"] ?? environment["https_proxy"];
  if (proxy === undefined || environment["NODE_USE_ENV_PROXY"] !== "1") {
    throw new Error(
      `the vault suffix ${suffix} is not this machine: a stand-in provider reaches such vaults only through the emulator's proxy. ` +
        "Set HTTPS_PROXY and NODE_USE_ENV_PROXY=1 as the emulator prints them.",
    );
  }
  refuseUnlessLoopback("HTTPS_PROXY", proxy);
  const direct = (environment["NO_PROXY"] ?? environment["no_proxy"] ?? "")
    .split(",")
    .map((entry) => entry.trim().replace(/^\*?\./, ""));
  const bypassed = direct.find(
    (entry) => entry !== "" && (entry === "*" || suffix === entry || suffix.endsWith(`.${entry}`)),
  );
  if (bypassed !== undefined) {
    throw new Error(`NO_PROXY holds ${bypassed}, so vaults under ${suffix} would be called directly: take it out`);
  }
}

function trimmed(address: string): string {
  return address.replace(/\/+$/, "");
}
