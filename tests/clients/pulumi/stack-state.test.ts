import { clientSecretKeyIds, readStackState } from "../../../clients/pulumi/stack-state";

const password = "azuread:index/applicationPassword:ApplicationPassword";
const exported = JSON.stringify({
  version: 4,
  deployment: {
    resources: [
      { urn: "urn:pulumi:dev::p::pulumi:pulumi:Stack::p-dev", type: "pulumi:pulumi:Stack" },
      { urn: `urn:pulumi:dev::p::${password}::partner-secret-a`, type: password, id: "app/password/key-1" },
    ],
    pending_operations: [
      { type: "creating", resource: { urn: `urn:pulumi:dev::p::${password}::partner-secret-b`, type: password } },
    ],
  },
});

describe("readStackState", () => {
  it("reads resources and what a broken-off run had begun, and keeps the export as it came", () => {
    const state = readStackState(exported);
    expect(state.exported).toBe(exported);
    expect(state.pending).toEqual([{ operation: "creating", urn: `urn:pulumi:dev::p::${password}::partner-secret-b` }]);
    expect(clientSecretKeyIds(state)).toEqual(["key-1"]);
  });

  it.each(['{"version":3,"deployment":{}}', '{"deployment":null}', "{}"])("reads the empty state %s", (empty) => {
    expect(readStackState(empty)).toMatchObject({ resources: [], pending: [] });
  });
});
