import { readFileSync } from "node:fs";
import { request as httpsRequest } from "node:https";
import { homeTenant, partnerTenant } from "../../offline/emulator/seed/constants";
import { type EmulatorOptions, type RunningEmulator, startEmulator } from "../../offline/emulator/server";

/** The seeded identities by the name tests use for them. */
export const identities = {
  "partner-deployer": { tenant: partnerTenant, ids: partnerTenant.deployer, secret: "deployer" },
  "partner-rotator": { tenant: partnerTenant, ids: partnerTenant.rotator, secret: "rotator" },
  "partner-administrator": { tenant: partnerTenant, ids: partnerTenant.administrator, secret: "administrator" },
  "home-deployer": { tenant: homeTenant, ids: homeTenant.deployer, secret: "deployer" },
  "home-rotator": { tenant: homeTenant, ids: homeTenant.rotator, secret: "rotator" },
  "home-administrator": { tenant: homeTenant, ids: homeTenant.administrator, secret: "administrator" },
  reader: { tenant: homeTenant, ids: homeTenant.reader, secret: "reader" },
  renewer: { tenant: homeTenant, ids: homeTenant.renewer, secret: "renewer" },
} as const;

export type IdentityName = keyof typeof identities;

export interface CallOptions {
  /** Who calls; left out: no token. */
  readonly as?: IdentityName;
  /** A token of the test's own, instead of `as`. */
  readonly token?: string;
  /** Sent as JSON; a string or URLSearchParams as it is. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Audience of the token; left out: the service the address belongs to. */
  readonly resource?: string;
}

export interface CallResult {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  /** The parsed JSON, or undefined. Tests know what they expect. */
  // biome-ignore lint/suspicious/noExplicitAny: an answer's shape is the test's own expectation
  readonly body: any;
}

/** A running emulator with a way to call it as one of the seeded identities. */
export interface TestEmulator extends RunningEmulator {
  /** `path` is a path on the origin, or a whole address (`https://<vault>.vault.emulator.test/…`). */
  call(method: string, path: string, options?: CallOptions): Promise<CallResult>;
  /** Asks the token endpoint. */
  requestToken(
    form: Readonly<Record<string, string>>,
    options?: { tenant?: string; version?: 1 | 2 },
  ): Promise<CallResult>;
  /** A token of a seeded identity; kept until the emulator's clock passes its end. */
  tokenOf(name: IdentityName, resource: string): Promise<string>;
  /** Forgets kept tokens: after permissions were changed, which a token shows only when it is new. */
  forgetTokens(): void;
  /** Does something at another time than the emulator's, which goes on from its own afterwards. */
  at<T>(time: string, action: () => Promise<T>): Promise<T>;
  /** Calls a control route and expects it to work. */
  control(method: "GET" | "POST", name: string, body?: unknown): Promise<CallResult["body"]>;
}

/** Starts an emulator in this process; stop it in `afterAll`. */
export async function startTestEmulator(options: EmulatorOptions = {}): Promise<TestEmulator> {
  const emulator = await startEmulator(options);
  const ca = readFileSync(emulator.caFile, "utf8");
  const kept = new Map<string, { token: string; expires: number }>();
  const send = (method: string, path: string, body: unknown, headers: Record<string, string>) =>
    sendTo(emulator.origin, ca, { method, path, body, headers });

  const requestToken: TestEmulator["requestToken"] = (form, { tenant = partnerTenant.id, version = 2 } = {}) =>
    send("POST", `/${tenant}/oauth2/${version === 2 ? "v2.0/" : ""}token`, new URLSearchParams(form), {});

  const tokenOf: TestEmulator["tokenOf"] = async (name, resource) => {
    const now = emulator.world.clock.now().getTime();
    const key = `${name} ${resource}`;
    const known = kept.get(key);
    if (known !== undefined && known.expires > now) return known.token;
    const { tenant, ids, secret } = identities[name];
    const form = { client_id: ids.clientId, client_secret: emulator.secrets[secret], grant_type: "client_credentials" };
    const answer = await requestToken({ ...form, scope: `${resource}/.default` }, { tenant: tenant.id });
    if (answer.status !== 200) throw new Error(`no token for ${name}: ${answer.body?.error_description}`);
    kept.set(key, { token: answer.body.access_token, expires: now + answer.body.expires_in * 1000 });
    return answer.body.access_token;
  };

  const call: TestEmulator["call"] = async (method, path, { as, token, body, headers = {}, resource } = {}) => {
    const bearer = as === undefined ? token : await tokenOf(as, resource ?? resourceOf(emulator, path));
    return send(method, path, body, {
      ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
      ...headers,
    });
  };

  const control: TestEmulator["control"] = async (method, name, body) => {
    const answer = await send(method, `/_emulator/${name}`, body, {});
    if (answer.status >= 300) throw new Error(`${method} /_emulator/${name}: ${answer.status} ${answer.text}`);
    return answer.body;
  };

  const at: TestEmulator["at"] = async (time, action) => {
    const { now: own } = await control("GET", "state");
    await control("POST", "clock", { set: time });
    kept.clear();
    try {
      return await action();
    } finally {
      await control("POST", "clock", { set: own });
      kept.clear();
    }
  };

  // Getters such as `tenants` must stay live, so the emulator is the prototype and not copied.
  const helpers = { call, requestToken, tokenOf, forgetTokens: () => kept.clear(), at, control };
  return Object.assign(Object.create(emulator), helpers);
}

function resourceOf({ origin, world }: RunningEmulator, path: string): string {
  const url = new URL(path, origin);
  if (url.hostname.endsWith(world.addresses.keyVaultSuffix)) return `https://${world.addresses.keyVaultSuffix}`;
  if (/^\/(v1\.0|beta)\//.test(url.pathname)) return "https://graph.microsoft.com";
  if (/^\/(v1|insights)\//.test(url.pathname)) return "https://api.partnercenter.microsoft.com";
  return "https://management.azure.com";
}

interface Sending {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;
}

/** Every host name leads to the emulator's own port, as its CONNECT port does for other clients. */
function sendTo(origin: string, ca: string, { method, path, body, headers }: Sending): Promise<CallResult> {
  const url = new URL(path, origin);
  const payload = encode(body);
  return new Promise((done, failed) => {
    const request = httpsRequest(
      {
        host: "127.0.0.1",
        port: new URL(origin).port,
        servername: url.hostname,
        ca,
        agent: false,
        method,
        path: `${url.pathname}${url.search}`,
        headers: {
          host: url.host,
          ...(payload === undefined ? {} : { "content-type": payload.type }),
          ...(payload === undefined || "transfer-encoding" in headers
            ? {}
            : { "content-length": Buffer.byteLength(payload.text) }),
          ...headers,
        },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", failed);
        response.on("end", () => {
          const text = Buffer.concat(chunks).toString("utf8");
          const received = Object.entries(response.headers).map(([name, value]) => [name, [value].flat().join(", ")]);
          done({ status: response.statusCode ?? 0, headers: Object.fromEntries(received), text, body: parse(text) });
        });
      },
    );
    request.on("error", failed);
    request.end(payload?.text);
  });
}

function encode(body: unknown): { type: string; text: string } | undefined {
  if (body === undefined) return undefined;
  if (body instanceof URLSearchParams) return { type: "application/x-www-form-urlencoded", text: body.toString() };
  return { type: "application/json", text: typeof body === "string" ? body : JSON.stringify(body) };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
