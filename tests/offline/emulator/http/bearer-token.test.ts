import { partnerTenant } from "../../../../offline/emulator/seed/constants";
import { startTestEmulator } from "../../../support/emulator";
import { emulator, probe } from "../probed-emulator";

describe("a bearer token", () => {
  const reason = async (token: string | undefined) => {
    const answer = await emulator.call("GET", "/probe/caller", token === undefined ? {} : { token });
    return answer.status === 401 ? answer.body.reason : answer.status;
  };

  it("says who calls", async () => {
    const answer = await emulator.call("GET", "/probe/caller", {
      as: "partner-rotator",
      resource: "https://graph.microsoft.com",
    });
    expect(answer.body).toEqual({
      tenant: partnerTenant.id,
      objectId: partnerTenant.rotator.objectId,
      clientId: partnerTenant.rotator.clientId,
      roles: ["Application.ReadWrite.OwnedBy"],
      scopes: [],
      isAppOnly: true,
    });
  });

  it("is refused when missing, malformed, of another audience or signed by somebody else", async () => {
    const graph = await emulator.tokenOf("partner-deployer", "https://graph.microsoft.com");
    expect(await reason(undefined)).toBe("missing");
    expect(await reason("nonsense")).toBe("malformed");
    expect(await reason(await emulator.tokenOf("partner-deployer", "https://management.azure.com"))).toBe("audience");
    const [header, payload] = graph.split(".");
    expect(await reason(`${header}.${payload}.${Buffer.alloc(256).toString("base64url")}`)).toBe("signature");
    expect(await reason(graph)).toBe(200);
  });

  it("expires by the emulator's clock, and does not count before its time", async () => {
    const token = await emulator.tokenOf("partner-deployer", "https://graph.microsoft.com");
    await emulator.control("POST", "clock", { advance: "PT59M" });
    expect(await reason(token)).toBe(200);
    await emulator.control("POST", "clock", { advance: "PT32M" });
    expect(await reason(token)).toBe("expired");
    await emulator.control("POST", "clock", { set: "2020-01-01T00:00:00Z" });
    expect(await reason(token)).toBe("not-yet-valid");
  });

  it("stops counting when its principal is disabled", async () => {
    const token = await emulator.tokenOf("partner-rotator", "https://graph.microsoft.com");
    const path = `/v1.0/servicePrincipals/${partnerTenant.rotator.objectId}`;
    await emulator.call("PATCH", path, { as: "partner-administrator", body: { accountEnabled: false } });
    expect(await reason(token)).toBe("identity");
  });

  it("of one emulator means nothing to another, and nothing else of one is seen in the other", async () => {
    const other = await startTestEmulator({ services: [probe] });
    try {
      const token = await emulator.tokenOf("partner-deployer", "https://graph.microsoft.com");
      expect((await other.call("GET", "/probe/caller", { token })).body.reason).toBe("signature");
      expect(other.secrets.deployer).not.toBe(emulator.secrets.deployer);
      const made = await emulator.call("POST", "/v1.0/applications", {
        as: "partner-deployer",
        body: { displayName: "only here" },
      });
      expect(made.status).toBe(201);
      await emulator.control("POST", "clock", { advance: "P30D" });
      const state = JSON.stringify(await other.control("GET", "state"));
      expect(state).not.toContain("only here");
      const before = Date.now();
      const otherNow = other.world.clock.now().getTime();
      expect([before <= otherNow, otherNow <= Date.now()]).toEqual([true, true]);
      expect(await other.control("GET", "journal")).toHaveLength(1);
    } finally {
      await other.stop();
    }
  });
});
