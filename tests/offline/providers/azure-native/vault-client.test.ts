import { createVaultClient } from "../../../../offline/providers/azure-native/vault-client";
import { createWaits } from "../../../../offline/providers/waits";

const vault = "https://own.vault.emulator.test";
const challenge = `Bearer authorization="https://localhost/tenant", resource="https://vault.emulator.test"`;

it("answers every challenge of calls side by side, not only the first one's", async () => {
  const deleted: string[] = [];
  const fetch = async (url: string | URL | Request, init?: RequestInit) => {
    const isSignedIn = new Headers(init?.headers).get("authorization") === "Bearer token";
    if (!isSignedIn) return new Response("{}", { status: 401, headers: { "www-authenticate": challenge } });
    deleted.push(String(url).slice(vault.length));
    return new Response("{}", { status: 200 });
  };
  const waits = createWaits(0.001, new AbortController().signal);
  const client = createVaultClient("vault.emulator.test", {
    tokens: { token: async () => "token" },
    waits,
    userAgent: "test",
    fetch,
  });
  await Promise.all(["one", "two", "three"].map((name) => client.deleteSecret("own", name)));
  expect(deleted.sort()).toEqual(["one", "three", "two"].map((name) => `/secrets/${name}?api-version=7.6`));
});
