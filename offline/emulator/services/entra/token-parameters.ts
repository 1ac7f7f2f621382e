/** Form fields that Microsoft's libraries add to requests, for their telemetry and for what they want to be told back. */
export const libraryParameters: readonly string[] = [
  ["claims", "client_info", "client-request-id", "x-client-SKU", "x-client-VER", "x-client-OS", "x-client-CPU"],
  ["x-client-current-telemetry", "x-client-last-telemetry", "x-ms-lib-capability", "x-app-name", "x-app-ver"],
  ["X-AnchorMailbox", "clidata"],
].flat();
