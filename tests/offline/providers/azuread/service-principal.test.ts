import { partnerTenant } from "../../../../offline/emulator/seed/constants";
import { servicePrincipal } from "../../../../offline/providers/azuread/service-principal";
import { make } from "../support/contexts";
import { app, calls, context, emulator, graphClientId, principalOf, summary } from "./reporting-application";

const { administrator } = partnerTenant;

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
