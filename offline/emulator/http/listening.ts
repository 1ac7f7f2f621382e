import type { Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";

/** A server on 127.0.0.1 that can be stopped at once, whatever its clients still hold open. */
export interface Listening {
  readonly port: number;
  stop(): Promise<void>;
}

/** Listens on loopback only; port 0 is any free port. */
export async function listen(server: Server, port: number): Promise<Listening> {
  const sockets = new Set<Socket>();
  // TLS wraps the connection and CONNECT detaches it from the HTTP server: only the raw socket can always be closed.
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  await new Promise<void>((done, failed) => {
    server.once("error", failed);
    server.listen(port, "127.0.0.1", () => {
      server.off("error", failed);
      done();
    });
  });
  return {
    port: (server.address() as AddressInfo).port,
    stop: () =>
      new Promise<void>((done) => {
        server.close(() => done());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
