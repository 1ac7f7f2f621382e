import { partnerTenant } from "../../../../offline/emulator/seed/constants";
import { application } from "../../../../offline/providers/azuread/application";
import type { AzureadContext } from "../../../../offline/providers/azuread/context";
import { PartlyDone } from "../../../../offline/providers/plugin/resource-type";
import { isUnknown, unknown } from "../../../../offline/providers/plugin/value";
import { startTestEmulator, type TestEmulator } from "../../../support/emulator";
import { azureadAs, make, refusals } from "../support/contexts";
import type { SentCall } from "../support/emulator-fetch";

// A busy machine decides nothing: what hangs is found all the same.

const owner = partnerTenant.deployer.objectId;
const inputs = { displayName: "Reporting", owners: [owner], web: { redirectUris: ["http://localhost:8400/"] } };

let emulator: TestEmulator;
let context: AzureadContext;
const calls: SentCall[] = [];
beforeAll(async () => {
  emulator = await startTestEmulator();
});
afterAll(() => emulator.stop());
beforeEach(async () => {
  emulator.reset();
  emulator.forgetTokens();
  context = await azureadAs("partner-deployer", emulator, calls);
  calls.length = 0;
});
const summary = () => calls.map(({ method, path }) => `${method} ${path.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "ID")}`);

describe("checking an application", () => {
  it("fills in the default and notes it as the bridge does", async () => {
    const { inputs: checked, failures } = await application.check(inputs, undefined, context, { logicalName: "app" });
    expect(failures).toEqual([]);
    expect(checked).toEqual({
      ...inputs,
      web: { ...inputs.web, __defaults: [] },
      signInAudience: "AzureADMyOrg",
      __defaults: ["signInAudience"],
    });
  });

  it("refuses everything that is wrong at once, naming what is known", async () => {
    const wrong = {
      displayNmae: "typo",
      owners: ["nobody"],
      signInAudience: "Everyone",
      requiredResourceAccesses: [{ resourceAppId: "x", resourceAccesses: [{ id: "not-a-guid", type: "Scop" }] }],
      web: { redirectUris: ["http://localhost:8400", "http://example.com/"], homepage: "x" },
    };
    const found = await refusals(application, wrong, context);
    expect(found).toEqual([
      expect.stringMatching(/"displayNmae" is not known to this stand-in provider. Known here: api, .*displayName/),
      expect.stringContaining('missing required property "displayName"'),
      expect.stringContaining('"owners[0]" must be a UUID, got "nobody"'),
      expect.stringContaining('"requiredResourceAccesses[0].resourceAccesses[0].id" must be a UUID'),
      expect.stringContaining(
        '"requiredResourceAccesses[0].resourceAccesses[0].type" must be one of Role, Scope, got "Scop"',
      ),
      expect.stringContaining('"signInAudience" must be one of AzureADMyOrg'),
      expect.stringContaining('"web.homepage" is not known'),
      expect.stringContaining('"web.redirectUris[0]" must have a trailing slash when there is no path segment'),
      expect.stringContaining('"web.redirectUris[1]" must be an https address, or http for localhost'),
    ]);
  });

  it("refuses what only the service decides, and kinds of value", async () => {
    expect(await refusals(application, { displayName: "x", clientId: "mine" }, context)).toEqual([
      expect.stringContaining('"clientId" is set by the service'),
    ]);
    expect(await refusals(application, { displayName: ["x"] }, context)).toEqual([
      expect.stringContaining('"displayName" must be text, got a list'),
    ]);
  });

  it("takes an unknown for anything", async () => {
    expect(await refusals(application, { displayName: unknown, owners: [unknown], web: unknown }, context)).toEqual([]);
  });
});

describe("an application", () => {
  it("promises in a preview only what is given", async () => {
    const { inputs: checked } = await application.check(inputs, undefined, context, { logicalName: "app" });
    const planned = await application.planCreate(checked, context);
    expect(planned).toMatchObject({ displayName: "Reporting", owners: [owner], web: inputs.web });
    expect(
      Object.entries(planned)
        .filter(([, value]) => isUnknown(value))
        .map(([name]) => name),
    ).toEqual([
      "appRoleIds",
      "clientId",
      "disabledByMicrosoft",
      "logoUrl",
      "oauth2PermissionScopeIds",
      "objectId",
      "publisherDomain",
      "tags",
    ]);
    expect(calls).toEqual([]);
  });

  it("keeps its identifiers known in the preview of an update", async () => {
    const made = await make(application, inputs, context);
    const planned = application.planUpdate(made, { ...made.inputs, displayName: unknown });
    expect(planned["clientId"]).toBe(made.outputs["clientId"]);
    expect(isUnknown(planned["displayName"])).toBe(true);
  });

  it("has no difference right after it was made and read", async () => {
    const made = await make(application, inputs, context);
    const found = await application.read(made.id, made, context);
    expect(found).toEqual({ id: made.id, inputs: made.inputs, outputs: made.outputs });
    expect(application.diff(made, made.inputs).differences).toEqual([]);
  });

  it("shows and puts right what somebody changed by hand, also where the program says nothing", async () => {
    const made = await make(application, inputs, context);
    const objectId = String(made.outputs["objectId"]);
    const body = { displayName: "Changed", notes: "by hand", isFallbackPublicClient: true };
    expect(
      (await emulator.call("PATCH", `/v1.0/applications/${objectId}`, { as: "partner-administrator", body })).status,
    ).toBe(204);
    const found = await application.read(made.id, made, context);
    expect(found?.inputs["displayName"]).toBe("Changed");
    expect(found?.inputs).not.toHaveProperty("notes");
    const state = { inputs: found?.inputs ?? {}, outputs: found?.outputs ?? {} };
    const diff = application.diff(state, made.inputs);
    expect(diff.differences.map(({ path, kind }) => `${kind} ${path}`)).toEqual([
      "update displayName",
      "delete fallbackPublicClientEnabled",
      "delete notes",
    ]);
    const outputs = await application.update(made.id, state, made.inputs, context);
    expect(outputs).toEqual(made.outputs);
  });

  it("is gone when Graph does not know it, and only then", async () => {
    const made = await make(application, inputs, context);
    const path = `/v1.0/applications/${String(made.outputs["objectId"])}`;
    await emulator.call("DELETE", path, { as: "partner-administrator" });
    expect(await application.read(made.id, made, context)).toBeUndefined();
    await emulator.control("POST", "faults", [{ service: "graph", when: "before", action: "status", status: 403 }]);
    await expect(application.read(made.id, made, context)).rejects.toThrow("unexpected status 403");
  });

  it("can be imported by its ID, with every input that is not empty", async () => {
    const made = await make(application, inputs, context);
    const found = await application.read(made.id, undefined, context);
    expect(found?.inputs).toEqual({ ...inputs, signInAudience: undefined, tags: undefined });
    await expect(application.read(String(made.outputs["objectId"]), undefined, context)).rejects.toThrow(
      "expected /applications/",
    );
  });

  it("changes owners with additions first and leaves the other calls as they are", async () => {
    // Adding an owner afterwards needs more than the deployer has.
    context = await azureadAs("partner-administrator", emulator, calls);
    const own = { ...inputs, owners: [owner, partnerTenant.administrator.objectId] };
    const made = await make(application, own, context);
    calls.length = 0;
    const rotator = partnerTenant.rotator.objectId;
    const { inputs: news } = await application.check(
      { ...own, owners: [...own.owners, rotator] },
      made.inputs,
      context,
      { logicalName: "app" },
    );
    const outputs = await application.update(made.id, made, news, context);
    expect(outputs["owners"]).toEqual(expect.arrayContaining([...own.owners, rotator]));
    expect(summary()).toEqual([
      "PATCH /v1.0/applications/ID",
      "GET /v1.0/applications/ID/owners",
      "POST /v1.0/applications/ID/owners/$ref",
      "GET /v1.0/applications/ID",
      "GET /beta/applications/ID",
      "GET /v1.0/applications/ID/owners",
    ]);
    calls.length = 0;
    await application.update(made.id, { inputs: news, outputs }, made.inputs, context);
    expect(summary()).toContain("DELETE /v1.0/applications/ID/owners/ID/$ref");
  });

  it("binds the caller and removes it where it is not wanted", async () => {
    await make(
      application,
      { displayName: "Owned by another", owners: [partnerTenant.rotator.objectId] },
      context,
    ).catch(() => undefined);
    expect(calls.find(({ method }) => method === "POST")?.body).toMatchObject({
      "owners@odata.bind": [
        `${emulator.origin}/v1.0/directoryObjects/${owner}`,
        `${emulator.origin}/v1.0/directoryObjects/${partnerTenant.rotator.objectId}`,
      ],
    });
    expect(summary()).toContain("DELETE /v1.0/applications/ID/owners/ID/$ref");
  });

  it("is told to the engine when what follows its creation fails", async () => {
    await emulator.control("POST", "faults", [
      { service: "graph", method: "PATCH", when: "before", action: "status", status: 403 },
    ]);
    const failure = await make(application, inputs, context).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(PartlyDone);
    const { id, outputs } = failure as PartlyDone;
    expect(id).toMatch(/^\/applications\/[0-9a-f-]{36}$/);
    expect(outputs).toMatchObject({ displayName: "Reporting", clientId: expect.stringMatching(/^[0-9a-f-]{36}$/) });
  });
});

describe("an application whose name must be unique", () => {
  const unique = { ...inputs, displayName: "It's mine", preventDuplicateNames: true };

  it("is refused where the name is taken, in the preview too", async () => {
    const first = await make(application, unique, context);
    const { inputs: checked } = await application.check(unique, undefined, context, { logicalName: "app" });
    await expect(application.planCreate(checked, context)).rejects.toThrow(`import it with the id ${first.id}`);
    await expect(application.create(checked, context)).rejects.toThrow("preventDuplicateNames is set");
    expect(calls.filter(({ query }) => query["$filter"] === "displayName eq 'It''s mine'").length).toBeGreaterThan(0);
  });

  it("may be updated", async () => {
    const first = await make(application, unique, context);
    await expect(application.update(first.id, first, { ...first.inputs, notes: "n" }, context)).resolves.toMatchObject({
      notes: "n",
    });
  });
});

describe("repeating refused calls", () => {
  it.each([408, 424, 429, 500, 502, 503, 504])("goes on after %i", async (status) => {
    await emulator.control("POST", "faults", [
      {
        service: "graph",
        method: "POST",
        path: "/v1.0/applications",
        times: 2,
        when: "before",
        action: "status",
        status,
      },
    ]);
    await expect(make(application, inputs, context)).resolves.toBeDefined();
    expect(summary().filter((call) => call === "POST /v1.0/applications")).toHaveLength(3);
  });

  it.each([400, 401, 403, 409, 501])("stops after %i", async (status) => {
    await emulator.control("POST", "faults", [
      { service: "graph", method: "POST", path: "/v1.0/applications", when: "before", action: "status", status },
    ]);
    await expect(make(application, inputs, context)).rejects.toThrow(`status ${status}`);
    expect(summary()).toEqual(["POST /v1.0/applications"]);
  });

  it.each([404, 409])("goes on after %i where a new application may not have arrived everywhere", async (status) => {
    await emulator.control("POST", "faults", [
      { service: "graph", method: "PATCH", times: 3, when: "before", action: "status", status },
    ]);
    await expect(make(application, inputs, context)).resolves.toBeDefined();
    expect(summary().filter((call) => call === "PATCH /v1.0/applications/ID")).toHaveLength(5);
  });

  it("waits for as long as the service asks, unshortened", async () => {
    await emulator.control("POST", "faults", [
      { service: "graph", method: "GET", times: 1, when: "before", action: "status", status: 429, retryAfter: 1 },
    ]);
    const begin = performance.now();
    await context.graph.list("/applications");
    expect(performance.now() - begin).toBeGreaterThanOrEqual(990);
  });

  it("does not go on after a broken connection", async () => {
    await emulator.control("POST", "faults", [{ service: "graph", method: "GET", when: "before", action: "reset" }]);
    await expect(context.graph.list("/applications")).rejects.toThrow("GET /applications failed");
  });
});

describe("the deletion of an application", () => {
  it("counts once it was not found five times in a row", async () => {
    const made = await make(application, inputs, context);
    // One stale answer in between starts the count again.
    await emulator.control("POST", "faults", [
      {
        service: "graph",
        method: "GET",
        path: "/v1.0/applications/*",
        nth: 3,
        times: 1,
        when: "before",
        action: "status",
        status: 200,
        body: {},
      },
    ]);
    calls.length = 0;
    await application.delete(made.id, made, context);
    expect(summary()).toEqual(["DELETE /v1.0/applications/ID", ...Array(8).fill("GET /v1.0/applications/ID")]);
  });
});
