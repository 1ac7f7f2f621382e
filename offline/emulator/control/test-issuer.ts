import type { JSONWebKeySet } from "jose";
import type { RouteResponse } from "../http/route";
import type { Signer } from "../services/entra/signing";
import type { Clock } from "../world/clock";

/** Path of the emulator's own issuer of pipeline tokens, below its origin. */
export const testIssuerPath = "/_issuer";

/** Stands in for the pipeline system, such as GitHub Actions: issues tokens that an application's federated credentials may trust. */
export class TestIssuer {
  constructor(
    private readonly signer: Signer,
    private readonly clock: Clock,
    private readonly origin: () => string,
  ) {}

  get issuer(): string {
    return `${this.origin()}${testIssuerPath}`;
  }

  keys(): JSONWebKeySet {
    return { keys: [...this.signer.jwks.keys] };
  }

  /** A token for a subject, as a pipeline job gets it. */
  issue(subject: string, options: { audience?: string; lifetimeSeconds?: number } = {}): Promise<string> {
    const { audience = "api://AzureADTokenExchange", lifetimeSeconds = 600 } = options;
    const now = Math.floor(this.clock.now().getTime() / 1000);
    return this.signer.sign({
      iss: this.issuer,
      sub: subject,
      aud: audience,
      iat: now,
      nbf: now,
      exp: now + lifetimeSeconds,
    });
  }

  /** The issuer's two public documents, or undefined for another path. */
  answer(path: string): RouteResponse | undefined {
    if (path === `${testIssuerPath}/.well-known/openid-configuration`) {
      return {
        status: 200,
        body: {
          issuer: this.issuer,
          jwks_uri: `${this.issuer}/.well-known/jwks`,
          subject_types_supported: ["public"],
          response_types_supported: ["id_token"],
          id_token_signing_alg_values_supported: ["RS256"],
        },
      };
    }
    return path === `${testIssuerPath}/.well-known/jwks` ? { status: 200, body: this.keys() } : undefined;
  }
}
