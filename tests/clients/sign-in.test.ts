import { AzureCliCredential, ClientAssertionCredential, ClientSecretCredential } from "@azure/identity";
import { partnerCredential } from "../../clients/sign-in";

const authority = "https://login.microsoftonline.com";
const tenant = "11111111-1111-4111-8111-111111111111";
const federated = { ARM_CLIENT_ID: "client", ARM_USE_OIDC: "true", ARM_OIDC_TOKEN: "assertion" };

it.each([
  ["a secret", { ...federated, ARM_CLIENT_SECRET: "secret" }, ClientSecretCredential],
  [
    "a token, beside a variable that a pipeline left empty",
    { ...federated, ARM_CLIENT_SECRET: "" },
    ClientAssertionCredential,
  ],
  [
    "GitHub's token request, beside one that is empty",
    {
      ...federated,
      ARM_OIDC_TOKEN: "",
      ARM_OIDC_REQUEST_URL: "",
      ARM_OIDC_REQUEST_TOKEN: "",
      ACTIONS_ID_TOKEN_REQUEST_URL: "https://example/token",
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: "bearer",
    },
    ClientAssertionCredential,
  ],
  ["the Azure CLI where no identity is named", { ...federated, ARM_CLIENT_ID: "" }, AzureCliCredential],
] as const)("the partner sign-in takes %s", (_, env, expected) => {
  expect(partnerCredential(env, tenant, authority)).toBeInstanceOf(expected);
});
