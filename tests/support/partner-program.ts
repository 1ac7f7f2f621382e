import * as pulumi from "@pulumi/pulumi";
import type { SecretToProve } from "../../components/partner-access/dependencies";
import type { ProgramInput } from "../../components/stack-program/read-program";
import type { StackConfiguration } from "../../configuration/stack-configuration";
import { type Day, day } from "../../model/day";
import { azureOutputs, guidOf } from "./azure-answers";
import { type Deployed, type DeployOptions, deploy } from "./deploy";

export const PARTNER_CENTER = "fa3d9a0c-3fb0-42cc-9193-47c7ecd2edbd";
export const GRAPH = "00000003-0000-0000-c000-000000000000";
export const CLIENT_SECRET_ENTRY = "partner-insights-contoso-client-secret";

/** The configuration of the emulated partner, as `configuration/read-stack.ts` hands it over. */
export const configuration: StackConfiguration = {
  stack: "dev",
  tenant: { id: "11111111-1111-4111-8111-111111111111", domain: "contoso.example", alias: "contoso", cloud: "public" },
  application: {
    displayName: "Partner Insights access (contoso)",
    owners: undefined,
    redirectUri: "http://localhost:8400/",
  },
  permissions: [
    {
      api: { name: "Microsoft Graph", clientId: GRAPH },
      delegated: [{ name: "openid", id: "37f7f235-527c-4136-accd-4a02d197296e", kind: "delegated" }],
      application: [],
      reason: "sign-in",
    },
    {
      api: { name: "Microsoft Partner Center", clientId: PARTNER_CENTER },
      delegated: [{ name: "user_impersonation", id: "1cebfa2a-fb4d-419e-b5f9-839b4383e05a", kind: "delegated" }],
      application: [],
      reason: "reports",
    },
  ],
  consent: { kind: "user" },
  reportingUser: { userPrincipalName: "reports@contoso.example", assignedBy: "deployer" },
  vault: {
    tenantId: "22222222-2222-4222-8222-222222222222",
    subscriptionId: "33333333-3333-4333-8333-333333333333",
    clientId: "c0ffee00-0000-4000-8000-00000000d002",
    resourceGroup: "partner-insights",
    name: "fabrikam-partner-access",
    location: undefined,
    mode: "existing",
    prefix: "partner-insights-contoso-",
    readers: [{ name: "report-builder", id: guidOf("reader"), type: "ServicePrincipal" }],
    refreshTokenReaders: [],
  },
  rotation: { everyDays: 90, overlapDays: 7, lifetimeDays: 180, request: undefined, compromised: false },
  migrate: undefined,
  solo: false,
};

/** What lies outside of one run: the directory, the vault, the day, and what earlier runs remembered. */
export interface CommandContext {
  readonly configuration?: StackConfiguration;
  readonly today?: Day;
  readonly rollback?: string;
  /** Entries of the vault: name to tags. */
  readonly vault?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly vaultFails?: string;
  readonly isRbacVault?: boolean;
  /** Client ids whose principal is in the tenant; Graph always is. */
  readonly present?: readonly string[];
  readonly disabled?: readonly string[];
  /** The identity may not read the directory. */
  readonly isDenied?: boolean;
  readonly caller?: string;
  readonly signInProblems?: readonly string[];
  readonly memory?: DeployOptions["memory"];
  readonly isPreview?: boolean;
  /** Answers to provider functions in place of those that follow from the rest. */
  readonly calls?: DeployOptions["calls"];
  /** What the program takes from outside, in place of what follows from the rest. */
  readonly outside?: (usual: ProgramInput) => ProgramInput | Promise<ProgramInput>;
  /** Another program than this checkout's. */
  readonly program?: Program;
}

type Program = (read: () => Promise<ProgramInput>) => Promise<Record<string, unknown>>;

export interface Run extends Deployed<Awaited<ReturnType<Program>>> {
  /** The tags that the client secret's entry was written with. */
  readonly tags: Readonly<Record<string, string>>;
  readonly logged: readonly string[];
  readonly proven: readonly SecretToProve[];
}

// Required, not imported: it exports the program itself, the way Pulumi wants it.
export const index: Program = require("../../index");

/** Runs `index.ts` under mocks. */
export async function runProgram(context: CommandContext = {}): Promise<Run> {
  const logged: string[] = [];
  const proven: SecretToProve[] = [];
  const info = jest.spyOn(pulumi.log, "info").mockImplementation(async (message) => void logged.push(message));
  try {
    const { outside = (usual) => usual, program = index } = context;
    const run = await deploy(() => program(async () => outside(outsideOf(context, proven))), {
      calls: callsOf(context),
      outputs: azureOutputs,
      memory: context.memory ?? new Map(),
      isPreview: context.isPreview ?? false,
    });
    const tags = run.resource("partner-client-secret").inputs["tags"] as Record<string, string>;
    return { ...run, tags, logged, proven };
  } finally {
    info.mockRestore();
  }
}

function outsideOf(context: CommandContext, proven: SecretToProve[]): ProgramInput {
  return {
    configuration: context.configuration ?? configuration,
    dependencies: {
      today: context.today ?? day("2026-01-02"),
      rollback: context.rollback,
      readEndpoints: async () => ({
        authority: "https://login.example",
        graph: "https://graph.example",
        resourceManager: "https://management.example",
        keyVaultSuffix: "vault.example",
      }),
      signInProblems: async () => context.signInProblems ?? [],
      prove: async (secret) => void proven.push(secret),
      readSecretPolicies: async () => ({
        tenantDefault: { id: "default", name: "default", isEnabled: false, restrictions: [] },
        own: undefined,
        applicationCreatedAt: undefined,
      }),
      readDeletedEntry: async () => undefined,
    },
  };
}

/** Answers to the functions of the providers. */
export function callsOf(context: CommandContext): NonNullable<DeployOptions["calls"]> {
  const { vault = {}, vaultFails, present = [], disabled = [], isDenied, caller = "deployer" } = context;
  const denied = () => {
    throw new Error("unexpected status 403 (403 Forbidden) with error: Authorization_RequestDenied: no");
  };
  return {
    "azure-native:keyvault:getSecret": ({ secretName }) => {
      if (vaultFails) throw new Error(vaultFails);
      const tags = vault[String(secretName)];
      if (!tags) throw new Error('Status=404 Code="SecretNotFound" Message="A secret was not found"');
      return { tags, properties: {} };
    },
    "azure-native:keyvault:getVault": () => ({
      properties: { enableRbacAuthorization: context.isRbacVault ?? true },
    }),
    "azure-native:authorization:getClientConfig": () => ({ objectId: `${caller} of the vault` }),
    "azuread:index/getClientConfig:getClientConfig": () => ({ objectId: caller }),
    "azuread:index/getServicePrincipals:getServicePrincipals": ({ clientIds }) => {
      if (isDenied) return denied();
      const ids = (clientIds as string[]).filter((id) => id === GRAPH || present.includes(id));
      return {
        servicePrincipals: ids.map((clientId) => ({
          clientId,
          objectId: guidOf(`principal ${clientId}`),
          accountEnabled: !disabled.includes(clientId),
        })),
      };
    },
    "azuread:index/getUser:getUser": ({ userPrincipalName }) =>
      isDenied ? denied() : { objectId: guidOf(String(userPrincipalName)) },
    ...context.calls,
  };
}
