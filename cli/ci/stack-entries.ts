import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { isMapping } from "../../configuration/read-value";
import { isExampleDomain } from "../../model/example-domain";
import { guid } from "../../model/guid";
import { type CommandError, invalidOption } from "../shared/document";
import { isPipelineName } from "../shared/stack-name";

/** A stack as a job of a pipeline needs it: what it signs in with, and nothing else. */
export interface StackEntry {
  readonly stack: string;
  readonly tenantId: string;
  /** The vault's identity differs between stacks: an application holds 20 federated credentials. */
  readonly vaultTenantId: string;
  readonly vaultClientId: string;
}

/** One stack as `stacks --json` or `approved --json` lists it. Nothing in it is trusted before it is checked. */
export interface ListedStack extends Partial<Record<keyof StackEntry | "domain" | "digest" | "solo", unknown>> {
  readonly ok?: unknown;
}

/** A matrix makes at most 256 jobs in a run. */
export const mostJobs = 256;

/** Whether a pipeline visits it: neither the example's tenant nor what one person runs alone. */
export const isReal = ({ domain, solo }: ListedStack) => solo !== true && !isExampleDomain(String(domain));

export function nameOf({ stack }: ListedStack): string {
  if (typeof stack === "string" && isPipelineName(stack)) return stack;
  throw unusable("a stack's name holds other characters than A-Z a-z 0-9 _ . -", "Rename the stack and its file.");
}

export function entryOf(listed: ListedStack): StackEntry {
  const stack = nameOf(listed);
  const id = (field: "tenantId" | "vaultTenantId" | "vaultClientId") => {
    const value = listed[field];
    if (typeof value === "string" && guid.test(value)) return value;
    throw unusable(`${stack}: ${field} is no GUID`);
  };
  return { stack, tenantId: id("tenantId"), vaultTenantId: id("vaultTenantId"), vaultClientId: id("vaultClientId") };
}

/** The document cannot be turned into jobs. */
export function unusable(
  message: string,
  fix = "Pass the document that the command printed, unchanged.",
): CommandError {
  return invalidOption(message, fix);
}

/** The document on standard input. */
export async function readDocument(stdin: Readable): Promise<Readonly<Record<string, unknown>>> {
  const document = parsed(await text(stdin));
  if (isMapping(document)) return document;
  throw unusable("standard input holds no JSON document");
}

function parsed(content: string): unknown {
  try {
    return JSON.parse(content) as unknown;
  } catch {
    return undefined;
  }
}

export function stacksIn(document: Readonly<Record<string, unknown>>): readonly ListedStack[] {
  const { stacks } = document;
  return Array.isArray(stacks) ? stacks.filter(isMapping) : [];
}
