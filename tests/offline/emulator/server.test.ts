import { readFileSync } from "node:fs";
import type { IncomingHttpHeaders } from "node:http";
import { get } from "node:https";
import { connect } from "node:net";
import { homeSubscription, homeTenant, partnerTenant } from "../../../offline/emulator/seed/constants";
import { startTestEmulator } from "../../support/emulator";
import { emulator, item, lastEntry, log, slowNotes } from "./probed-emulator";

describe("a known call", () => {
  it("gets its path's parts, its query options decoded, and its body", async () => {
    const answer = await emulator.call(
      "POST",
      `/probe/items/a%20b?api-version=2024-01-01&%24filter=appId%20eq%20'1'+x`,
      { body: { name: "n" } },
    );
    expect(answer.body).toEqual({
      parameters: { id: "a b" },
      query: { "api-version": "2024-01-01", $filter: "appId eq '1' x" },
      body: { name: "n" },
    });
    expect(answer.headers).toMatchObject({ "x-own": "yes", "content-type": "application/json; charset=utf-8" });
    expect((await lastEntry()).query).toEqual({ "api-version": "2024-01-01", $filter: "appId eq '1' x" });
  });

  it("may be sent in chunks", async () => {
    const answer = await emulator.call("POST", item, {
      body: JSON.stringify({ name: "in pieces" }),
      headers: { "transfer-encoding": "chunked" },
    });
    expect(answer.body.body).toEqual({ name: "in pieces" });
  });

  it("may be a HEAD, answered without a body", async () => {
    const answer = await emulator.call("HEAD", "/probe/text");
    expect(answer).toMatchObject({
      status: 200,
      text: "",
      headers: { "content-type": "text/csv", "content-length": "3" },
    });
    expect((await emulator.call("GET", "/probe/text")).text).toBe("a,b");
  });

  it("leaves its connection open longer than any client waits between two polls", async () => {
    const answer = await emulator.call("GET", "/probe/text", { headers: { connection: "keep-alive" } });
    expect(answer.headers["keep-alive"]).toBe("timeout=600");
  });

  it("waits until the one before it in the same tenant is done", async () => {
    const options = { as: "partner-rotator", resource: "https://graph.microsoft.com" } as const;
    await emulator.tokenOf(options.as, options.resource);
    await Promise.all(["a", "b"].map((name) => emulator.call("GET", `/probe/slow/${name}`, options)));
    expect(slowNotes.map((note) => note.split(" ")[1])).toEqual(["begins", "ends", "begins", "ends"]);
  });

  it("that fails by a mistake of the emulator is a 500 with its cause in journal and log", async () => {
    const answer = await emulator.call("GET", "/probe/broken");
    expect(answer.status).toBe(500);
    expect((await lastEntry()).problem).toBe("internal: Error: a mistake in a route");
    expect(log.join()).toContain("a mistake in a route");
  });
});

describe("an answer carries the emulator's date", () => {
  const sameDay = /^Thu, 01 May 2031 00:/;
  beforeEach(() => emulator.control("POST", "clock", { set: "2031-05-01T00:00:00Z" }));

  it.each([
    ["a service's", "GET", "/probe/text"],
    ["one without a body", "DELETE", "/probe/items/1"],
    ["a HEAD's", "HEAD", "/probe/text"],
    ["a refusal", "GET", "/probe/caller"],
    ["one to an unknown call", "GET", "/v1.0/nothing"],
    ["one to an unknown service", "GET", "/nowhere"],
    ["an error of the emulator's own", "GET", "/probe/broken"],
    ["a vault's", "GET", "https://fabrikam-partner-access.vault.emulator.test/secrets?api-version=7.4"],
    ["the control routes'", "GET", "/_emulator/journal"],
  ])("when it is %s", async (_what, method, path) => {
    expect((await emulator.call(method, path)).headers["date"]).toMatch(sameDay);
  });

  it("when a fault answers, and when one cuts the answer in half", async () => {
    expect((await struckBy({ when: "before", action: "status", status: 503 })).date).toMatch(sameDay);
    expect((await struckBy({ when: "after", action: "truncate" })).date).toMatch(sameDay);
  });

  /** The head of an answer whose body may never come to its end. */
  async function struckBy(fault: Record<string, unknown>): Promise<IncomingHttpHeaders> {
    await emulator.control("POST", "faults", [{ path: "/probe/text", ...fault }]);
    return new Promise((done, failed) => {
      const options = { ca: readFileSync(emulator.caFile, "utf8") };
      get(`${emulator.origin}/probe/text`, options, (answer) => {
        answer.on("error", () => undefined).resume();
        done(answer.headers);
      }).once("error", failed);
    });
  }
});

describe("a listener for changes", () => {
  it("hears once of a request that changed something, before its answer, and never of one that did not", async () => {
    const heard: string[] = [];
    let seen = 0;
    const undo = emulator.onChange(async ({ service, method, path }) => {
      await new Promise((done) => setTimeout(done, 20));
      heard.push(`${service} ${method} ${path}`);
      // The world already shows the change while its answer is still held back.
      seen = emulator.world.tenants.get(partnerTenant.id)?.applications.all().length ?? 0;
    });
    const before = emulator.world.tenants.get(partnerTenant.id)?.applications.all().length ?? 0;
    await emulator.call("GET", "/v1.0/applications", { as: "partner-deployer" });
    expect(heard).toEqual([]);
    await emulator.call("POST", "/v1.0/applications", { as: "partner-deployer", body: { displayName: "x" } });
    expect(heard).toEqual(["graph POST /v1.0/applications"]);
    expect(seen).toBe(before + 1);
    await emulator.call("POST", "/v1.0/applications", { as: "partner-deployer", body: { unknown: 1 } });
    undo();
    await emulator.call("POST", "/v1.0/applications", { as: "partner-deployer", body: { displayName: "y" } });
    expect(heard).toHaveLength(1);
  });

  it("may itself call the emulator", async () => {
    const statuses: number[] = [];
    const undo = emulator.onChange(async () => {
      statuses.push((await emulator.call("GET", "/v1.0/applications", { as: "partner-deployer" })).status);
    });
    await emulator.call("POST", "/v1.0/applications", { as: "partner-deployer", body: { displayName: "x" } });
    undo();
    expect(statuses).toEqual([200]);
  });
});

describe("the ports", () => {
  it("are on loopback, and are free again at once when it stops, whatever is still connected", async () => {
    const own = await startTestEmulator();
    const port = Number(new URL(own.origin).port);
    const proxyPort = Number(new URL(own.proxy).port);
    const open = connect(port, "127.0.0.1");
    await new Promise((done) => open.once("connect", done));
    open.on("error", () => undefined);
    const ended = new Promise((done) => open.once("close", done));
    // The client lets go of nothing: a stop that waited for it would never come back.
    await own.stop();
    await ended;
    for (const free of [port, proxyPort]) await expect(dial(free)).rejects.toThrow("ECONNREFUSED");
    const again = await startTestEmulator({ port });
    expect(again.origin).toBe(own.origin);
    await again.stop();
  });

  it("that are taken are an error", async () => {
    const port = Number(new URL(emulator.origin).port);
    await expect(startTestEmulator({ port })).rejects.toThrow("EADDRINUSE");
  });
});

function dial(port: number): Promise<void> {
  return new Promise((done, failed) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => {
      socket.destroy();
      done();
    });
    socket.once("error", failed);
  });
}

it("tells its tenants as the emulator's line of JSON does", () => {
  const { deployer, id, domain, reportingUser } = partnerTenant;
  expect(emulator.tenants).toEqual([
    {
      id,
      domain,
      role: "partner",
      deployer,
      reportingUser: { userPrincipalName: reportingUser.userPrincipalName },
      administrator: { userPrincipalName: `admin@${domain}`, password: emulator.secrets.userPassword },
      vault: null,
    },
    {
      id: homeTenant.id,
      domain: homeTenant.domain,
      role: "home",
      deployer: homeTenant.deployer,
      reportingUser: null,
      administrator: { userPrincipalName: `admin@${homeTenant.domain}`, password: emulator.secrets.userPassword },
      vault: {
        subscriptionId: homeSubscription.id,
        resourceGroup: homeSubscription.resourceGroup,
        name: homeSubscription.vault,
      },
    },
  ]);
});
