import { destroyedResources, halfDestroyed } from "../../../cli/recover/destroyed";
import { readStackState } from "../../../clients/pulumi/stack-state";

const urn = (type: string, name: string) => `urn:pulumi:dev::p::${type}::${name}`;
const application = { type: "azuread:index/application:Application", name: "application", id: "/applications/a" };
const principal = {
  type: "azuread:index/servicePrincipal:ServicePrincipal",
  name: "principal",
  id: "/servicePrincipals/p",
};
const grant = {
  type: "azuread:index/servicePrincipalDelegatedPermissionGrant:ServicePrincipalDelegatedPermissionGrant",
  ...{ name: "grant", id: "/oauth2PermissionGrants/g" },
};
const entry = { type: "azure-native:keyvault:Secret", name: "entry", id: "/subscriptions/s/entry" };

interface Held {
  readonly type: string;
  readonly name: string;
  readonly id: string;
}

/** Each resource needs the one before it, as a deployment's do. */
const stateOf = (...held: readonly Held[]) =>
  readStackState(
    JSON.stringify({
      deployment: {
        resources: held.map(({ type, name, id }, place) => {
          const before = held[place - 1];
          return {
            ...{ type, id, urn: urn(type, name) },
            dependencies: before ? [urn(before.type, before.name)] : null,
          };
        }),
      },
    }),
  );

async function destroyed(held: readonly Held[], there: readonly string[], deleted: readonly string[]) {
  const graph = {
    isThere: async (path: string) => there.includes(path),
    isDeleted: async (objectId: string) => deleted.includes(objectId),
  };
  const found = await destroyedResources({ stack: "dev", graph }, { state: async () => stateOf(...held) });
  return found.map((resource) => resource.urn.split("::").at(-1));
}

describe("what a broken-off destroy removed", () => {
  it("is what the tenant no longer has, from the last that was created on", async () => {
    const held = [application, principal, grant];
    expect(await destroyed(held, ["/applications/a", "/servicePrincipals/p"], [])).toEqual(["grant"]);
    expect(await destroyed(held, ["/applications/a"], ["p"])).toEqual(["principal", "grant"]);
    expect(await destroyed(held, [], ["a", "p"])).toEqual(["application", "principal", "grant"]);
    expect(
      await destroyed(
        held,
        held.map(({ id }) => id),
        [],
      ),
    ).toEqual([]);
  });

  it("is no application or principal that Entra does not keep as deleted: a replica may not know it yet", async () => {
    expect(await destroyed([application, principal], [], [])).toEqual([]);
    expect(await destroyed([application, principal], [], ["a"])).toEqual([]);
  });

  it("is nothing that the state still needs: that was removed by hand, and a person restores it", async () => {
    expect(await destroyed([application, principal, entry], [], ["a", "p"])).toEqual([]);
    // Neither is what went with it: the grant needs the principal, which a client secret's entry still needs too.
    const [held, entryUrn] = [[application, principal, grant], urn(entry.type, entry.name)];
    const { exported } = stateOf(...held);
    const { deployment } = JSON.parse(exported);
    deployment.resources.push({ ...entry, urn: entryUrn, dependencies: [urn(application.type, application.name)] });
    const state = readStackState(JSON.stringify({ deployment }));
    const graph = { isThere: async () => false, isDeleted: async () => true };
    expect(await destroyedResources({ stack: "dev", graph }, { state: async () => state })).toEqual([]);
  });

  it("ends a recovery with the command that goes on", () => {
    const [problem] = halfDestroyed("dev", stateOf(grant).resources).problems;
    expect(problem).toMatchObject({
      code: "half-destroyed",
      fix: expect.stringContaining("pulumi destroy --stack dev"),
    });
    expect(problem?.message).toContain("1 resource of dev is gone from the tenant (grant)");
  });
});
