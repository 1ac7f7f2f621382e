import { credentials } from "@grpc/grpc-js";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";

/** Writes to the engine's log: a plugin's own standard output and error are not for messages. */
export interface EngineLog {
  write(severity: "debug" | "info" | "warning", message: string): void;
  close(): void;
}

const severities = { debug: LogSeverity.DEBUG, info: LogSeverity.INFO, warning: LogSeverity.WARNING };

/** A log that reaches the engine at an address; one that drops everything when there is none. */
export function createEngineLog(address: string | undefined): EngineLog {
  if (address === undefined) return { write: () => undefined, close: () => undefined };
  const client = new EngineClient(address, credentials.createInsecure());
  return {
    write: (severity, message) => {
      const request = new LogRequest();
      request.setSeverity(severities[severity]);
      request.setMessage(message);
      // Nobody waits for a log line, and an engine that is gone has nobody to show it to.
      client.log(request, () => undefined);
    },
    close: () => client.close(),
  };
}
