import type { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb";
import { readStruct } from "../../../offline/providers/plugin/struct";
import { isProperties, type Properties, revealAll, type Value } from "../../../offline/providers/plugin/value";

/** One resource as the program declares it, in plain values: by then everything it waits for has happened. */
export interface Registration {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  readonly isCustom: boolean;
  readonly inputs: Properties;
  /** URN and id of the provider, as `urn::id`. */
  readonly provider: string;
  readonly ignoreChanges: readonly string[];
  readonly retainOnDelete: boolean;
  /** Left out where the provider decides. */
  readonly deleteBeforeReplace: boolean | undefined;
  readonly hooks: { readonly beforeCreate: readonly string[]; readonly beforeUpdate: readonly string[] };
}

export function readRegistration(request: RegisterResourceRequest, urn: string): Registration {
  const hooks = request.getHooks();
  return {
    urn,
    type: request.getType(),
    name: request.getName(),
    isCustom: request.getCustom(),
    inputs: revealAll(readStruct(request.getObject())),
    provider: request.getProvider(),
    ignoreChanges: request.getIgnorechangesList(),
    retainOnDelete: request.getRetainondelete() ?? false,
    deleteBeforeReplace: request.getDeletebeforereplacedefined() ? request.getDeletebeforereplace() : undefined,
    hooks: {
      beforeCreate: hooks?.getBeforeCreateList() ?? [],
      beforeUpdate: hooks?.getBeforeUpdateList() ?? [],
    },
  };
}

/** The new inputs with the old values at the places whose changes are ignored, as the engine hands them to a provider. */
export function withIgnored(news: Properties, olds: Properties | undefined, paths: readonly string[]): Properties {
  if (olds === undefined) return news;
  return paths.reduce((inputs, path) => replaceAt(inputs, olds, path.split(".")), news);
}

function replaceAt(news: Properties, olds: Properties, [first = "", ...rest]: readonly string[]): Properties {
  const [now, before] = [news[first], olds[first]];
  if (rest.length > 0) {
    if (!isProperties(now) || !isProperties(before)) return news;
    return { ...news, [first]: replaceAt(now, before, rest) };
  }
  const others: Record<string, Value | undefined> = { ...news };
  delete others[first];
  return before === undefined ? others : { ...others, [first]: before };
}
