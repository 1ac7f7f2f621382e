import { isIP } from "node:net";

/** Whether a host name or address can only mean this machine. */
export function isLoopbackHost(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, "").toLowerCase();
  if (isIP(bare) === 4) return bare.startsWith("127.");
  if (isIP(bare) === 6) return bare === "::1";
  return bare === "localhost";
}

/** The same for `host:port`. */
export function isLoopbackAddress(address: string): boolean {
  return URL.canParse(`http://${address}`) && isLoopbackHost(new URL(`http://${address}`).hostname);
}

/** The same for a URL. */
function isLoopbackUrl(url: string): boolean {
  return URL.canParse(url) && isLoopbackHost(new URL(url).hostname);
}

/** Refuses an endpoint that is not this machine. A stand-in provider must never meet a real tenant. */
export function refuseUnlessLoopback(what: string, url: string): void {
  if (isLoopbackUrl(url)) return;
  throw new Error(
    `a stand-in provider speaks to an emulator on this machine only: ${what} is ${JSON.stringify(url)}, allowed are localhost, ` +
      "127.0.0.0/8 and ::1. Unset PULUMI_HOME to use the real plugins, or start the emulator and use the environment it prints.",
  );
}
