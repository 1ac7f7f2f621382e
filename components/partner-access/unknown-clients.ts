import * as pulumi from "@pulumi/pulumi";
import { unknownClientSentence, unknownClientWords } from "../../clients/entra/other-tenant";
import type { StackConfiguration } from "../../configuration/stack-configuration";

/** A provider repeats Entra's whole answer, JSON and all, where it knows no such client; these say what to mend. Other failures stay as they are. */
export function unknownClients({ tenant, vault }: StackConfiguration) {
  const explained = async <T>(asked: Promise<T>, sentence: (said: string) => string): Promise<T> => {
    try {
      return await asked;
    } catch (error) {
      const said = unknownClientWords(error instanceof Error ? error.message : "");
      if (said === undefined) throw error;
      throw new pulumi.RunError(`Nothing was changed: ${sentence(said)}`);
    }
  };
  return {
    ofPartner: <T>(asked: Promise<T>) => explained(asked, (said) => unknownClientSentence(said, tenant.id)),
    ofVault: <T>(asked: Promise<T>) =>
      explained(
        asked,
        (said) =>
          `the identity that writes the vault is of another tenant than ${vault.tenantId} (${said}): correct vault.clientId or ` +
          "vault.tenantId. An identity of that tenant that Entra does not know is new, which takes minutes, or was deleted",
      ),
  };
}
