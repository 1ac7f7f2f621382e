import { generateKeyPair } from "node:crypto";
import { promisify } from "node:util";
import { calculateJwkThumbprint, exportJWK, type JWK, type JWTPayload, type KeyLike, SignJWT } from "jose";

/** A key that signs tokens, with the public half that the world may fetch. */
export interface Signer {
  readonly publicKey: KeyLike;
  readonly jwks: { readonly keys: readonly JWK[] };
  sign(payload: JWTPayload): Promise<string>;
}

/** A fresh RSA key: Entra and pipeline issuers sign with RS256. */
export async function createSigner(): Promise<Signer> {
  const { publicKey, privateKey } = await promisify(generateKeyPair)("rsa", { modulusLength: 2048 });
  const jwk = await exportJWK(publicKey);
  const kid = await calculateJwkThumbprint(jwk);
  return {
    publicKey,
    jwks: { keys: [{ ...jwk, kid, x5t: kid, use: "sig", alg: "RS256" }] },
    sign: (payload) => new SignJWT(payload).setProtectedHeader({ alg: "RS256", typ: "JWT", kid }).sign(privateKey),
  };
}
