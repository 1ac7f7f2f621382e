import * as pulumi from "@pulumi/pulumi";
import type { RegisterResourceRequest, RegisterResourceResponse } from "@pulumi/pulumi/proto/resource_pb";
import type { ResourceRecord } from "../../permissions/manifest";
import { InProcessDriver } from "../support/in-process-driver";

/** What the program registered in the driver's last update, with what the stand-in providers answered. */
export interface Registered {
  records(): readonly ResourceRecord[];
  stop(): void;
}

type Register = (
  request: RegisterResourceRequest,
  callback: (error: unknown, answer: RegisterResourceResponse) => void,
) => void;

/** Listens to every driver: components register nothing that state or emulator would hold. */
export function watchRegistrations(): Registered {
  let records: ResourceRecord[] = [];
  const { up } = InProcessDriver.prototype;
  const spy = jest.spyOn(InProcessDriver.prototype, "up").mockImplementation(function (this: InProcessDriver, program) {
    records = [];
    const current = records;
    return up.call(this, () => {
      const monitor = pulumi.runtime.getMonitor() as unknown as { registerResource: Register };
      const register = monitor.registerResource;
      monitor.registerResource = (request, callback) =>
        register(request, (error, answer) => {
          if (!error) current.push(recordOf(request, answer));
          callback(error, answer);
        });
      return program();
    });
  });
  return { records: () => records, stop: () => spy.mockRestore() };
}

function recordOf(request: RegisterResourceRequest, answer: RegisterResourceResponse): ResourceRecord {
  return {
    type: request.getType(),
    name: request.getName(),
    urn: answer.getUrn(),
    custom: request.getCustom(),
    inputs: plain(request.getObject()),
    id: answer.getId(),
    outputs: plain(answer.getObject()),
  };
}

function plain(struct: { toJavaScript(): unknown } | undefined): Readonly<Record<string, unknown>> {
  return (struct?.toJavaScript() ?? {}) as Readonly<Record<string, unknown>>;
}
