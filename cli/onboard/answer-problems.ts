import { describeProblem, type Problem } from "../../configuration/problem";
import { readValue } from "../../configuration/read-value";
import { sectionSchemas } from "../../configuration/schemas";
import type { questions } from "./stack-file-draft";

type Question = (typeof questions)[number];

const { tenant, reportingUser, vault } = sectionSchemas;

/** The field of the stack file that each answer becomes: a question and the file refuse the same. */
const fields = {
  tenantId: ["tenant.id", tenant.shape.id],
  domain: ["tenant.domain", tenant.shape.domain],
  user: ["reportingUser.userPrincipalName", reportingUser.shape.userPrincipalName],
  vaultTenantId: ["vault.tenantId", vault.shape.tenantId],
  subscriptionId: ["vault.subscriptionId", vault.shape.subscriptionId],
  vaultClientId: ["vault.clientId", vault.shape.clientId],
  resourceGroup: ["vault.resourceGroup", vault.shape.resourceGroup],
  vaultName: ["vault.name", vault.shape.name],
  vaultMode: ["vault.mode", vault.shape.mode],
} as const satisfies Record<Question["key"], unknown>;

/** Why an answer cannot be taken, in one line; undefined when it can. */
export function answerProblem(question: Question, answer: string): string | undefined {
  const text = answer.trim();
  if (text === "" && "isOptional" in question) return undefined;
  const [path, schema] = fields[question.key];
  const [problem]: readonly Problem[] = readValue(schema, text, path).problems;
  return problem && `${describeProblem(problem)} ${problem.fix.charAt(0).toUpperCase()}${problem.fix.slice(1)}.`;
}
