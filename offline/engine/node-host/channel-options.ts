/** Messages may be as large as the engine allows, since a resource may hold a large text. */
export const channelOptions = {
  "grpc.max_receive_message_length": 400 * 1024 * 1024,
  "grpc.max_send_message_length": -1,
  // A proxy in the environment is not for this machine's own processes.
  "grpc.enable_http_proxy": 0,
} as const;
