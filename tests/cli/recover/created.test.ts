import { adoptCreated } from "../../../cli/recover/created";
import type { Tenant } from "../../../cli/shared/tenant";
import { readStackState } from "../../../clients/pulumi/stack-state";
import { partOf } from "../../support/part-of";

const change = (type: string, name: string) => ({
  ...{ operation: "create", type, name },
  urn: `urn:pulumi:dev::p::${type}::${name}`,
});

/** A tenant that must not be asked. */
const silent = partOf<Tenant>({ stack: "dev", configuration: {}, graph: {} });

describe("what a broken-off run created", () => {
  it("is not looked for when the program creates no such thing, an application and its secrets included", async () => {
    const changes = [
      change("azuread:index/application:Application", "partner-application"),
      change("azuread:index/applicationPassword:ApplicationPassword", "partner-secret-a"),
      change("azure-native:keyvault:Vault", "partner-vault"),
    ];
    const state = async () => readStackState('{"deployment":{"resources":[]}}');
    const stacks = { state, putState: fail, run: fail };
    expect(await adoptCreated(silent, changes, { stacks })).toEqual([]);
  });

  it("is nothing without a state", async () => {
    const stacks = { state: async () => undefined, putState: fail, run: fail };
    expect(await adoptCreated(silent, [change("azure-native:keyvault:Secret", "x")], { stacks })).toEqual([]);
  });
});

async function fail(): Promise<never> {
  throw new Error("nothing may be written");
}
