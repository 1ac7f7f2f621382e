import { CredentialUnavailableError } from "@azure/identity";
import { problemsOf } from "../../cli/document";
import { unansweredError } from "../../clients/errors";
import { createGraph } from "../../clients/graph";

const graphWith = (getToken: () => Promise<never>) =>
  createGraph({ endpoint: "https://graph.example", credential: { getToken } });

it("a failed sign-in is told as one, not as a refusal of the service", async () => {
  const graph = graphWith(() => Promise.reject(new CredentialUnavailableError("Please run 'az login'.")));
  const error: unknown = await graph.principal("client").catch((failure: unknown) => failure);
  expect(problemsOf(error)).toEqual([
    {
      code: "not-signed-in",
      message:
        "Microsoft Graph was not asked for /servicePrincipals(appId='client'), because the sign-in failed: Please run 'az login'.",
      fix: "",
    },
  ]);
});

it("a service that cannot be reached is told as that", () => {
  const error = unansweredError(
    "Key Vault",
    "a secret",
    Object.assign(new Error("getaddrinfo ENOTFOUND x"), { code: "ENOTFOUND" }),
  );
  expect(problemsOf(error)).toEqual([
    { code: "unreachable", message: "Key Vault could not be reached for a secret: getaddrinfo ENOTFOUND x", fix: "" },
  ]);
});
