import { invalidOption } from "../shared/document";

/** A stack as a job of a pipeline needs it: what it signs in with, and nothing else. */
export interface StackEntry {
  readonly stack: string;
  readonly tenantId: string;
  /** The vault's identity differs between stacks: an application holds 20 federated credentials. */
  readonly vaultTenantId: string;
  readonly vaultClientId: string;
}

/** What `stacks --json` and `approved --json` say of one stack; checked before it becomes more than a text. */
export interface ListedStack extends Partial<Record<keyof StackEntry | "domain" | "digest", unknown>> {
  readonly ok?: unknown;
}

/** A matrix makes at most 256 jobs in a run. */
export const mostJobs = 256;

const stackName = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$/;
const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Domains under `.example` belong to nobody: such a stack is for the emulator. */
export const isReal = ({ domain }: ListedStack) => !String(domain).endsWith(".example");

/** A name becomes the name of jobs, environments and concurrency groups, and an argument. */
export function nameOf({ stack }: ListedStack): string {
  if (typeof stack === "string" && stackName.test(stack)) return stack;
  throw unusable("a stack's name holds other characters than A-Z a-z 0-9 _ . -");
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

/** A document that cannot become jobs. */
export function unusable(message: string) {
  return invalidOption(message, "Pass the document that the command printed, unchanged.");
}

/** The document on standard input. */
export async function readDocument(stdin: AsyncIterable<unknown>): Promise<Readonly<Record<string, unknown>>> {
  let text = "";
  for await (const piece of stdin) text += String(piece);
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    throw unusable("standard input holds no JSON document");
  }
  if (typeof document === "object" && document !== null) return document as Readonly<Record<string, unknown>>;
  throw unusable("standard input holds no JSON document");
}

export function stacksIn(document: Readonly<Record<string, unknown>>): readonly ListedStack[] {
  const { stacks } = document;
  return Array.isArray(stacks) ? stacks.filter((it) => typeof it === "object" && it !== null) : [];
}
