import * as pulumi from "@pulumi/pulumi";
import { unknownClientSentence, unknownClientWords } from "../../clients/entra/other-tenant";
import type { AccessSettings } from "./settings";

/** When Entra does not know a client, a provider repeats the whole JSON answer. These say what to correct instead; other errors pass unchanged. */
export function unknownClients({ tenant }: AccessSettings) {
  const explained = async <T>(asked: Promise<T>, sentence: (said: string) => string): Promise<T> => {
    try {
      return await asked;
    } catch (error) {
      const said = unknownClientWords(error instanceof Error ? error.message : "");
      if (said === undefined) throw error;
      throw new pulumi.RunError(`Nothing was changed for this tenant: ${sentence(said)}`);
    }
  };
  return {
    ofPartner: <T>(asked: Promise<T>) =>
      explained(asked, (said) => unknownClientSentence(said, tenant.id.known ?? "of this component")),
    ofVault: <T>(asked: Promise<T>) =>
      explained(
        asked,
        (said) =>
          `Entra does not know the identity that writes the vault in the vault's tenant (${said}): correct vault.clientId or ` +
          "vault.tenantId, in a program of your own clientId and tenantId of the azure-native provider. If Entra does " +
          "not know an identity of that tenant, it is new (which takes minutes) or was deleted",
      ),
  };
}
