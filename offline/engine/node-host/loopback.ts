import { isIP } from "node:net";

/** Whether an address such as `127.0.0.1:4711` or `[::1]:4711` can only be reached from this machine. */
export function isLoopback(address: string): boolean {
  const host = /^\[?(.*?)\]?:\d+$/.exec(address)?.[1] ?? "";
  if (isIP(host) === 4) return host.startsWith("127.");
  return host === "::1" || host === "localhost";
}

/** Throws when the stand-in is asked to talk to another machine: it serves the emulator and tests, nothing real. */
export function requireLoopback(address: string, whose: string): void {
  if (isLoopback(address)) return;
  throw new Error(
    `the stand-in Node host talks to this machine only, and the ${whose} is at "${address}". Install Pulumi with its own Node host for anything else.`,
  );
}
