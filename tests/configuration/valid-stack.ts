import { type ConfigurationInput, readConfiguration } from "../../configuration/read-configuration";
import { type ConfigurationValues, usualProjectName } from "../../configuration/values";

export const partnerTenantId = "11111111-1111-4111-8111-111111111111";
export const readerId = "c0ffee00-0000-4000-8000-000000000005";
export const renewerId = "c0ffee00-0000-4000-8000-000000000006";

/** A principal that no policy of a test allows anything. */
export const stranger = "c0ffee00-0000-4000-8000-0000000000ff";

/** A reader of secrets, as a stack file names one. */
export const reader = (id: string) => ({ name: "builder", id, type: "ServicePrincipal" });

/** The keys of a stack file as plain values. */
export type PlainSections = Readonly<Record<string, unknown>>;

/** The smallest stack that is right. Tests change one thing in it. */
export const validSections = {
  tenant: { id: partnerTenantId, domain: "contoso.example", alias: "contoso" },
  reportingUser: { userPrincipalName: "reports@contoso.example" },
  vault: {
    subscriptionId: "33333333-3333-4333-8333-333333333333",
    clientId: "c0ffee00-0000-4000-8000-00000000d002",
    resourceGroup: "partner-insights",
    name: "fabrikam-partner-access",
  },
} as const;

/** A policy that allows one reader, one renewer and one application permission. */
export const policyText = `
permissions:
  - api: Microsoft Graph
    kind: application
    permission: PartnerBilling.Read.All
    reason: Finance builds its invoice report from it.
readers:
  - principalId: ${readerId}
    name: report-builder
    reason: It builds the reports.
  - principalId: ${renewerId}
    mayReadRefreshTokens: true
    reason: It renews the sign-in.
`;

/** Plain values as the engine hands them over: full keys, scalars as texts, the rest as JSON. */
export function engineValues(sections: PlainSections): ConfigurationValues {
  return Object.fromEntries(
    Object.entries(sections).map(([key, value]) => [
      key.includes(":") ? key : `${usualProjectName}:${key}`,
      typeof value === "object" && value !== null ? JSON.stringify(value) : String(value ?? ""),
    ]),
  );
}

/** Reads sections as the stack `contoso` of a project without other stacks. */
export function read(sections: PlainSections, input: Partial<ConfigurationInput> = {}) {
  return readConfiguration({
    stack: "contoso",
    namespace: usualProjectName,
    values: engineValues(sections),
    entryWriters: new Map(),
    policyText,
    ...input,
  });
}

/** The problems of the valid stack with some sections replaced; a section set to undefined is left out. */
export function problemsWith(changes: PlainSections, input: Partial<ConfigurationInput> = {}) {
  const sections = Object.fromEntries(
    Object.entries({ ...validSections, ...changes }).filter(([, value]) => value !== undefined),
  );
  return read(sections, input).problems;
}

// Written in pieces, so that no file of this repository holds a text that a secret scanner would report.
const noise = "k3Vq9ZrT1mXb8LwYc5NsHd2JgPf7RtEa4Ku6";

/** Invented secrets of every shape that is recognised, by what an error calls them. */
export const inventedSecrets = {
  "an Entra client secret": `ab~8${"Q~"}${noise.slice(0, 34)}`,
  "a token": `${"ey"}J0eXAiOiJKV1Qi.${"ey"}JzdWIiOiJ0ZXN0In0.${noise}`,
  "a refresh token": `${"0."}AXEA${noise}${noise}`,
  "a private key": `-----BEGIN ${"PRIVATE"} KEY-----`,
  "a random secret": noise,
} as const;
