import type { ResourceRecord } from "./records";
import { types } from "./resource-types";
import { isList, isMap, readMap, type Value } from "./values";

/** Who or what an object id of a tenant stands for. */
export type Identity =
  | { readonly kind: "api"; readonly clientId: string }
  | { readonly kind: "user"; readonly userPrincipalName: string }
  | { readonly kind: "deployer" }
  | { readonly kind: "vault-writer" };

/** An object id and its meaning: what a look-up answered, under mocks or in the tenant. */
export interface KnownIdentity {
  readonly objectId: string;
  readonly identity: Identity;
}

/** The names under which a component remembers what it looked up; its own name stands before them. */
const memoryName =
  /-(?:api-principal-(?<clientId>[0-9a-f-]{36})|(?<what>reporting-user-id|deployment|vault-writer-id))$/i;

/**
 * What the program itself remembers of its look-ups, from the inputs of its Stash resources. A changed program could
 * remember falsely: a caller that knows better passes its own, and then those of the same kind here do not count.
 */
export function rememberedIdentities(records: readonly ResourceRecord[]): readonly KnownIdentity[] {
  return records.filter(({ type }) => type === types.memory).flatMap(identitiesIn);
}

/** Object ids in lower case with their identity. Of a kind that `known` mentions, nothing remembered is believed. */
export function identityIndex(
  records: readonly ResourceRecord[],
  known: readonly KnownIdentity[],
): ReadonlyMap<string, Identity> {
  const kinds = new Set(known.map(({ identity }) => identity.kind));
  const remembered = rememberedIdentities(records).filter(({ identity }) => !kinds.has(identity.kind));
  return new Map([...remembered, ...known].map(({ objectId, identity }) => [objectId.toLowerCase(), identity]));
}

function identitiesIn({ name, inputs }: ResourceRecord): readonly KnownIdentity[] {
  const input = readMap(inputs)["input"];
  const content = isMap(input) ? input : {};
  const { clientId, what } = memoryName.exec(name)?.groups ?? {};
  if (clientId !== undefined) return identity(content["objectId"], { kind: "api", clientId: clientId.toLowerCase() });
  if (what === "reporting-user-id" && typeof content["userPrincipalName"] === "string") {
    // An earlier update may have stored capitals; the user is the same.
    const userPrincipalName = content["userPrincipalName"].toLowerCase();
    return identity(content["objectId"], { kind: "user", userPrincipalName });
  }
  if (what === "deployment" && isList(content["owners"])) return identity(content["owners"][0], { kind: "deployer" });
  return what === "vault-writer-id" ? identity(input, { kind: "vault-writer" }) : [];
}

function identity(objectId: Value | undefined, meaning: Identity): readonly KnownIdentity[] {
  return typeof objectId === "string" && objectId !== "" ? [{ objectId, identity: meaning }] : [];
}
