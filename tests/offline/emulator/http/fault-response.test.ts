import { partnerTenant } from "../../../../offline/emulator/seed/constants";
import { startTestEmulator } from "../../../support/emulator";
import { emulator, lastEntry } from "../probed-emulator";

describe("a fault", () => {
  const users = "/v1.0/users";
  const create = (displayName: string) =>
    emulator.call("POST", "/v1.0/applications", { as: "partner-deployer", body: { displayName } });
  const names = async (): Promise<string[]> => {
    const { tenants } = await emulator.control("GET", "state");
    return tenants[partnerTenant.id].applications.map(({ displayName }: { displayName: string }) => displayName);
  };
  const plan = (...faults: Record<string, unknown>[]) => emulator.control("POST", "faults", faults);

  it("answers a status before anything is done, in the service's own words, with Retry-After", async () => {
    await plan({ service: "graph", method: "POST", when: "before", action: "status", status: 429, retryAfter: 3 });
    const answer = await create("never made");
    expect(answer.status).toBe(429);
    expect(answer.headers["retry-after"]).toBe("3");
    expect(answer.body.error).toMatchObject({
      code: "TooManyRequests",
      message: expect.any(String),
      innerError: expect.any(Object),
    });
    expect(await names()).not.toContain("never made");
    expect(await lastEntry()).toMatchObject({ status: 429, fault: "status before" });
  });

  it("answers a status after the commit, with a body of the test's own and no Retry-After", async () => {
    const body = { error: { code: "Directory_ConcurrencyViolation", message: "try again" } };
    await plan({ service: "graph", method: "POST", nth: 1, when: "after", action: "status", status: 503, body });
    const answer = await create("made all the same");
    expect(answer).toMatchObject({ status: 503, body });
    expect(answer.headers["retry-after"]).toBeUndefined();
    expect(await names()).toContain("made all the same");
    expect((await create("and the next works")).status).toBe(201);
  });

  it("words a sign-in failure as Entra does", async () => {
    await plan({ service: "entra", when: "before", action: "status", status: 503, times: 1 });
    const form = {
      client_id: partnerTenant.deployer.clientId,
      client_secret: emulator.secrets.deployer,
      grant_type: "client_credentials",
      scope: "https://graph.microsoft.com/.default",
    };
    expect(await emulator.requestToken(form)).toMatchObject({
      status: 503,
      body: { error: "temporarily_unavailable", error_codes: [90000] },
    });
    expect((await emulator.requestToken(form)).status).toBe(200);
  });

  it.each(["before", "after"])("resets the connection %s the commit", async (when) => {
    await plan({ path: "/v1.0/applications", method: "POST", when, action: "reset" });
    await expect(create(`reset ${when}`)).rejects.toThrow(/socket hang up|ECONNRESET/);
    expect((await names()).includes(`reset ${when}`)).toBe(when === "after");
    expect(await lastEntry()).toMatchObject({ status: null, fault: `reset ${when}` });
  });

  it("truncates an answer after the commit", async () => {
    await plan({ method: "POST", service: "graph", when: "after", action: "truncate" });
    await expect(create("half told")).rejects.toThrow("aborted");
    expect(await names()).toContain("half told");
    expect(await lastEntry()).toMatchObject({ status: 201, fault: "truncate after" });
  });

  it("truncates an answer of its own before anything is done", async () => {
    await plan({
      method: "POST",
      service: "graph",
      when: "before",
      action: "truncate",
      status: 200,
      body: { half: "of this" },
    });
    await expect(create("not made")).rejects.toThrow("aborted");
    expect(await names()).not.toContain("not made");
  });

  it.each(["before", "after"])("hangs %s the commit until the emulator stops", async (when) => {
    const own = await startTestEmulator();
    await own.tokenOf("partner-deployer", "https://graph.microsoft.com");
    await own.control("POST", "faults", [{ service: "graph", method: "POST", when, action: "hang" }]);
    let ended = false;
    const hanging = own.call("POST", "/v1.0/applications", { as: "partner-deployer", body: { displayName: "hung" } });
    const outcome = hanging.then(
      () => "answered",
      (error: Error) => error.message,
    );
    void outcome.then(() => {
      ended = true;
    });
    const struck = async () =>
      (await own.control("GET", "journal")).some(({ fault }: { fault?: string }) => fault === `hang ${when}`);
    while (!ended && !(await struck())) await new Promise((done) => setTimeout(done, 10));
    const isMade = JSON.stringify(await own.control("GET", "state")).includes('"hung"');
    const endedBefore = ended;
    await own.stop();
    expect([endedBefore, isMade]).toEqual([false, when === "after"]);
    expect(await outcome).toMatch(/socket hang up|ECONNRESET/);
  });

  it("strikes the n-th call of a path pattern", async () => {
    await plan({ path: "/v1.0/us*", nth: 2, when: "before", action: "status", status: 500 });
    const statuses = [];
    for (let index = 0; index < 3; index++)
      statuses.push((await emulator.call("GET", users, { as: "partner-deployer" })).status);
    expect(statuses).toEqual([200, 500, 200]);
  });

  it("leaves the control routes alone", async () => {
    await plan({ when: "before", action: "reset" });
    expect(await plan()).toEqual([]);
  });
});
