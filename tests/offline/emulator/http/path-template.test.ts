import {
  compareTemplates,
  type MatchRules,
  matchPath,
  parsePathTemplate,
  pathSegments,
} from "../../../../offline/emulator/http/path-template";

function match(template: string, path: string, changes: Partial<MatchRules> = {}): Record<string, string> | undefined {
  const segments = pathSegments(path);
  const rules = { ignoresCase: false, isKey: () => true, ...changes };
  return segments && matchPath(parsePathTemplate(template), segments, rules);
}

describe("a route's path", () => {
  it("gives the named parts, percent-decoded", () => {
    expect(match("/v1.0/users/:name", "/v1.0/users/reports%40contoso.example")).toEqual({
      name: "reports@contoso.example",
    });
    expect(match("/v1.0/users/:name", "/v1.0/users/a%2Fb")).toEqual({ name: "a/b" });
  });

  it("finds a part inside a segment, written plainly or encoded", () => {
    expect(match("/v1.0/applications(appId=':clientId')", "/v1.0/applications(appId='abc')")).toEqual({
      clientId: "abc",
    });
    expect(match("/v1.0/applications(appId=':clientId')", "/v1.0/applications(appId=%27abc%27)")).toEqual({
      clientId: "abc",
    });
    expect(match("/v1.0/applications(appId=':clientId')", "/v1.0/applications(appId='')")).toBeUndefined();
  });

  it("takes the longest rest that lets the following words fit", () => {
    const template = "/*scope/providers/Microsoft.Authorization/roleAssignments/:name";
    const path =
      "/subscriptions/s/providers/Microsoft.KeyVault/vaults/v/providers/Microsoft.Authorization/roleAssignments/n";
    expect(match(template, path)).toEqual({
      scope: "subscriptions/s/providers/Microsoft.KeyVault/vaults/v",
      name: "n",
    });
    expect(match("/secrets/*all", "/secrets/a/b")).toEqual({ all: "a/b" });
    expect(match("/secrets/*all", "/secrets")).toBeUndefined();
  });

  it("compares case only where the service does", () => {
    expect(match("/resourceGroups/:name", "/RESOURCEGROUPS/Mixed")).toBeUndefined();
    expect(match("/resourceGroups/:name", "/RESOURCEGROUPS/Mixed", { ignoresCase: true })).toEqual({ name: "Mixed" });
    expect(match("/a/b", "/a//b")).toBeUndefined();
  });

  it("does not take for a name what cannot be one", () => {
    const isKey: MatchRules["isKey"] = (parameter, text) => parameter !== "id" || /^\d+$/.test(text);
    expect(match("/a/:id", "/a/1", { isKey })).toEqual({ id: "1" });
    expect(match("/a/:id", "/a/$count", { isKey })).toBeUndefined();
    expect(match("/a(:id)", "/a(x)", { isKey })).toBeUndefined();
    expect(match("/a/:other", "/a/$count", { isKey })).toEqual({ other: "$count" });
  });

  it("ignores a trailing slash and refuses broken percent-encoding", () => {
    expect(match("/secrets/:name", "/secrets/a/")).toEqual({ name: "a" });
    expect(match("/secrets/:name", "/secrets/%zz")).toBeUndefined();
  });

  it("does not take a path that is longer or shorter", () => {
    expect(match("/a/:b", "/a")).toBeUndefined();
    expect(match("/a/:b", "/a/b/c")).toBeUndefined();
  });

  it("is tried in the order from exact to loose", () => {
    const templates = ["/a/*rest", "/a/:id", "/a/x(:id)", "/a/delta"].map(parsePathTemplate);
    expect(templates.sort(compareTemplates).map(({ text }) => text)).toEqual([
      "/a/delta",
      "/a/x(:id)",
      "/a/:id",
      "/a/*rest",
    ]);
  });

  it("must begin with a slash", () => {
    expect(() => parsePathTemplate("a/b")).toThrow('route path "a/b" must start with "/"');
  });
});
