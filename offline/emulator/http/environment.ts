import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rootCertificates } from "node:tls";
import { homeSubscription, homeTenant, partnerTenant } from "../seed/constants";

/** Files that clients need in order to trust the emulator; removed when it stops. */
export interface TrustFiles {
  /** The emulator's certificate authority alone. */
  readonly caFile: string;
  /** The system's roots and ours, for clients that know one file only. */
  readonly bundleFile: string;
  /** A folder for the Azure CLI's own files, so that this cloud and its sign-ins never mix with real ones. */
  readonly azureCliFolder: string;
  remove(): Promise<void>;
}

/** Where systems keep their roots: Debian, Red Hat, SUSE, Alpine and macOS. */
const systemBundles = [
  "/etc/ssl/certs/ca-certificates.crt",
  "/etc/pki/tls/certs/ca-bundle.crt",
  "/etc/ssl/ca-bundle.pem",
  "/etc/ssl/cert.pem",
];

export async function writeTrustFiles(authority: string): Promise<TrustFiles> {
  const folder = await mkdtemp(join(tmpdir(), "partner-access-ca-"));
  const caFile = join(folder, "ca.pem");
  const bundleFile = join(folder, "bundle.pem");
  await writeFile(caFile, authority);
  await writeFile(bundleFile, `${(await systemRoots()).trimEnd()}\n${authority}`);
  const azureCliFolder = join(folder, "azure-cli");
  return { caFile, bundleFile, azureCliFolder, remove: () => rm(folder, { recursive: true, force: true }) };
}

async function systemRoots(): Promise<string> {
  for (const path of systemBundles) {
    try {
      return await readFile(path, "utf8");
    } catch {
      // Another system's path.
    }
  }
  return rootCertificates.join("\n");
}

export interface EnvironmentFacts {
  readonly origin: string;
  readonly proxy: string;
  readonly trust: Omit<TrustFiles, "remove">;
  readonly deployerSecret: string;
  readonly pipelineToken: string;
}

/** The environment in which Pulumi, the providers, the commands and other clients reach this emulator and nothing else. */
export function clientEnvironment(facts: EnvironmentFacts): Record<string, string> {
  const { origin, proxy, trust, deployerSecret, pipelineToken } = facts;
  return {
    ARM_CLIENT_ID: partnerTenant.deployer.clientId,
    ARM_CLIENT_SECRET: deployerSecret,
    ARM_TENANT_ID: partnerTenant.id,
    ARM_SUBSCRIPTION_ID: homeSubscription.id,
    ARM_METADATA_HOSTNAME: new URL(origin).host,
    // Used with ARM_USE_OIDC; otherwise the secret is used.
    ARM_OIDC_TOKEN: pipelineToken,
    AZURE_CLIENT_ID: homeTenant.deployer.clientId,
    AZURE_CLIENT_SECRET: deployerSecret,
    AZURE_TENANT_ID: homeTenant.id,
    AZURE_AUTHORITY_HOST: origin,
    SSL_CERT_FILE: trust.bundleFile,
    // The same for Python (Azure CLI) and curl, which read their own names first.
    REQUESTS_CA_BUNDLE: trust.bundleFile,
    CURL_CA_BUNDLE: trust.bundleFile,
    NODE_EXTRA_CA_CERTS: trust.caFile,
    // The Azure CLI reads its clouds from here. It still signs in at Microsoft's own host name, which the proxy routes to the emulator.
    ARM_CLOUD_METADATA_URL: `${origin}/metadata/endpoints?api-version=2019-05-01`,
    AZURE_CONFIG_DIR: trust.azureCliFolder,
    HTTPS_PROXY: proxy,
    NODE_USE_ENV_PROXY: "1",
    NO_PROXY: "localhost,127.0.0.1",
    PARTNER_ACCESS_PARTNER_CENTER: origin,
  };
}
