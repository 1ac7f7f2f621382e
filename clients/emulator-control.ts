import { z } from "zod";
import { call } from "./http/call";
import { bodyText, type Exchange, exchange, type HttpSettings } from "./http/exchange";
import { shaped } from "./http/shape";

const SERVICE = "the emulator";

/** A control route of the emulator (`POST /_emulator/NAME`) and its JSON. */
export async function controlEmulator(
  origin: string,
  name: string,
  body: object,
  settings: HttpSettings = {},
): Promise<Readonly<Record<string, unknown>>> {
  const url = `${origin}/_emulator/${name}`;
  const answer = await call(
    { service: SERVICE, operation: `control ${name}`, method: "POST", url, json: body },
    settings,
  );
  return (answer.body ?? {}) as Readonly<Record<string, unknown>>;
}

/** A tenant of the emulated world, as a client has to name it. */
export interface EmulatedTenant {
  readonly id: string;
  readonly domain: string;
  readonly role: "partner" | "home";
  /** The identity that deploys in it; in the vault's tenant, the one that writes the vault. */
  readonly deployer: { readonly clientId: string };
  readonly reportingUser: { readonly userPrincipalName: string } | null;
  readonly vault: { readonly subscriptionId: string; readonly resourceGroup: string; readonly name: string } | null;
}

const tenantSchema = z.object({
  id: z.string(),
  domain: z.string(),
  role: z.enum(["partner", "home"]),
  deployer: z.object({ clientId: z.string() }),
  reportingUser: z.object({ userPrincipalName: z.string() }).nullable(),
  vault: z.object({ subscriptionId: z.string(), resourceGroup: z.string(), name: z.string() }).nullable(),
});

/** The tenants of a running emulator; fails soon if it has ended. */
export async function emulatedTenants(origin: string, settings: HttpSettings = {}): Promise<readonly EmulatedTenant[]> {
  const request = {
    service: SERVICE,
    operation: "control tenants",
    url: `${origin}/_emulator/tenants`,
    budgetMs: 2_000,
  };
  const answer = await call(request, settings);
  return shaped(z.array(tenantSchema), answer.body, request);
}

/** Adds a partner tenant with a reporting user, a deployer and a rotator. */
export async function addEmulatedTenant(
  origin: string,
  domain: string,
  settings: HttpSettings = {},
): Promise<EmulatedTenant> {
  const added = await controlEmulator(origin, "tenants", { domain }, settings);
  return shaped(tenantSchema, added, { service: SERVICE, operation: "control tenants" });
}

/** One page of the emulator's sign-in as a browser gets it, and where it was sent, which is not followed. */
export async function openEmulatorPage(
  url: string,
  form: URLSearchParams | undefined,
  settings: HttpSettings = {},
): Promise<{ readonly html: string; readonly sentTo: string | undefined }> {
  const request: Exchange = {
    ...{ service: SERVICE, operation: "open a page", url, keepsRedirect: true },
    ...(form && { method: "POST", body: form }),
  };
  const answer = await exchange(request, settings);
  return { html: await bodyText(answer, request, settings), sentTo: answer.headers.get("location") ?? undefined };
}
