import { resolvePermissions } from "../../permissions/resolve";

describe("resolving permissions", () => {
  it("turns names into ids, sorted by id, whatever the order they were written in", () => {
    const expected = {
      api: { name: "Microsoft Graph", clientId: "00000003-0000-0000-c000-000000000000" },
      delegated: [
        { name: "profile", id: "14dad69e-099b-42c9-810b-d002981feec1", kind: "delegated" },
        { name: "openid", id: "37f7f235-527c-4136-accd-4a02d197296e", kind: "delegated" },
      ],
      application: [{ name: "User.Read.All", id: "df021288-bdef-4463-88db-98f22de89214", kind: "application" }],
      misses: [],
    };
    const application = ["User.Read.All"];
    expect(resolvePermissions({ api: "Graph", delegated: ["openid", "profile"], application })).toEqual(expected);
    expect(resolvePermissions({ api: "Microsoft Graph", delegated: ["profile", "openid"], application })).toEqual(
      expected,
    );
  });

  it("answers an unknown API with the names it may have meant", () => {
    const { api, misses } = resolvePermissions({ api: "Microsoft Partner Centre", delegated: ["x"], application: [] });
    expect(api).toBeUndefined();
    expect(misses).toEqual([
      { code: "unknown-api", received: "Microsoft Partner Centre", suggestions: expect.any(Array) },
    ]);
    expect(misses[0]).toHaveProperty("suggestions.0", "Microsoft Partner Center");
  });

  it("resolves what it knows beside what it does not, and keeps the place of each miss", () => {
    const request = { api: "Graph", delegated: ["openid", "User.Raed"], application: ["offline_access"] };
    const { delegated, misses } = resolvePermissions(request);
    expect(delegated.map(({ name }) => name)).toEqual(["openid"]);
    expect(misses).toEqual([
      { code: "unknown-permission", kind: "delegated", index: 1, received: "User.Raed", suggestions: ["User.Read"] },
      { code: "other-kind", kind: "application", index: 0, received: "offline_access" },
    ]);
  });

  it("takes a permission's id for its name", () => {
    const request = { api: "Graph", delegated: ["37F7F235-527C-4136-ACCD-4A02D197296E"], application: [] };
    expect(resolvePermissions(request).delegated[0]?.name).toBe("openid");
  });

  it("knows only the APIs it is given", () => {
    const request = { api: "Microsoft Graph", delegated: [], application: [] };
    expect(resolvePermissions(request, []).misses.map(({ code }) => code)).toEqual(["unknown-api"]);
  });
});
