import { otherChanges } from "../../rotation/scope";

const change = (type: string, name: string, operation = "update") => ({ operation, type, name });

describe("what a scheduled rotation may change", () => {
  it("is the slots and the entry they are published in", () => {
    const rotation = [
      change("azuread:index/applicationPassword:ApplicationPassword", "partner-secret-b", "create"),
      change("azuread:index/applicationPassword:ApplicationPassword", "partner-secret-a", "delete"),
      change("azure-native:keyvault:Secret", "partner-client-secret"),
      change("pulumi:pulumi:Stack", "partner-insights-access-dev"),
      change("partner-access:index:RotatingClientSecret", "partner"),
      change("pulumi:index:Stash", "partner-place"),
    ];
    expect(otherChanges(rotation)).toEqual([]);
  });

  it.each([
    change("azuread:index/application:Application", "partner-application"),
    change("azure-native:keyvault:Secret", "partner-client-id"),
    change("azure-native:keyvault:Secret", "partner-refresh-token", "delete"),
    change("azure-native:authorization:RoleAssignment", "partner-client-secret-reader-x", "create"),
    change("azuread:index/applicationPassword:ApplicationPassword", "another", "create"),
    change("pulumi:index:Stash", "partner-deployment", "replace"),
    change("pulumi:index:Stash", "partner-deployment"),
    change("pulumi:index:Stash", "partner-place", "delete"),
    // Only called like ours.
    change("azure-native:keyvault:Vault", "partner-client-secret"),
    change("random:index/randomPassword:RandomPassword", "partner-secret-a", "create"),
    change("azure-native:keyvault:Vault", "place"),
  ])("is not $operation of $name", (other) => {
    expect(otherChanges([other])).toEqual([other]);
  });
});
