import { providerPrefix, types } from "../manifest/resource-types";
import { declarable } from "../manifest/settings";
import { isEmpty, type Value } from "../manifest/values";
import { type DeclaredResource, ifKnown } from "./rule";

const usedProviders = ["azuread", "azure-native", "pulumi"];
const judged = "a manifest cannot judge what it gives to whom";

/** Deny by default: what is not listed as declarable may grant anything, and a property that is not listed as well. */
export function declaredViolations({ type, properties, hasProvider }: DeclaredResource): readonly string[] {
  if (type.startsWith(providerPrefix)) return providerViolations(type.slice(providerPrefix.length));
  const lists = declarable.get(type);
  if (lists === undefined) {
    const isComponent = !hasProvider || type === types.stack;
    return isComponent ? [] : [`resources of the type ${type} may not be declared: ${judged}`];
  }
  return [...lists].flatMap(([path, allowed]) => {
    const inner = path === "" ? properties : ifKnown(() => properties[path]);
    return otherSettings(inner, allowed).map(
      (name) => `it sets ${path === "" ? name : `${path}.${name}`}, which may not be set: ${judged}`,
    );
  });
}

function providerViolations(provider: string): readonly string[] {
  return usedProviders.includes(provider)
    ? []
    : [`the provider ${provider} may not be used, only ${usedProviders.join(", ")}: ${judged}`];
}

/** Names that are set to something and not allowed. Two underscores begin what the engine itself keeps. */
function otherSettings(settings: unknown, allowed: readonly string[]): readonly string[] {
  if (typeof settings !== "object" || settings === null) return [];
  const values = settings as Readonly<Record<string, Value>>;
  return Object.keys(values).filter((name) => {
    if (allowed.includes(name) || name.startsWith("__")) return false;
    // One that is not known yet is there.
    return ifKnown(() => isEmpty(values[name])) !== true;
  });
}
