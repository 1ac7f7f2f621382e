import { z } from "zod";
import type { ServiceDefinition } from "../../../offline/emulator/http/route";
import { startTestEmulator, type TestEmulator } from "../../support/emulator";

/** What the emulator said since the test began. */
export const log: string[] = [];
/** When each call of the slow route began and ended, since the test began. */
export const slowNotes: string[] = [];

/** A small service of these tests' own: what the server does for every service shows best on one that does nothing else. */
export const probe: ServiceDefinition = {
  service: "insights",
  matches: (_host, path) => path.startsWith("/probe/"),
  audiences: () => ["https://graph.microsoft.com"],
  renderError: ({ status, code, message, detail }) => ({
    status,
    body: { code, message, kind: detail.kind, reason: detail.reason },
  }),
  routes: [
    {
      method: "GET",
      path: "/probe/caller",
      handle: ({ caller }) => ({ status: 200, body: { ...caller, tenant: caller.tenant.id } }),
    },
    {
      method: "POST",
      path: "/probe/items/:id",
      anonymous: true,
      query: ["$filter", "api-version"],
      apiVersions: ["2024-01-01"],
      body: z.strictObject({ name: z.string(), nested: z.strictObject({ size: z.int() }).optional() }),
      handle: ({ parameters, query, body }) => ({
        status: 200,
        headers: { "x-own": "yes" },
        body: { parameters, query, body },
      }),
    },
    { method: "DELETE", path: "/probe/items/:id", anonymous: true, handle: () => ({ status: 204 }) },
    {
      method: "GET",
      path: "/probe/text",
      anonymous: true,
      handle: () => ({ status: 200, headers: { "Content-Type": "text/csv" }, body: "a,b" }),
    },
    {
      method: "GET",
      path: "/probe/slow/:name",
      async handle({ parameters: { name } }) {
        slowNotes.push(`${name} begins`);
        await new Promise((done) => setTimeout(done, 30));
        slowNotes.push(`${name} ends`);
        return { status: 204 };
      },
    },
    {
      method: "GET",
      path: "/probe/broken",
      anonymous: true,
      handle: () => {
        throw new Error("a mistake in a route");
      },
    },
  ],
};

/** Of this test file alone, with the small service; in its first state before each test. */
export let emulator: TestEmulator;
beforeAll(async () => {
  emulator = await startTestEmulator({ log: (line) => log.push(line), services: [probe] });
});
afterAll(() => emulator.stop());
beforeEach(async () => {
  log.length = 0;
  slowNotes.length = 0;
  emulator.forgetTokens();
  await emulator.control("POST", "reset");
});

/** A path of the small service that knows query options and a body. */
export const item = "/probe/items/1?api-version=2024-01-01";
/** The journal's last entry. */
export const lastEntry = async () => (await emulator.control("GET", "journal")).at(-1);
