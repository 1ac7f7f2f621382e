import { join } from "node:path";
import { PolicyPack, type ReportViolation, type ResourceValidationArgs } from "@pulumi/policy";
import * as pulumi from "@pulumi/pulumi";
import { readProjectFiles, readProjectPolicy } from "../config";
import { describeProblem } from "../configuration/problem";
import { projectName } from "../configuration/values";
import { type ResourceRule, type RuleContext, resourceRules } from "../permissions/policy-rules";
import { terminalSentence } from "../permissions/report/escape";

/** Settings of the pack, by `--policy-pack-config`. */
interface LifetimeSettings {
  readonly longestLifetimeDays?: number;
}

const defaultLifetimeDays = 180;

/** The files beside the pack's folder. One that cannot be read allows nothing, and says so by stopping the pack. */
function projectRules(): Pick<RuleContext, "policy" | "apis"> {
  const { policy, apis, problems } = readProjectPolicy(readProjectFiles(join(__dirname, "..")));
  if (problems.length > 0) throw new Error(problems.map(describeProblem).join("\n"));
  return { policy, apis };
}

/** Why everybody's consent is given, from the stack's own configuration. */
function consentReason(): string | undefined {
  const consent = new pulumi.Config(projectName).getObject<{ readonly reason?: unknown }>("consent");
  return typeof consent?.reason === "string" ? consent.reason : undefined;
}

const project = projectRules();

function policyOf({ name, description, violations }: ResourceRule) {
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
      };
      const { longestLifetimeDays = defaultLifetimeDays } = args.getConfig<LifetimeSettings>();
      const context = { ...project, consentReason: consentReason(), now: new Date(), longestLifetimeDays };
      for (const sentence of violations(resource, context))
        reportViolation(terminalSentence(`${args.name}: ${sentence}.`));
    },
  };
}

new PolicyPack("partner-insights-access", { policies: resourceRules.map(policyOf), enforcementLevel: "mandatory" });
