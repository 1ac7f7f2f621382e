import type { Identity, KnownIdentity } from "../../../permissions/manifest";
import { stableGuid } from "./answers";

type Inputs = Readonly<Record<string, unknown>>;
type Answers = Readonly<Record<string, (inputs: Inputs) => Readonly<Record<string, unknown>>>>;

/** What the look-ups of one program answered, and who those ids stand for. */
export interface LookUps {
  /** Answers a provider function. Throws for one that a review does not know: its answer would be a guess. */
  answer(token: string, inputs: Inputs): Readonly<Record<string, unknown>>;
  identities(): readonly KnownIdentity[];
}

/** A tenant in which everybody and every API is present, and a vault in which nothing was ever published. */
export function createLookUps(): LookUps {
  const known = new Map<string, KnownIdentity>();
  const objectIdOf = (name: string, identity: Identity) => {
    const objectId = stableGuid(name);
    known.set(objectId, { objectId, identity });
    return objectId;
  };
  const answers: Answers = {
    "azure-native:keyvault:getSecret": () => {
      throw new Error('Status=404 Code="SecretNotFound" Message="a review has an empty vault"');
    },
    "azure-native:keyvault:getVault": () => ({ properties: { enableRbacAuthorization: true } }),
    "azure-native:authorization:getClientConfig": () => ({
      objectId: objectIdOf("vault writer", { kind: "vault-writer" }),
    }),
    "azuread:index/getClientConfig:getClientConfig": () => ({ objectId: objectIdOf("deployer", { kind: "deployer" }) }),
    "azuread:index/getServicePrincipals:getServicePrincipals": ({ clientIds }) => ({
      servicePrincipals: textsIn(clientIds).map((clientId) => ({
        clientId,
        objectId: objectIdOf(`api ${clientId}`, { kind: "api", clientId: clientId.toLowerCase() }),
        accountEnabled: true,
      })),
    }),
    "azuread:index/getUser:getUser": ({ userPrincipalName }) => {
      const name = String(userPrincipalName).toLowerCase();
      return { objectId: objectIdOf(`user ${name}`, { kind: "user", userPrincipalName: name }), accountEnabled: true };
    },
  };
  return {
    answer(token, inputs) {
      const answer = answers[token];
      if (!answer) throw new Error(`a review has no answer to ${token}`);
      return answer(inputs);
    },
    identities: () => [...known.values()],
  };
}

function textsIn(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}
