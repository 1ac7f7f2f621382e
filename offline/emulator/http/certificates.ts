// The library finds its parts by reflection, which Node does not include.
import "reflect-metadata";
import { randomBytes, type webcrypto } from "node:crypto";
import * as x509 from "@peculiar/x509";

/** What the HTTPS server needs, and the authority that clients must trust. */
export interface ServerCertificates {
  /** PEM of the certificate authority. */
  readonly authority: string;
  readonly certificate: string;
  readonly privateKey: string;
}

/** A certificate authority for one run: its key is never written anywhere. */
export interface Authority {
  readonly certificate: x509.X509Certificate;
  readonly keys: webcrypto.CryptoKeyPair;
}

const signing = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;
const serverAuthentication = x509.ExtendedKeyUsage.serverAuth;
const { KeyUsageFlags } = x509;

/** An authority for this run only, and one server certificate for the given names and 127.0.0.1. */
export async function createServerCertificates(dnsNames: readonly string[]): Promise<ServerCertificates> {
  const authority = await createAuthority("partner-access emulator (not for production)");
  const keys = await crypto.subtle.generateKey(signing, true, ["sign", "verify"]);
  const server = await issueCertificate(authority, {
    subject: "localhost",
    publicKey: keys.publicKey,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([serverAuthentication]),
      new x509.SubjectAlternativeNameExtension([
        ...dnsNames.map((value) => ({ type: "dns" as const, value })),
        { type: "ip", value: "127.0.0.1" },
      ]),
    ],
  });
  const privateKey = Buffer.from(await crypto.subtle.exportKey("pkcs8", keys.privateKey));
  return {
    authority: authority.certificate.toString("pem"),
    certificate: server.toString("pem"),
    privateKey: x509.PemConverter.encode(privateKey, "PRIVATE KEY"),
  };
}

/** A self-signed authority that may sign end certificates only. */
export async function createAuthority(commonName: string): Promise<Authority> {
  const keys = await crypto.subtle.generateKey(signing, false, ["sign", "verify"]);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: `CN=${commonName.replaceAll(/[,+"\\<>;()]/g, "")}`,
    ...validity(),
    serialNumber: serialNumber(),
    signingAlgorithm: signing,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { certificate, keys };
}

/** Signs a certificate with an authority's key; begun a day ago and good for a year unless told otherwise. */
export async function issueCertificate(
  authority: Authority,
  content: {
    readonly subject: string;
    readonly publicKey: webcrypto.CryptoKey;
    readonly extensions?: x509.Extension[];
    readonly notAfter?: Date;
  },
): Promise<x509.X509Certificate> {
  return x509.X509CertificateGenerator.create({
    subject: `CN=${content.subject}`,
    issuer: authority.certificate.subject,
    ...validity(content.notAfter),
    serialNumber: serialNumber(),
    signingAlgorithm: signing,
    publicKey: content.publicKey,
    signingKey: authority.keys.privateKey,
    extensions: [
      ...(content.extensions ?? []),
      await x509.AuthorityKeyIdentifierExtension.create(authority.certificate.publicKey),
    ],
  });
}

function validity(notAfter?: Date): { notBefore: Date; notAfter: Date } {
  const day = 86_400_000;
  return { notBefore: new Date(Date.now() - day), notAfter: notAfter ?? new Date(Date.now() + 365 * day) };
}

/** Positive, as RFC 5280 section 4.1.2.2 requires: the first byte is 1. */
function serialNumber(): string {
  return `01${randomBytes(15).toString("hex")}`;
}
