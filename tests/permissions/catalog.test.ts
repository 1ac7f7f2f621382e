import { catalog, findApi, findPermission, microsoftGraph } from "../../permissions/catalog";
import { riskLevels } from "../../permissions/risk-levels";

const entries = catalog.flatMap((api) => api.permissions.map((permission) => ({ api, permission })));

describe("the catalog", () => {
  it("names the APIs that a partner calls, by the client ids of Microsoft's reference", () => {
    expect(catalog.map(({ name, clientId }) => [name, clientId])).toEqual([
      ["Microsoft Partner Center", "fa3d9a0c-3fb0-42cc-9193-47c7ecd2edbd"],
      ["Microsoft Partner", "4990cffe-04e8-4e8b-808a-1175604b879f"],
      ["Microsoft Graph", "00000003-0000-0000-c000-000000000000"],
    ]);
  });

  it("holds the permissions that everything here rests on, by their real ids", () => {
    const id = (api: string, name: string, kind: "delegated" | "application") =>
      findPermission(findApi(api)!, name, kind)?.id;
    expect(id("Microsoft Partner Center", "user_impersonation", "delegated")).toBe(
      "1cebfa2a-fb4d-419e-b5f9-839b4383e05a",
    );
    expect(id("Microsoft Graph", "openid", "delegated")).toBe("37f7f235-527c-4136-accd-4a02d197296e");
    expect(id("Microsoft Graph", "profile", "delegated")).toBe("14dad69e-099b-42c9-810b-d002981feec1");
    expect(id("Microsoft Graph", "offline_access", "delegated")).toBe("7427e0e9-2fba-42fe-b0c0-848c9e6a8182");
    expect(id("Microsoft Graph", "Application.ReadWrite.OwnedBy", "application")).toBe(
      "18a4783c-866b-4cc7-a460-3d5e5662c884",
    );
    expect(id("Microsoft Graph", "AppRoleAssignment.ReadWrite.All", "application")).toBe(
      "06b708a9-e830-4db3-a914-8e69da51d44f",
    );
  });

  it("uses every permission id once, in lower case and in the form of a GUID", () => {
    const ids = entries.map(({ permission }) => permission.id);
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
    const guid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
    expect([...ids, ...catalog.map(({ clientId }) => clientId)].filter((id) => !guid.test(id))).toEqual([]);
  });

  it("uses every name once per API and kind, and every API name or alias once", () => {
    const names = entries.map(({ api, permission }) => `${api.name}/${permission.kind}/${permission.name}`);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
    const apiNames = catalog.flatMap(({ name, aliases }) => [name, ...aliases]).map((name) => name.toLowerCase());
    expect(new Set(apiNames).size).toBe(apiNames.length);
  });

  it("says of each permission in a sentence what it lets the holder do, and why it is as risky as it is", () => {
    const wordless = entries.filter(
      ({ permission }) =>
        !/^Lets it .{10,}\.$/.test(permission.lets) ||
        !/^[a-z].{10,}[^.]$/.test(permission.riskReason) ||
        !riskLevels.includes(permission.risk),
    );
    expect(wordless.map(({ permission }) => permission.name)).toEqual([]);
  });

  it("knows that application permissions always need an administrator's consent", () => {
    const wrong = entries.filter(({ permission }) => permission.kind === "application" && !permission.adminConsent);
    expect(wrong).toEqual([]);
    expect(findPermission(microsoftGraph, "User.Read", "delegated")?.adminConsent).toBe(false);
  });

  it("finds an API by name, alias or client id in any case, and nothing for another name", () => {
    const ids = ["microsoft graph", " Graph ", "00000003-0000-0000-C000-000000000000"].map(
      (text) => findApi(text)?.name,
    );
    expect(ids).toEqual(["Microsoft Graph", "Microsoft Graph", "Microsoft Graph"]);
    expect(findApi("SampleBECApp")?.clientId).toBe("fa3d9a0c-3fb0-42cc-9193-47c7ecd2edbd");
    expect(findApi("Microsoft")).toBeUndefined();
  });
});
