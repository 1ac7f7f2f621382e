import { z } from "zod";
import { ServiceError } from "../http/errors";
import { connectGraph, type GraphOptions, graphId } from "./connection";

/** What commands change in a tenant without Pulumi. */
export interface GraphWriter {
  /** Removes one client secret. One that is gone already is a success. */
  removeCredential(applicationObjectId: string, keyId: string): Promise<void>;
  /** Deletes an application; Entra keeps it for 30 days. One that is gone already is a success. */
  removeApplication(applicationObjectId: string): Promise<void>;
  /** Removes an owner from a service principal. Succeeds if it is not an owner. */
  removePrincipalOwner(principalObjectId: string, ownerObjectId: string): Promise<void>;
  /** Enables or disables a service principal; a disabled one gets no token. */
  setPrincipalEnabled(principalObjectId: string, isEnabled: boolean): Promise<void>;
}

const NEEDED_RIGHT =
  "This takes an owner of the principal with Application.ReadWrite.OwnedBy, or Application.ReadWrite.All.";

/** A writer of Microsoft Graph v1.0, with the same rights as the sign-in it is given. */
export function createGraphWriter(options: GraphOptions): GraphWriter {
  const { read, update, remove, post } = connectGraph(options);
  const hasCredential = async (path: string, keyId: string) => {
    const found = await read(path, z.object({ passwordCredentials: z.array(z.object({ keyId: graphId })) }));
    // The application is gone, and its credentials with it.
    if (found === undefined) return false;
    return found.passwordCredentials.some((credential) => credential.keyId.toLowerCase() === keyId.toLowerCase());
  };
  /** Undefined when that cannot be told. */
  const isEnabledNow = (path: string) =>
    read(path, z.object({ accountEnabled: z.boolean() })).then(
      (principal) => principal?.accountEnabled,
      () => undefined,
    );
  return {
    async removeCredential(applicationObjectId, keyId) {
      const path = `/applications/${applicationObjectId}`;
      try {
        await post(`${path}/removePassword`, { keyId }, `remove the secret ${keyId}`);
      } catch (error) {
        // A refusal, or an answer that got lost, proves nothing about the credential: the application itself does.
        const isThere = await hasCredential(path, keyId).catch(() => true);
        if (isThere) throw error;
      }
    },
    removeApplication: (applicationObjectId) => remove(`/applications/${applicationObjectId}`),
    removePrincipalOwner: (principalObjectId, ownerObjectId) =>
      remove(`/servicePrincipals/${principalObjectId}/owners/${ownerObjectId}/$ref`),
    async setPrincipalEnabled(principalObjectId, isEnabled) {
      const path = `/servicePrincipals/${principalObjectId}`;
      try {
        await update(path, { accountEnabled: isEnabled });
      } catch (error) {
        if (!(error instanceof ServiceError)) throw error;
        // An answer that got lost, or is an error of the service's own, may follow on a write that was done: the principal tells.
        if (error.isTemporary && (await isEnabledNow(path)) === isEnabled) return;
        throw error.status === 403 ? error.withHelp(NEEDED_RIGHT) : error;
      }
    },
  };
}
