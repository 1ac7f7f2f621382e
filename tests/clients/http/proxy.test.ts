import { execFile } from "node:child_process";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join, resolve } from "node:path";

const root = resolve(__dirname, "../../..");
// The Node that the project installs: the system's may be older than the switch.
const node = join(root, "node_modules/node/bin/node");
let proxy: Server;
let asked: string[];

beforeEach(async () => {
  asked = [];
  proxy = createServer().on("connect", (request, socket) => {
    asked.push(request.url ?? "");
    socket.end("HTTP/1.1 502 Bad Gateway\r\n\r\n");
  });
  await new Promise<void>((ready) => proxy.listen(0, "127.0.0.1", ready));
});
afterEach(() => new Promise((done) => proxy.close(done)));

/** What a process prints that asks one service through the layer, with these variables and no others. */
function ask(variables: Readonly<Record<string, string>>): Promise<string> {
  const script = `
    const { useEnvironmentProxy, noteUnusedProxy } = require("./clients/http/proxy");
    const { call } = require("./clients/http/call");
    (process.env.LIBRARY ? noteUnusedProxy : useEnvironmentProxy)(process.env);
    const request = { service: "Graph", operation: "read", url: "https://graph.invalid/v1.0/me", budgetMs: 0 };
    call(request, {}).catch(({ message }) => console.log(message));`;
  return new Promise((done, fail) => {
    const env = { PATH: process.env["PATH"] ?? "", ...variables };
    execFile(node, ["-r", "./bin/transpile.js", "-e", script], { cwd: root, env }, (error, stdout) =>
      error ? fail(error) : done(stdout),
    );
  });
}

const address = () => `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;

describe("the proxy of the environment", () => {
  it.each(["HTTPS_PROXY", "https_proxy"])("is used by the commands with %s alone", async (name) => {
    await ask({ [name]: address() });
    expect(asked).toEqual(["graph.invalid:443"]);
  });

  it("is used where Node was told to by its own variable", async () => {
    await ask({ HTTPS_PROXY: address(), NODE_USE_ENV_PROXY: "1" });
    expect(asked).toEqual(["graph.invalid:443"]);
  });

  it("is left to the process that a library runs in, and the error says what that process must set", async () => {
    const said = await ask({ HTTPS_PROXY: address(), LIBRARY: "1" });
    expect([asked, said]).toEqual([
      [],
      expect.stringContaining("HTTPS_PROXY is set, and Node uses it only with NODE_USE_ENV_PROXY=1"),
    ]);
  });

  it("is not spoken of where there is none", async () => {
    expect(await ask({ LIBRARY: "1" })).not.toContain("PROXY");
  });
});
