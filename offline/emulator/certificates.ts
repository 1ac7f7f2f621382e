import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";
import * as der from "./der";

/** A certificate with the key that belongs to it. */
export interface Certificate {
  readonly pem: string;
  readonly privateKey: KeyObject;
  readonly subject: string;
  readonly publicKey: KeyObject;
}

/** What the HTTPS server needs, and the authority that clients must trust. */
export interface ServerCertificates {
  /** PEM of the certificate authority. */
  readonly authority: string;
  readonly certificate: string;
  readonly privateKey: string;
}

/** A certificate authority of this start alone and one server certificate for the names given; the authority's key is dropped at once. */
export function createServerCertificates(dnsNames: readonly string[]): ServerCertificates {
  const authority = createAuthority("partner-access emulator (not for production)");
  const keys = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const server = issueCertificate(authority, {
    ...keys,
    subject: "localhost",
    extensions: [
      extension("2.5.29.19", true, der.sequence()),
      // digitalSignature
      extension("2.5.29.15", true, der.bitString(Buffer.from([0x80]), 7)),
      // serverAuth
      extension("2.5.29.37", false, der.sequence(der.objectIdentifier("1.3.6.1.5.5.7.3.1"))),
      extension("2.5.29.17", false, der.sequence(...dnsNames.map(dnsName), loopbackAddress)),
    ],
  });
  const privateKey = keys.privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  return { authority: authority.pem, certificate: server.pem, privateKey };
}

/** A self-signed authority that may sign end certificates only. */
export function createAuthority(subject: string): Certificate {
  const keys = generateKeyPairSync("ec", { namedCurve: "P-256" });
  return issueCertificate(
    { subject, ...keys },
    {
      ...keys,
      subject,
      extensions: [
        extension("2.5.29.19", true, der.sequence(der.boolean(true), der.integer(Buffer.from([0])))),
        // keyCertSign and cRLSign
        extension("2.5.29.15", true, der.bitString(Buffer.from([0x06]), 1)),
        extension("2.5.29.14", false, der.octetString(keyIdentifier(keys.publicKey))),
      ],
    },
  );
}

/** Signs a certificate with an authority's P-256 key; begun a day ago and good for a year unless told otherwise. */
export function issueCertificate(
  issuer: Pick<Certificate, "subject" | "privateKey" | "publicKey">,
  content: {
    readonly subject: string;
    readonly publicKey: KeyObject;
    readonly privateKey: KeyObject;
    readonly extensions?: readonly Buffer[];
    readonly notBefore?: Date;
    readonly notAfter?: Date;
  },
): Certificate {
  const day = 86_400_000;
  const { notBefore = new Date(Date.now() - day), notAfter = new Date(Date.now() + 365 * day) } = content;
  // ecdsa-with-SHA256
  const algorithm = der.sequence(der.objectIdentifier("1.2.840.10045.4.3.2"));
  // [0] keyIdentifier
  const authorityKey = extension("2.5.29.35", false, der.sequence(der.implicit(0, keyIdentifier(issuer.publicKey))));
  const toBeSigned = der.sequence(
    // Version 3 is written as 2.
    der.explicit(0, der.integer(Buffer.from([2]))),
    der.integer(Buffer.concat([Buffer.from([1]), randomBytes(15)])),
    algorithm,
    commonName(issuer.subject),
    der.sequence(der.utcTime(notBefore), der.utcTime(notAfter)),
    commonName(content.subject),
    content.publicKey.export({ type: "spki", format: "der" }),
    der.explicit(3, der.sequence(...(content.extensions ?? []), authorityKey)),
  );
  const signature = sign("sha256", toBeSigned, issuer.privateKey);
  const { subject, publicKey, privateKey } = content;
  return { subject, publicKey, privateKey, pem: toPem(der.sequence(toBeSigned, algorithm, der.bitString(signature))) };
}

function extension(id: string, isCritical: boolean, content: Buffer): Buffer {
  return der.sequence(der.objectIdentifier(id), ...(isCritical ? [der.boolean(true)] : []), der.octetString(content));
}

const dnsName = (name: string) => der.implicit(2, Buffer.from(name, "ascii"));
const loopbackAddress = der.implicit(7, Buffer.from([127, 0, 0, 1]));

function commonName(name: string): Buffer {
  return der.sequence(der.set(der.sequence(der.objectIdentifier("2.5.4.3"), der.utf8String(name))));
}

function keyIdentifier(key: KeyObject): Buffer {
  return createHash("sha1")
    .update(key.export({ type: "spki", format: "der" }))
    .digest();
}

function toPem(content: Buffer): string {
  const lines = content.toString("base64").match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
}
