import { partnerCredential } from "../../clients/entra/sign-in";
import { createSecretReader } from "../../clients/key-vault/secret-reader";
import { createTokens } from "../../tokens/token-source";

const vaultUri = "https://fabrikam.vault.azure.net";
const authority = "https://127.0.0.1:8443";

/** A consumer whose requests are answered here: a status and headers for each host, and a count. */
function consumer(answers: (url: URL) => Response) {
  const asked: string[] = [];
  const settings = {
    fetch: (async (input: string, init: RequestInit) => {
      const url = new URL(input);
      const isSignedIn = new Headers(init.headers).has("authorization");
      if (url.origin === vaultUri && !isSignedIn) {
        const challenge = `Bearer authorization="${authority}/t", resource="https://vault.azure.net"`;
        return new Response(null, { status: 401, headers: { "www-authenticate": challenge } });
      }
      asked.push(`${init.method} ${url.pathname}`);
      return answers(url);
    }) as unknown as typeof fetch,
    time: { now: () => 0, sleep: async () => undefined },
  };
  const identity = { ARM_CLIENT_ID: "c", ARM_CLIENT_SECRET: "s" };
  const credential = partnerCredential(identity, "t", authority, settings);
  let now = Date.parse("2026-03-01T08:00:00Z");
  const source = createTokens({
    read: createSecretReader(vaultUri, { credential }, settings),
    redeem: () => Promise.reject(new Error("nothing to redeem")),
    prefix: "p-",
    flow: "app-only",
    resource: "https://api.partnercenter.microsoft.com",
    now: () => now,
    limits: { mostDaysOverdue: 14, oldestRefreshTokenDays: 60 },
  });
  const askOften = async () => {
    const failures = new Set<string>();
    for (let call = 0; call < 100; call += 1) {
      await source.getToken().catch(({ message }: Error) => failures.add(message));
      now += 5000;
    }
    return [...failures];
  };
  return { asked, askOften };
}

const document = {
  token_endpoint: `${authority}/t/oauth2/v2.0/token`,
  authorization_endpoint: `${authority}/t/oauth2/v2.0/authorize`,
  issuer: `${authority}/t/v2.0`,
  jwks_uri: `${authority}/t/keys`,
};
const issued = { access_token: "t", expires_in: 3600, token_type: "Bearer" };
const busy = (error: object) => Response.json(error, { status: 429, headers: { "retry-after": "600" } });

it("a vault that asks for ten minutes is asked once by a hundred calls", async () => {
  const { asked, askOften } = consumer((url) => {
    if (url.pathname.includes("openid-configuration")) return Response.json(document);
    if (url.pathname.endsWith("/token")) return Response.json(issued);
    return busy({ error: { code: "Throttled", message: "Too many." } });
  });
  expect(await askOften()).toEqual([
    "vault-unreachable: The vault did not answer for p-client-secret (status 429, Throttled). Try again in 600 seconds, as it asks.",
  ]);
  expect(asked.filter((request) => request.includes("/secrets/"))).toEqual(["GET /secrets/p-client-secret/"]);
});

it("a sign-in to the vault that is asked to wait ten minutes is tried once by a hundred calls", async () => {
  const { asked, askOften } = consumer((url) =>
    url.pathname.includes("openid-configuration")
      ? Response.json(document)
      : busy({ error: "temporarily_unavailable", error_codes: [90033] }),
  );
  const failures = await askOften();
  expect(failures).toEqual([expect.stringMatching(/status 429.*Try again in 600 seconds, as it asks\.$/)]);
  expect(asked.filter((request) => request.endsWith("/token"))).toHaveLength(1);
});
