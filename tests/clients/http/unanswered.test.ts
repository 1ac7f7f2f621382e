import { CredentialUnavailableError } from "@azure/identity";
import { problemsOf } from "../../../cli/shared/document";
import { createGraph } from "../../../clients/graph/reading";
import { createKeyVault } from "../../../clients/key-vault/records";

const graphWith = (getToken: () => Promise<never>) =>
  createGraph({ endpoint: "https://graph.example", credential: { getToken } });

it("a failed sign-in is told as one, not as a refusal of the service", async () => {
  const graph = graphWith(() => Promise.reject(new CredentialUnavailableError("Please run 'az login'.")));
  const error: unknown = await graph.principal("client").catch((failure: unknown) => failure);
  expect(problemsOf(error)).toEqual([
    {
      code: "not-signed-in",
      message:
        "Microsoft Graph was not asked: read /servicePrincipals(appId='client'). The sign-in failed: Please run 'az login'.",
      fix: "",
    },
  ]);
});

it("a service that cannot be reached is named with its host", async () => {
  const fetcher = (() =>
    Promise.reject(Object.assign(new Error("getaddrinfo"), { code: "ENOTFOUND" }))) as unknown as typeof fetch;
  const time = { now: () => 0, sleep: () => Promise.reject(new Error("no time")) };
  const credential = { getToken: async () => ({ token: "t", expiresOnTimestamp: 0 }) };
  const vault = createKeyVault("https://fabrikam.vault.example", credential, { fetch: fetcher, time });
  const error: unknown = await vault.read("x").catch((failure: unknown) => failure);
  expect(problemsOf(error)).toEqual([
    {
      code: "enotfound",
      message: "Key Vault refused or failed: GET /secrets/x/ at fabrikam.vault.example (no answer, ENOTFOUND).",
      fix: "",
    },
  ]);
});
