import { PolicyPack, type ReportViolation, type ResourceValidationArgs } from "@pulumi/policy";
import * as pulumi from "@pulumi/pulumi";
import { ConfigurationError, describeProblem } from "../configuration/problem";
import { findProject, readProjectFiles } from "../configuration/project-files";
import { readProjectPolicy, readStackConfiguration } from "../configuration/read-stack";
import {
  type ConfiguredAccess,
  type ResourceRule,
  type RuleContext,
  resourceRules,
  violationsOf,
} from "../permissions/policy-rules";
import { terminalSentence } from "../permissions/report/escape";

/** Settings of the pack, by `--policy-pack-config`. */
interface LifetimeSettings {
  readonly longestLifetimeDays?: number;
}

const defaultLifetimeDays = 180;

/** The project that the engine runs, which is not where this package is installed. */
const directory = findProject(process.cwd());
if (directory === undefined)
  throw new Error(`${process.cwd()} is in no project: neither it nor any folder above has a Pulumi.yaml`);
const files = readProjectFiles(directory);

/** The project's access policy and catalog. One that cannot be read allows nothing, and says so by stopping the pack. */
function projectRules(): Pick<RuleContext, "policy" | "apis"> {
  const { policy, apis, problems } = readProjectPolicy(files);
  if (problems.length > 0) throw new Error(problems.map(describeProblem).join("\n"));
  return { policy, apis };
}

/** What the stack's configuration says; undefined for a program that has another one, which then may give nothing in a vault. */
function configuredAccess(): ConfiguredAccess | undefined {
  const { policyText, catalogText } = files;
  const values = pulumi.runtime.allConfig();
  try {
    const stack = pulumi.getStack();
    const read = readStackConfiguration({
      stack,
      namespace: files.project.name,
      values,
      encryptedKeys: [],
      entryWriters: new Map(),
      policyText,
      catalogText,
    });
    const { subscriptionId, resourceGroup, name, mode, prefix } = read.vault;
    return {
      vault: { subscriptionId, resourceGroup, name },
      isVaultCreated: mode !== "existing",
      prefix,
      isUserAssigned: read.reportingUser?.assignedBy === "deployer",
      consentReason: read.consent.kind === "tenant" ? read.consent.reason : undefined,
    };
  } catch (error) {
    if (error instanceof ConfigurationError) return undefined;
    throw error;
  }
}

const known = { ...projectRules(), configured: configuredAccess() };

function policyOf(rule: ResourceRule) {
  const { name, description } = rule;
  return {
    name,
    description,
    enforcementLevel: "mandatory" as const,
    ...(name === "secret-lifetime" && {
      configSchema: {
        properties: { longestLifetimeDays: { type: "integer" as const, minimum: 1, default: defaultLifetimeDays } },
      },
    }),
    validateResource: (args: ResourceValidationArgs, reportViolation: ReportViolation) => {
      const resource = {
        type: args.type,
        name: args.name,
        properties: args.props,
        parent: args.opts.parent,
        isProtected: args.opts.protect,
        hasProvider: args.provider !== undefined,
      };
      const { longestLifetimeDays = defaultLifetimeDays } = args.getConfig<LifetimeSettings>();
      const context = { ...known, now: new Date(), longestLifetimeDays };
      for (const sentence of violationsOf(rule, resource, context))
        reportViolation(terminalSentence(`${args.name}: ${sentence}.`));
    },
  };
}

new PolicyPack("partner-insights-access", { policies: resourceRules.map(policyOf), enforcementLevel: "mandatory" });
