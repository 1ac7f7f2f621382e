import { application } from "../../../../offline/providers/azuread/application";
import { applicationPassword } from "../../../../offline/providers/azuread/application-password";
import { isUnknown, type Properties, Secret, unknown } from "../../../../offline/providers/plugin/value";
import { make, refusals } from "../support/contexts";
import { app, calls, context, summary } from "./reporting-application";

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
