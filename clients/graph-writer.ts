import { GraphError } from "@microsoft/microsoft-graph-client";
import { connectGraph, describeGraphError, type GraphOptions, isTemporaryGraphError } from "./graph-connection";

/** The two things that commands change in a tenant without Pulumi. */
export interface GraphWriter {
  /** Removes one client secret. One that is gone already is a success. */
  removeCredential(applicationObjectId: string, keyId: string): Promise<void>;
  /** Enables or disables a service principal; a disabled one gets no token. */
  setPrincipalEnabled(principalObjectId: string, isEnabled: boolean): Promise<void>;
}

/** A writer of Microsoft Graph v1.0, with the same rights as the sign-in it is given. */
export function createGraphWriter(options: GraphOptions): GraphWriter {
  const { client, read, update } = connectGraph(options);
  const hasCredential = async (path: string, keyId: string) => {
    const { passwordCredentials } = (await read(path)) as {
      passwordCredentials: readonly { readonly keyId: string }[];
    };
    return passwordCredentials.some((credential) => credential.keyId.toLowerCase() === keyId.toLowerCase());
  };
  /** Undefined when that cannot be told. */
  const isEnabledNow = (path: string) =>
    read(path).then(
      (principal) => (principal as { accountEnabled?: unknown }).accountEnabled,
      () => undefined,
    );
  return {
    async removeCredential(applicationObjectId, keyId) {
      const path = `/applications/${applicationObjectId}`;
      try {
        await client.api(`${path}/removePassword`).version("v1.0").post({ keyId });
      } catch (error) {
        // A refusal, or an answer that got lost, proves nothing about the credential: the application itself does.
        const isThere = await hasCredential(path, keyId).catch(() => true);
        if (isThere) throw describeGraphError(error, `removal of the secret ${keyId}`);
      }
    },
    async setPrincipalEnabled(principalObjectId, isEnabled) {
      const path = `/servicePrincipals/${principalObjectId}`;
      try {
        await update(path, { accountEnabled: isEnabled });
      } catch (error) {
        // An answer that got lost, or is an error of the service's own, may follow on a write that was done: the principal tells.
        if (isTemporaryGraphError(error) && (await isEnabledNow(path)) === isEnabled) return;
        const help =
          error instanceof GraphError && error.statusCode === 403
            ? ". This takes an owner of the principal with Application.ReadWrite.OwnedBy, or Application.ReadWrite.All"
            : "";
        const { message } = describeGraphError(error, path);
        throw new Error(`${message}${help}`);
      }
    },
  };
}
