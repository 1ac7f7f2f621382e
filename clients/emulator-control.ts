import { call } from "./http/call";
import { bodyText, type Exchange, exchange, type HttpSettings } from "./http/exchange";

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
