import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runQuietly } from "../../../cli/review/quiet-process";

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "partner-access-quiet-"));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

/** What an expression answers inside the process, or the message of what it throws. */
async function inside(expression: string): Promise<unknown> {
  await writeFile(
    join(directory, "entry.js"),
    `(async () => ${expression})().catch((error) => "refused: " + error.message)
      .then((value) => { require("node:fs").writeSync(3, JSON.stringify(value)); process.exit(0); });`,
  );
  const program = { directory, preloads: [], entry: join(directory, "entry.js"), signal: new AbortController().signal };
  const { answer, end } = await runQuietly(program, {});
  if (answer === "") throw new Error(end);
  return JSON.parse(answer);
}

describe("a process of a review", () => {
  it("reaches nothing on the network, not even a server that listens on this machine", async () => {
    let calls = 0;
    const server = createServer((_request, response) => response.end(String(++calls))).listen(0, "127.0.0.1");
    try {
      await new Promise((resolve) => server.once("listening", resolve));
      const { port } = server.address() as AddressInfo;
      const address = `"http://127.0.0.1:${port}/"`;
      const get = `new Promise((ok, no) => require("node:http").get(${address}, ok).on("error", no))`;
      const tcp = `new Promise((ok, no) => require("node:net").connect(${port}, "127.0.0.1", ok).on("error", no))`;
      const udp = `new Promise((ok) => require("node:dgram").createSocket("udp4").send("x", ${port}, "127.0.0.1", ok))`;
      const name = `require("node:dns").promises.lookup("localhost")`;
      for (const attempt of [`fetch(${address})`, get, tcp, udp, name, `require("node:net").connect("/tmp/socket")`]) {
        expect([attempt, await inside(attempt)]).toEqual([attempt, "refused: a review has no network"]);
      }
      expect(calls).toBe(0);
    } finally {
      server.close();
    }
  });

  it("has no environment, starts no other process and writes no file", async () => {
    process.env["A_CREDENTIAL"] = "never seen";
    expect(await inside("Object.keys(process.env)")).toEqual([]);
    delete process.env["A_CREDENTIAL"];
    expect(await inside(`require("node:child_process").execSync("env")`)).toMatch(/^refused: /);
    expect(await inside(`require("node:fs").writeFileSync("${directory}/written", "")`)).toMatch(/^refused: /);
  });

  it("lives at the same time on every day", async () => {
    expect(await inside("[new Date().toISOString(), Date.now(), new Date(5).getTime()]")).toEqual([
      "2026-01-01T00:00:00.000Z",
      Date.parse("2026-01-01T00:00:00Z"),
      5,
    ]);
  });
});
