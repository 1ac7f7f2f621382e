import type { CatalogApi } from "../permissions/catalog";
import { applicationProblems, tenantProblems } from "./application-rules";
import { readCatalogFile } from "./catalog-file";
import { defaultDisplayName, defaultPrefix, defaultRedirectUri } from "./defaults";
import { type Drafts, isEmpty, readDrafts } from "./drafts";
import { consentProblems, readPermissions } from "./permission-rules";
import { readPolicyFile } from "./policy-file";
import type { Problem } from "./problem";
import { rememberLast } from "./remember-last";
import { rotationProblems } from "./rotation-rules";
import { sectionSchemas } from "./schemas";
import { masked } from "./show-value";
import { soloProblems } from "./solo-rules";
import type { ApiPermissions, StackConfiguration } from "./stack-configuration";
import { type ConfigurationValues, pastedSecrets, readSections } from "./values";
import { type EntryWriters, sharedEntryProblems, vaultProblems } from "./vault-rules";

/** Everything the checks look at. */
export interface ConfigurationInput {
  readonly stack: string;
  readonly values: ConfigurationValues;
  /** Who writes which vault entries in this project; a stack that cannot be read is left out, its own run reports it. */
  readonly entryWriters: EntryWriters;
  /** The text of access-policy.yaml; undefined without one. */
  readonly policyText: string | undefined;
  /** The name of the project, with which every key of ours begins. */
  readonly namespace: string;
  /** Full keys that are encrypted in the stack file: what they hold is never shown. */
  readonly encryptedKeys?: readonly string[];
  /** The text of api-catalog.yaml; undefined without one. */
  readonly catalogText?: string | undefined;
  /** The APIs that may be named. Left out: the catalog, and what its file adds. */
  readonly apis?: readonly CatalogApi[];
}

/** A complete configuration, or every reason why there is none. */
export type ConfigurationReading =
  | { readonly configuration: StackConfiguration; readonly problems: readonly [] }
  | { readonly configuration: undefined; readonly problems: readonly Problem[] };

// The same files for every stack of a project.
const readCatalog = rememberLast(readCatalogFile);
const readPolicy = rememberLast((text: string | undefined, apis: readonly CatalogApi[]) => readPolicyFile(text, apis));

/** Reads and checks a stack's configuration. Touches nothing, and never throws for what a person may have written. */
export function readConfiguration(input: ConfigurationInput): ConfigurationReading {
  const added = readCatalog(input.catalogText);
  const apis = input.apis ?? added.apis;
  const sections = readSections(input.values, input.namespace);
  const { drafts, problems: badValues } = readDrafts(sections.values);
  const { policy, problems: badPolicy } = readPolicy(input.policyText, apis);
  // Written, even if badly: then the missing user is not the problem.
  const hasReportingUser = !isEmpty(sections.values.reportingUser);
  const { permissions, problems: badPermissions } = readPermissions(drafts, policy, apis);

  const problems = [
    ...sections.problems,
    ...badValues,
    ...tenantProblems(drafts),
    ...applicationProblems(drafts, hasReportingUser),
    ...badPermissions,
    ...consentProblems(drafts, hasReportingUser),
    ...vaultProblems(drafts, policy, hasReportingUser),
    ...soloProblems(drafts, sections.values),
    ...rotationProblems(drafts),
    ...sharedEntryProblems(input.stack, drafts, input.entryWriters),
    ...pastedSecrets(input.values, input.namespace),
    ...badPolicy,
    ...added.problems,
  ];
  if (problems.length > 0) {
    return { configuration: undefined, problems: problems.map(hiding(input.encryptedKeys ?? [])) };
  }
  return { configuration: complete(input.stack, drafts, permissions), problems: [] };
}

/** Hides what was received under an encrypted key: a program sees it decrypted. */
function hiding(encryptedKeys: readonly string[]): (problem: Problem) => Problem {
  const sections = encryptedKeys.map((key) => key.slice(key.lastIndexOf(":") + 1));
  return (problem) => {
    const [section = ""] = problem.path.split(/[.[]/, 1);
    return sections.includes(section) && problem.received !== undefined ? { ...problem, received: masked } : problem;
  };
}

/** Drafts without problems are complete; parsing them again proves it to the compiler. */
function complete(stack: string, drafts: Drafts, permissions: readonly ApiPermissions[]): StackConfiguration {
  const { id, domain, alias, cloud } = sectionSchemas.tenant.parse(drafts.tenant);
  const application = sectionSchemas.application.parse(drafts.application);
  const consent = drafts.consent && sectionSchemas.consent.parse(drafts.consent);
  const reportingUser = drafts.reportingUser && sectionSchemas.reportingUser.parse(drafts.reportingUser);
  const vault = sectionSchemas.vault.parse(drafts.vault);
  const rotation = sectionSchemas.rotation.parse(drafts.rotation);
  const redirectUri = application.redirectUri ?? defaultRedirectUri;
  return {
    stack,
    tenant: { id, domain, alias, cloud },
    application: {
      displayName: application.displayName ?? defaultDisplayName(alias),
      owners: application.owners && [...application.owners].sort(),
      redirectUri: reportingUser === undefined ? undefined : redirectUri,
    },
    permissions,
    consent: consent?.kind === "tenant" ? { kind: "tenant", reason: consent.reason ?? "" } : { kind: "user" },
    reportingUser,
    vault: {
      ...vault,
      tenantId: vault.tenantId ?? id,
      clientId: vault.clientId,
      location: vault.location,
      prefix: vault.prefix ?? defaultPrefix(alias),
      readers: [...vault.readers].sort((a, b) => (a.id < b.id ? -1 : 1)),
      refreshTokenReaders: [...vault.refreshTokenReaders].sort((a, b) => (a.id < b.id ? -1 : 1)),
    },
    rotation: { ...rotation, request: rotation.request },
    migrate: drafts.migrate,
    solo: drafts.solo ?? false,
  };
}
