import * as pulumi from "@pulumi/pulumi";

/**
 * Keeps the SDK's debug messages from the engine. After each registration the SDK tells the engine the provider's whole answer,
 * secrets in clear ("RegisterResource RPC finished: … resp: …", `runtime/resource.js` of 3.259.0), and the engine's event log and
 * `pulumi up --json` write that down, with `--debug` or without. The SDK has no switch for it. Its own modules call the function
 * through the module object that is changed here, so this must run before the first resource is declared.
 */
export function silenceDebugLog(): void {
  Object.assign(pulumi.log, { debug: () => Promise.resolve() });
}
