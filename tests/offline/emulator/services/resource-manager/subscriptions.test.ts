import { homeSubscription, homeTenant } from "../../../../../offline/emulator/seed/constants";
import { AzureCalls, group } from "../../azure-calls";

const subscription = `/subscriptions/${homeSubscription.id}`;
let azure: AzureCalls;
beforeEach(() => {
  azure = new AzureCalls();
});

describe("tenants and subscriptions", () => {
  it("list the tenant of the token and no other", async () => {
    const { status, body } = await azure.arm("deployer", "GET", "/tenants", undefined, "2016-06-01");
    expect(status).toBe(200);
    expect(body.value.map((tenant: { tenantId: string }) => tenant.tenantId)).toEqual([homeTenant.id]);
  });

  it("list a subscription for whoever holds a role somewhere in it, and nothing for anybody else", async () => {
    const listed = async (who: "deployer" | "reader" | "partnerDeployer") =>
      (await azure.arm(who, "GET", "/subscriptions", undefined, "2022-12-01")).body.value.map(
        (each: { subscriptionId: string }) => each.subscriptionId,
      );
    expect(await listed("deployer")).toEqual([homeSubscription.id]);
    expect(await listed("reader")).toEqual([]);
    expect(await listed("partnerDeployer")).toEqual([]);
  });

  it("show one subscription with its tenant and state", async () => {
    const { status, body } = await azure.arm("deployer", "GET", subscription, undefined, "2022-12-01");
    expect(status).toBe(200);
    expect(body).toMatchObject({ id: subscription, tenantId: homeTenant.id, state: "Enabled" });
  });

  it("refuse a subscription to who holds no role in it, naming client, action and scope", async () => {
    const { status, body } = await azure.arm("reader", "GET", subscription, undefined, "2022-12-01");
    expect(status).toBe(403);
    expect(body.error).toEqual({
      code: "AuthorizationFailed",
      message: `The client '${homeTenant.reader.clientId}' with object id '${homeTenant.reader.objectId}' does not have authorization to perform action 'Microsoft.Resources/subscriptions/read' over scope '${subscription}' or the scope is invalid. If access was recently granted, please refresh your credentials.`,
    });
  });

  it("do not know other subscriptions", async () => {
    const other = "/subscriptions/99999999-9999-4999-8999-999999999999";
    const { status, body } = await azure.arm("deployer", "GET", other, undefined, "2022-12-01");
    expect([status, body.error.code]).toEqual([404, "SubscriptionNotFound"]);
  });

  it("refuse a token of another tenant and say which tenant is meant", async () => {
    const { status, headers, body } = await azure.groups("partnerDeployer", "GET", group);
    expect([status, body.error.code]).toEqual([401, "InvalidAuthenticationTokenTenant"]);
    expect(body.error.message).toContain(`must match the tenant 'https://localhost:1/${homeTenant.id}/'`);
    expect(headers["www-authenticate"]).toContain("Bearer authorization_uri=");
  });

  it("refuse a version that nobody publishes", async () => {
    const { status, body } = await azure.arm("deployer", "GET", "/subscriptions", undefined, "1999-01-01");
    expect([status, body.error.code]).toEqual([400, "InvalidApiVersionParameter"]);
  });
});

describe("resource groups", () => {
  const fresh = `${subscription}/resourceGroups/Fresh`;

  it("are the same in any case of their path", async () => {
    const upper = `${subscription.toUpperCase()}/RESOURCEGROUPS/PARTNER-INSIGHTS`;
    const { status, body } = await azure.groups("deployer", "GET", upper);
    expect([status, body.id, body.location]).toEqual([200, group, "westeurope"]);
  });

  it("tell existence by HEAD", async () => {
    expect((await azure.groups("administrator", "HEAD", group)).status).toBe(204);
    expect((await azure.groups("administrator", "HEAD", fresh)).status).toBe(404);
  });

  it("are created, changed and deleted by an owner", async () => {
    const created = await azure.groups("administrator", "PUT", fresh, { location: "West Europe", tags: { a: "b" } });
    expect([created.status, created.body.location]).toEqual([201, "westeurope"]);
    const again = await azure.groups("administrator", "PUT", fresh.toLowerCase(), { location: "westeurope" });
    expect([again.status, again.body.name, again.body.tags]).toEqual([200, "Fresh", {}]);
    const moved = await azure.groups("administrator", "PUT", fresh, { location: "northeurope" });
    expect([moved.status, moved.body.error.code]).toEqual([409, "InvalidResourceGroupLocation"]);
    const patched = await azure.groups("administrator", "PATCH", fresh, { tags: { c: "d" } });
    expect(patched.body.tags).toEqual({ c: "d" });
    expect((await azure.groups("administrator", "DELETE", fresh)).status).toBe(200);
    const gone = await azure.groups("administrator", "GET", fresh);
    expect([gone.status, gone.body.error.code]).toEqual([404, "ResourceGroupNotFound"]);
  });

  it("are not for the deployer to create or delete", async () => {
    const put = await azure.groups("deployer", "PUT", fresh, { location: "westeurope" });
    expect([put.status, put.body.error.code]).toEqual([403, "AuthorizationFailed"]);
    expect(put.body.error.message).toContain("'Microsoft.Resources/subscriptions/resourceGroups/write'");
    const deletion = await azure.groups("deployer", "DELETE", group);
    expect([deletion.status, deletion.body.error.code]).toEqual([403, "AuthorizationFailed"]);
  });

  it("list only what the caller may read", async () => {
    await azure.groups("administrator", "PUT", fresh, { location: "westeurope" });
    const listed = async (who: "administrator" | "deployer") =>
      (await azure.groups(who, "GET", `${subscription}/resourcegroups`)).body.value.map(
        (each: { name: string }) => each.name,
      );
    expect(await listed("administrator")).toEqual(["partner-insights", "Fresh"]);
    expect(await listed("deployer")).toEqual(["partner-insights"]);
  });

  it("take their vaults with them, recoverably", async () => {
    await azure.groups("administrator", "DELETE", group);
    expect(azure.home.vaults.all()).toEqual([]);
    expect(azure.home.deletedVaults.get(homeSubscription.vault)?.name).toBe(homeSubscription.vault);
  });
});
