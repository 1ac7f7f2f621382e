import type { VaultPlace } from "../../model/azure-ids";
import type { AccessPolicy } from "../access-policy";
import type { CatalogApi } from "../catalog";

/** A resource as an engine is about to declare it. Reading a property that is not known yet throws. */
export interface DeclaredResource {
  readonly type: string;
  readonly name: string;
  readonly properties: Readonly<Record<string, unknown>>;
  /** URN of its parent. */
  readonly parent: string | undefined;
  readonly isProtected: boolean;
  /** Whether a plugin makes it. Components, which only declare others, have no provider. */
  readonly hasProvider: boolean;
}

/** What a stack's configuration says about who may get something. */
export interface ConfiguredAccess {
  readonly vault: VaultPlace;
  /** Whether this stack creates or recovers the vault, and so lets its writer write. */
  readonly isVaultCreated: boolean;
  /** What the names of its entries begin with. */
  readonly prefix: string;
  /** Whether the program itself assigns the reporting user to the application. */
  readonly isUserAssigned: boolean;
  /** Why consent is given for everybody; undefined or empty without a reason. */
  readonly consentReason: string | undefined;
}

/** What the rules know beside the resource. */
export interface RuleContext {
  readonly policy: AccessPolicy;
  /** Undefined where the stack has no valid configuration of this project: then nothing in a vault may be given. */
  readonly configured: ConfiguredAccess | undefined;
  readonly now: Date;
  readonly longestLifetimeDays: number;
  readonly apis?: readonly CatalogApi[] | undefined;
}

/** One rule that every resource is held to, whatever program declares it. */
export interface ResourceRule {
  /** Stable: people turn rules off by it. */
  readonly name: string;
  readonly description: string;
  /** Sentences on what is wrong; empty when nothing is. Throws where it needs a value that is not known yet. */
  readonly violations: (resource: DeclaredResource, context: RuleContext) => readonly string[];
}

/** How a list item that is not allowed can be allowed. */
export const addIt = "add it to access-policy.yaml with a reason, or leave it out";

/** Holds a resource to a rule. A value that the rule needs but that is not known yet is a violation: it could become anything. */
export function violationsOf(rule: ResourceRule, resource: DeclaredResource, context: RuleContext): readonly string[] {
  try {
    return rule.violations(resource, context);
  } catch (error) {
    const path = unknownPath(error);
    if (path === undefined) throw error;
    return [`its ${path} is not known yet, and this rule needs it: give it a value that does not depend on a resource`];
  }
}

/** A value that may be unknown; undefined then. Only for what another rule, or the same one in the update, decides. */
export function ifKnown<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (unknownPath(error) !== undefined) return undefined;
    throw error;
  }
}

/** Pulumi's library throws an error without a name or code of its own. */
function unknownPath(error: unknown): string | undefined {
  const message = error instanceof Error ? error.message : "";
  return / value at \.(.*) can't be known during preview$/.exec(message)?.[1];
}

/** The type of a parent, from its URN (`urn:pulumi:stack::project::parentType$type::name`). */
export function parentType(urn: string | undefined): string | undefined {
  return urn?.split("::")[2]?.split("$").at(-1);
}

export function listIn(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) ? value : [];
}

export function textIn(value: unknown): string {
  return typeof value === "string" ? value : "";
}
