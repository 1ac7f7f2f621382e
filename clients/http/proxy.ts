import http from "node:http";

type Environment = Readonly<Record<string, string | undefined>>;

/** Node's own switch, in Node 24.14 and later; older ones know the variable NODE_USE_ENV_PROXY only. */
interface ProxySwitch {
  setGlobalProxyFromEnv?(env: Environment): unknown;
}

let help: string | undefined;

/**
 * One rule for every client: all use the proxy of the environment, or none does. Node's `fetch`, which all of them send through, reads
 * HTTPS_PROXY only where NODE_USE_ENV_PROXY=1 was set at the start, or where this function enables it.
 */
export function useEnvironmentProxy(env: Environment): void {
  if (proxyOf(env) === undefined || isSwitchedOn(env)) return;
  const { setGlobalProxyFromEnv } = http as ProxySwitch;
  if (setGlobalProxyFromEnv === undefined) noteUnusedProxy(env);
  else setGlobalProxyFromEnv(env);
}

/** For a library inside another process, whose connections are not ours to change: only errors mention the unused proxy. */
export function noteUnusedProxy(env: Environment): void {
  const variable = proxyOf(env);
  help =
    variable === undefined || isSwitchedOn(env)
      ? undefined
      : `${variable} is set, and Node uses it only with NODE_USE_ENV_PROXY=1 (Node 22.21 or later): set it before the process starts.`;
}

/** What an unanswered request should say about the proxy; undefined where there is nothing to say. */
export function proxyHelp(): string | undefined {
  return help;
}

function proxyOf(env: Environment): string | undefined {
  return ["HTTPS_PROXY", "https_proxy"].find((name) => env[name]);
}

function isSwitchedOn(env: Environment): boolean {
  return env["NODE_USE_ENV_PROXY"] === "1";
}
