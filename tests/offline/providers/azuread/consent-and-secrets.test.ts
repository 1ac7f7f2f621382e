import { partnerTenant } from "../../../../offline/emulator/constants";
import { appRoleAssignment } from "../../../../offline/providers/azuread/app-role-assignment";
import { application } from "../../../../offline/providers/azuread/application";
import { applicationPassword } from "../../../../offline/providers/azuread/application-password";
import type { AzureadContext } from "../../../../offline/providers/azuread/context";
import { delegatedPermissionGrant } from "../../../../offline/providers/azuread/delegated-permission-grant";
import { servicePrincipal } from "../../../../offline/providers/azuread/service-principal";
import { textsInSetOrder } from "../../../../offline/providers/azuread/set-order";
import { isUnknown, type Properties, Secret, unknown } from "../../../../offline/providers/plugin/value";
import { azureadFunctions } from "../../../../offline/providers/registries";
import { startTestEmulator, type TestEmulator } from "../../../support/emulator";
import { azureadAs, make, refusals } from "../support/contexts";
import type { SentCall } from "../support/emulator-fetch";

// A busy machine decides nothing: what hangs is found all the same.
jest.setTimeout(120_000);

const { deployer, administrator, reportingUser } = partnerTenant;
const graphClientId = "00000003-0000-0000-c000-000000000000";
const zeros = "00000000-0000-0000-0000-000000000000";

let emulator: TestEmulator;
let context: AzureadContext;
let app: Awaited<ReturnType<typeof make>>;
const calls: SentCall[] = [];
beforeAll(async () => {
  emulator = await startTestEmulator();
});
afterAll(() => emulator.stop());
beforeEach(async () => {
  emulator.reset();
  emulator.forgetTokens();
  context = await azureadAs("partner-administrator", emulator, calls);
  app = await make(application, { displayName: "Reporting", owners: [administrator.objectId] }, context);
  calls.length = 0;
});
const summary = () => calls.map(({ method, path }) => `${method} ${path.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "ID")}`);
const call = (name: string, args: Properties) => {
  const found = azureadFunctions.get(`azuread:index/${name}:${name}`);
  if (found === undefined) throw new Error(`no ${name}`);
  return found.call(args, context);
};
const principalOf = (clientId: string) =>
  call("getServicePrincipal", { clientId }).then((found) => String(found["objectId"]));

describe("a client secret", () => {
  const inputs = () => ({
    applicationId: app.id,
    displayName: "partner-access/dev/1",
    endDate: "2027-01-21T00:00:00Z",
    rotateWhenChanged: { generation: "1" },
  });

  it("is answered once, as a secret, and kept by reads", async () => {
    const made = await make(applicationPassword, inputs(), context);
    expect(made.outputs["value"]).toBeInstanceOf(Secret);
    expect(made.id).toBe(`${app.outputs["objectId"]}/password/${made.outputs["keyId"]}`);
    expect(JSON.stringify(made)).not.toContain(String((made.outputs["value"] as Secret).value));
    const found = await applicationPassword.read(made.id, { inputs: made.inputs, outputs: made.outputs }, context);
    expect(found?.inputs).toEqual(made.inputs);
    expect((found!.outputs["value"] as Secret).value).toBe((made.outputs["value"] as Secret).value);
    expect(applicationPassword.diff(made, made.inputs).differences).toEqual([]);
  });

  it.each<[string, Properties]>([
    ["applicationId", { applicationId: "/applications/11111111-2222-4333-8444-555555555555" }],
    ["displayName", { displayName: "other" }],
    ["endDate", { endDate: "2028-01-01T00:00:00Z" }],
    ["endDateRelative", { endDateRelative: "240h" }],
    ["rotateWhenChanged.generation", { rotateWhenChanged: { generation: "2" } }],
    ["startDate", { startDate: "2026-12-01T00:00:00Z" }],
  ])("is replaced by a change of %s, the new one first", async (path, change) => {
    const made = await make(applicationPassword, inputs(), context);
    const diff = applicationPassword.diff(made, { ...made.inputs, ...change });
    expect(diff.differences).toEqual([expect.objectContaining({ path, replaces: true })]);
    expect(diff.deleteBeforeReplace).toBe(false);
  });

  it("is replaced when the application becomes unknown", async () => {
    const made = await make(applicationPassword, inputs(), context);
    expect(applicationPassword.diff(made, { ...made.inputs, applicationId: unknown }).differences).toEqual([
      { path: "applicationId", kind: "update", replaces: true },
    ]);
  });

  it("has an unknown value and key in a preview", async () => {
    const planned = await applicationPassword.planCreate(inputs(), context);
    expect([planned["value"], planned["keyId"], planned["startDate"]].every(isUnknown)).toBe(true);
    expect(planned["endDate"]).toBe("2027-01-21T00:00:00Z");
  });

  it("ignores a relative end, as azuread 6.9.1 does: Graph's two years apply", async () => {
    const made = await make(
      applicationPassword,
      { applicationId: app.id, displayName: "x", endDateRelative: "240h" },
      context,
    );
    const sent = calls.find(({ path }) => path.endsWith("/addPassword"));
    expect(sent?.body).toEqual({ passwordCredential: { displayName: "x" } });
    const years =
      (Date.parse(String(made.outputs["endDate"])) - Date.parse(String(made.outputs["startDate"]))) / (365.25 * 864e5);
    expect(years).toBeCloseTo(2, 1);
  });

  it("cannot be imported", async () => {
    const made = await make(applicationPassword, inputs(), context);
    await expect(applicationPassword.read(made.id, undefined, context)).rejects.toThrow("cannot be imported");
  });

  it("is gone when the credential or the application is", async () => {
    const made = await make(applicationPassword, inputs(), context);
    await applicationPassword.delete(made.id, made, context);
    expect(await applicationPassword.read(made.id, made, context)).toBeUndefined();
    await application.delete(app.id, app, context);
    expect(await applicationPassword.read(made.id, made, context)).toBeUndefined();
  });

  it("is refused when dates, ids or both ends are wrong", async () => {
    const wrong = { applicationId: String(app.outputs["clientId"]), endDate: "tomorrow", endDateRelative: "1h" };
    expect(await refusals(applicationPassword, wrong, context)).toEqual([
      expect.stringContaining("must be an application's resource ID"),
      expect.stringContaining('"endDate" must be a time'),
      expect.stringContaining("exclude each other"),
    ]);
  });

  it("is removed one after the other where two are removed at once", async () => {
    const [one, two] = [
      await make(applicationPassword, inputs(), context),
      await make(applicationPassword, inputs(), context),
    ];
    calls.length = 0;
    await Promise.all([
      applicationPassword.delete(one.id, one, context),
      applicationPassword.delete(two.id, two, context),
    ]);
    const removal = ["POST /v1.0/applications/ID/removePassword", ...Array(5).fill("GET /v1.0/applications/ID")];
    expect(summary()).toEqual([...removal, ...removal]);
  });
});

describe("a service principal", () => {
  it("is refused where there is one, and says how to go on", async () => {
    const objectId = await principalOf(graphClientId);
    await expect(make(servicePrincipal, { clientId: graphClientId }, context)).rejects.toThrow(
      `import it with the id /servicePrincipals/${objectId}`,
    );
  });

  it("is replaced by another client id only", async () => {
    const made = await make(
      servicePrincipal,
      { clientId: app.outputs["clientId"], owners: [administrator.objectId] },
      context,
    );
    const other = { ...made.inputs, clientId: graphClientId, appRoleAssignmentRequired: true };
    expect(servicePrincipal.diff(made, other).differences).toEqual([
      { path: "appRoleAssignmentRequired", kind: "add", replaces: false },
      { path: "clientId", kind: "update", replaces: true },
    ]);
    expect(servicePrincipal.diff(made, made.inputs).differences).toEqual([]);
  });

  it("is taken over with useExisting at the price of its settings, and stays when it is destroyed", async () => {
    const mine = await make(
      servicePrincipal,
      { clientId: app.outputs["clientId"], owners: [administrator.objectId], notes: "keep me" },
      context,
    );
    calls.length = 0;
    const taken = await make(servicePrincipal, { clientId: app.outputs["clientId"], useExisting: true }, context);
    expect(taken.id).toBe(mine.id);
    const patch = calls.find(({ method }) => method === "PATCH");
    expect(patch?.body).toMatchObject({
      accountEnabled: true,
      appRoleAssignmentRequired: false,
      notes: null,
      tags: [],
      alternativeNames: [],
    });
    const graph = await make(servicePrincipal, { clientId: graphClientId, useExisting: true }, context);
    calls.length = 0;
    await servicePrincipal.delete(graph.id, graph, context);
    expect(summary()).toEqual(["DELETE /v1.0/servicePrincipals/ID"]);
    expect(await principalOf(graphClientId)).toBe(graph.outputs["objectId"]);
  });

  it("waits for an application that has not arrived everywhere", async () => {
    const message = `The appId '${app.outputs["clientId"]}' of the service principal does not reference a valid application object.`;
    const error = { error: { code: "Request_BadRequest", message } };
    await emulator.control("POST", "faults", [
      {
        service: "graph",
        method: "POST",
        path: "/v1.0/servicePrincipals",
        times: 2,
        when: "before",
        action: "status",
        status: 400,
        body: error,
      },
    ]);
    await make(servicePrincipal, { clientId: app.outputs["clientId"] }, context);
    expect(summary().filter((made) => made === "POST /v1.0/servicePrincipals")).toHaveLength(3);
  });

  it("does not wait for any other refusal", async () => {
    const error = { error: { code: "Request_BadRequest", message: "something else" } };
    await emulator.control("POST", "faults", [
      {
        service: "graph",
        method: "POST",
        path: "/v1.0/servicePrincipals",
        when: "before",
        action: "status",
        status: 400,
        body: error,
      },
    ]);
    await expect(make(servicePrincipal, { clientId: app.outputs["clientId"] }, context)).rejects.toThrow(
      "something else",
    );
    expect(summary().filter((made) => made === "POST /v1.0/servicePrincipals")).toHaveLength(1);
  });
});

describe("a delegated grant", () => {
  const granted = async (change: Properties = {}) => {
    const principal = await make(servicePrincipal, { clientId: app.outputs["clientId"] }, context);
    const resource = await principalOf(graphClientId);
    return make(
      delegatedPermissionGrant,
      {
        claimValues: ["profile", "openid"],
        resourceServicePrincipalObjectId: resource,
        servicePrincipalObjectId: principal.outputs["objectId"],
        userObjectId: reportingUser.objectId,
        ...change,
      },
      context,
    );
  };

  it("is updated in place for other permissions and replaced for anything else", async () => {
    const made = await granted();
    const more = delegatedPermissionGrant.diff(made, {
      ...made.inputs,
      claimValues: ["openid", "profile", "User.Read"],
    });
    expect(more.differences).toEqual([{ path: "claimValues[2]", kind: "add", replaces: false }]);
    const { userObjectId: _gone, ...everyone } = made.inputs;
    expect(delegatedPermissionGrant.diff(made, everyone)).toMatchObject({
      differences: [{ path: "userObjectId", kind: "delete", replaces: true }],
      deleteBeforeReplace: false,
    });
    expect(
      delegatedPermissionGrant.diff(made, { ...made.inputs, claimValues: ["openid", "profile"] }).differences,
    ).toEqual([]);
  });

  it("repeats while a principal has not arrived, and not for other refusals", async () => {
    const late = "Resource 'x' does not exist or one of its queried reference-property objects are not present.";
    const fault = (message: string) => [
      {
        service: "graph",
        method: "POST",
        path: "/v1.0/oauth2PermissionGrants",
        times: 1,
        when: "before",
        action: "status",
        status: 400,
        body: { error: { code: "Request_BadRequest", message } },
      },
    ];
    await emulator.control("POST", "faults", fault(late));
    await expect(granted()).resolves.toBeDefined();
    emulator.reset();
    await emulator.control("POST", "faults", fault("Invalid scope."));
    app = await make(application, { displayName: "Reporting" }, context);
    await expect(granted()).rejects.toThrow("Invalid scope.");
  });

  it("is read with drift and imported by its ID", async () => {
    const made = await granted();
    const path = `/v1.0${made.id}`;
    await emulator.call("PATCH", path, { as: "partner-administrator", body: { scope: "openid profile Mail.Read" } });
    const found = await delegatedPermissionGrant.read(made.id, made, context);
    expect(found?.inputs["claimValues"]).toEqual(textsInSetOrder(["openid", "profile", "Mail.Read"]));
    const imported = await delegatedPermissionGrant.read(made.id, undefined, context);
    expect(imported?.inputs).toEqual({ ...found?.outputs });
    await expect(delegatedPermissionGrant.read("bare-id", undefined, context)).rejects.toThrow(
      "expected /oauth2PermissionGrants/",
    );
  });

  it("needs at least one permission", async () => {
    expect(
      await refusals(
        delegatedPermissionGrant,
        { claimValues: [], resourceServicePrincipalObjectId: zeros, servicePrincipalObjectId: zeros },
        context,
      ),
    ).toEqual([expect.stringContaining("at least one permission")]);
  });
});

describe("an app role assignment", () => {
  it("is replaced by any change, imported by its path, and gone when it is not found", async () => {
    const principal = await make(servicePrincipal, { clientId: app.outputs["clientId"] }, context);
    const inputs = {
      appRoleId: zeros,
      principalObjectId: reportingUser.objectId,
      resourceObjectId: principal.outputs["objectId"],
    };
    const made = await make(appRoleAssignment, inputs, context);
    expect(made.id).toMatch(/^\/servicePrincipals\/[0-9a-f-]{36}\/appRoleAssignedTo\/.+$/);
    expect(made.outputs).toMatchObject({ principalType: "User", resourceDisplayName: "Reporting" });
    for (const name of Object.keys(inputs)) {
      const diff = appRoleAssignment.diff(made, { ...made.inputs, [name]: deployer.objectId });
      expect(diff.differences).toEqual([{ path: name, kind: "update", replaces: true }]);
    }
    expect((await appRoleAssignment.read(made.id, undefined, context))?.inputs).toEqual(inputs);
    await appRoleAssignment.delete(made.id, made, context);
    expect(await appRoleAssignment.read(made.id, made, context)).toBeUndefined();
  });
});

describe("look-ups", () => {
  it("tell who signed in without asking", async () => {
    expect(await call("getClientConfig", {})).toEqual({
      clientId: administrator.clientId,
      id: `${partnerTenant.id}-${administrator.clientId}-${administrator.objectId}`,
      objectId: administrator.objectId,
      tenantId: partnerTenant.id,
    });
    expect(calls).toEqual([]);
  });

  it("find a principal by each key, and refuse none or two keys", async () => {
    const found = await call("getServicePrincipal", { clientId: graphClientId });
    expect(found["displayName"]).toBe("Microsoft Graph");
    expect(await call("getServicePrincipal", { objectId: found["objectId"] })).toEqual(found);
    expect(await call("getServicePrincipal", { displayName: "Microsoft Graph" })).toEqual(found);
    await expect(call("getServicePrincipal", {})).rejects.toThrow("exactly one");
    await expect(call("getServicePrincipal", { clientId: zeros })).rejects.toThrow("No service principal found");
  });

  it("list principals, and refuse or leave out the missing ones", async () => {
    const listed = await call("getServicePrincipals", { clientIds: [zeros, graphClientId], ignoreMissing: true });
    expect(listed).toMatchObject({
      clientIds: [graphClientId],
      displayNames: ["Microsoft Graph"],
      ignoreMissing: true,
    });
    await expect(call("getServicePrincipals", { clientIds: [zeros, graphClientId] })).rejects.toThrow(zeros);
  });

  it("do not take a failure for a missing principal", async () => {
    await emulator.control("POST", "faults", [
      { service: "graph", method: "GET", when: "before", action: "status", status: 403 },
    ]);
    await expect(call("getServicePrincipals", { clientIds: [graphClientId], ignoreMissing: true })).rejects.toThrow(
      "403",
    );
  });

  it("find a user by name or object id, and refuse one that is not there", async () => {
    const user = await call("getUser", { userPrincipalName: reportingUser.userPrincipalName });
    expect(user).toMatchObject({
      id: reportingUser.objectId,
      objectId: reportingUser.objectId,
      managerId: "",
      accountEnabled: true,
    });
    expect(await call("getUser", { objectId: reportingUser.objectId })).toEqual(user);
    await expect(call("getUser", { userPrincipalName: "nobody@contoso.example" })).rejects.toThrow("was not found");
    await expect(call("getUser", { mail: "a", objectId: zeros })).rejects.toThrow("exactly one");
  });
});
