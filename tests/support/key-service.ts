import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** A key service for the secrets of a state, with which the engine needs no passphrase. */
export interface KeyService {
  /** As a stack's file names it in `secretsprovider`. */
  readonly provider: string;
  readonly env: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/**
 * The two calls that the engine makes of HashiCorp Vault's transit engine: the only one of its key services that can be reached by plain
 * HTTP on this machine. It "encrypts" by turning bytes round, which is enough to tell what went through it from what did not.
 */
export async function startKeyService(): Promise<KeyService> {
  const turn = (text: string) => Buffer.from(text, "base64").reverse().toString("base64");
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => {
      body += chunk;
    });
    request.on("end", () => {
      const { plaintext = "", ciphertext = "" } = JSON.parse(body || "{}");
      const data = request.url?.includes("/encrypt/")
        ? { ciphertext: `vault:v1:${turn(plaintext)}` }
        : { plaintext: turn(ciphertext.replace("vault:v1:", "")) };
      response.setHeader("content-type", "application/json").end(JSON.stringify({ data }));
    });
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo;
  return {
    provider: "hashivault://pulumi",
    env: { VAULT_SERVER_URL: `http://127.0.0.1:${port}`, VAULT_SERVER_TOKEN: "any" },
    stop: () => new Promise((stopped) => server.close(() => stopped())),
  };
}
