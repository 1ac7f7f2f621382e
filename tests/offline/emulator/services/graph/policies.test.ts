import { createApplication, TestDirectory } from "./directory";

const path = "/v1.0/policies/appManagementPolicies";
const body = { displayName: "strict", description: "ninety days", isEnabled: true };

describe("app management policies", () => {
  it("starts with a default that restricts nothing", async () => {
    const { admin } = new TestDirectory();
    const { body: answer } = await admin.get("/v1.0/policies/defaultAppManagementPolicy");
    expect(answer).toMatchObject({
      isEnabled: false,
      applicationRestrictions: { passwordCredentials: [], keyCredentials: [] },
    });
  });

  it("keeps what a PATCH of the default leaves out", async () => {
    const { admin } = new TestDirectory();
    await admin.patch("/v1.0/policies/defaultAppManagementPolicy", {
      applicationRestrictions: {
        passwordCredentials: [{ restrictionType: "passwordLifetime", maxLifetime: "P4DT12H30M5S" }],
      },
    });
    await admin.patch("/v1.0/policies/defaultAppManagementPolicy", { isEnabled: true });
    const { body: answer } = await admin.get("/v1.0/policies/defaultAppManagementPolicy");
    expect(answer.applicationRestrictions.passwordCredentials).toHaveLength(1);
    expect(answer.isEnabled).toBe(true);
  });

  it.each([
    ["a lifetime without a duration", { restrictionType: "passwordLifetime" }],
    ["a duration that is none", { restrictionType: "passwordLifetime", maxLifetime: "90 days" }],
    ["an addition with a duration", { restrictionType: "passwordAddition", maxLifetime: "P1D" }],
    ["an unknown kind", { restrictionType: "passwordColour" }],
    ["a date that is none", { restrictionType: "passwordAddition", restrictForAppsCreatedAfterDateTime: "yesterday" }],
  ])("refuses %s", async (_what, restriction) => {
    const { admin } = new TestDirectory();
    const answer = await admin.post(path, { ...body, restrictions: { passwordCredentials: [restriction] } });
    expect(answer.status).toBe(400);
    expect((await admin.get(path)).body.value).toEqual([]);
  });

  it("creates, lists, changes and deletes policies, and says what they apply to", async () => {
    const { admin } = new TestDirectory();
    const { id: applicationId } = await createApplication(admin);
    const { id } = (await admin.post(path, body)).body;
    expect((await admin.get(`${path}/${id}`)).body).toMatchObject(body);
    expect((await admin.patch(`${path}/${id}`, { displayName: "stricter" })).status).toBe(204);
    expect((await admin.get(path)).body.value).toEqual([
      { id, ...body, displayName: "stricter", restrictions: { passwordCredentials: [], keyCredentials: [] } },
    ]);
    const reference = { "@odata.id": `https://graph.microsoft.com/v1.0/policies/appManagementPolicies/${id}` };
    await admin.post(`/v1.0/applications/${applicationId}/appManagementPolicies/$ref`, reference);
    const targets = await admin.get(`${path}/${id}/appliesTo`);
    expect(targets.body.value.map((target: { id: string }) => target.id)).toEqual([applicationId]);
    await admin.delete(`/v1.0/applications/${applicationId}/appManagementPolicies/${id}/$ref`);
    expect((await admin.delete(`${path}/${id}`)).status).toBe(204);
    expect((await admin.get(`${path}/${id}`)).status).toBe(404);
  });
});
