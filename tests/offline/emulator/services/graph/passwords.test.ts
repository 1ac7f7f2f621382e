import { hashSecret } from "../../../../../offline/emulator/world/secret-hash";
import { createApplication, createWithPrincipal, TestDirectory } from "./directory";

const defaultPolicy = "/v1.0/policies/defaultAppManagementPolicy";

async function stage() {
  const directory = new TestDirectory();
  directory.world.clock.set(new Date("2026-03-01T10:00:00Z"));
  const { id, appId } = await createApplication(directory.admin);
  const add = (passwordCredential?: Record<string, unknown>) =>
    directory.admin.post(`/v1.0/applications/${id}/addPassword`, passwordCredential && { passwordCredential });
  return { directory, id, appId, add, path: `/v1.0/applications/${id}` };
}

describe("adding a password", () => {
  it("gives out the text once and keeps only its hash", async () => {
    const { directory, id, add, path } = await stage();
    const { status, body } = await add({ displayName: "one" });
    expect(status).toBe(200);
    expect(body.secretText).toMatch(/^[A-Za-z0-9]{3}8Q~[A-Za-z0-9~_.-]{34}$/);
    expect(body.hint).toBe(body.secretText.slice(0, 3));
    const [stored] = directory.tenant.applications.get(id)!.passwordCredentials;
    expect(stored!.secretHash === hashSecret(body.secretText)).toBe(true);
    const read = await directory.admin.get(path);
    expect(read.body.passwordCredentials).toEqual([
      {
        customKeyIdentifier: null,
        displayName: "one",
        endDateTime: body.endDateTime,
        hint: body.hint,
        keyId: body.keyId,
        secretText: null,
        startDateTime: body.startDateTime,
      },
    ]);
    expect(JSON.stringify(read.body).includes(body.secretText)).toBe(false);
  });

  it("starts now and ends two years later unless told otherwise, with or without a body", async () => {
    const { add } = await stage();
    for (const body of [undefined, {}]) {
      const answer = await add(body);
      expect(answer.body.startDateTime).toMatch(/^2026-03-01T10:00:0/);
      expect(answer.body.endDateTime).toMatch(/^2028-03-01T10:00:0/);
      expect(answer.body.displayName).toBeNull();
    }
  });

  it("answers the caller's dates letter for letter", async () => {
    const { add, directory, path } = await stage();
    const dates = { startDateTime: "2026-03-02T00:00:00Z", endDateTime: "2026-09-01T00:00:00.0000000+02:00" };
    expect((await add(dates)).body).toMatchObject(dates);
    expect((await directory.admin.get(path)).body.passwordCredentials[0]).toMatchObject(dates);
  });

  it("never gives two texts or key ids alike", async () => {
    const { add } = await stage();
    const answers = await Promise.all(Array.from({ length: 20 }, () => add()));
    expect(new Set(answers.map(({ body }) => body.secretText)).size).toBe(20);
    expect(new Set(answers.map(({ body }) => body.keyId)).size).toBe(20);
  });

  it.each([
    ["a key id of its own", { keyId: "4f8e8f6a-0a3b-4b7c-8d0e-1f2a3b4c5d6e" }],
    ["a text of its own", { secretText: "chosen" }],
    ["a hint of its own", { hint: "cho" }],
    ["an end before the start", { startDateTime: "2026-06-01T00:00:00Z", endDateTime: "2026-05-01T00:00:00Z" }],
    ["an end that has passed", { startDateTime: "2025-01-01T00:00:00Z", endDateTime: "2026-02-01T00:00:00Z" }],
    ["a date without a time", { endDateTime: "2026-09-01" }],
    ["an unknown field", { colour: "blue" }],
  ])("refuses %s", async (_what, credential) => {
    const { directory, id, add } = await stage();
    expect((await add(credential)).status).toBe(400);
    expect(directory.tenant.applications.get(id)!.passwordCredentials).toEqual([]);
  });

  it("works by client id", async () => {
    const { directory, appId } = await stage();
    expect((await directory.admin.post(`/v1.0/applications(appId='${appId}')/addPassword`, {})).status).toBe(200);
  });

  it("allows two secrets where personal accounts may sign in, and any number elsewhere", async () => {
    const { directory, add } = await stage();
    for (let count = 0; count < 5; count++) expect((await add()).status).toBe(200);
    const personal = await createApplication(directory.admin, {
      displayName: "p",
      signInAudience: "AzureADandPersonalMicrosoftAccount",
    });
    const path = `/v1.0/applications/${personal.id}/addPassword`;
    const statuses = [];
    for (let count = 0; count < 3; count++) statuses.push((await directory.admin.post(path, {})).status);
    expect(statuses).toEqual([200, 200, 400]);
  });
});

describe("removing a password", () => {
  it("removes the one that is named and no other", async () => {
    const { directory, id, add, path } = await stage();
    const [first, second] = [await add(), await add()];
    expect((await directory.admin.post(`${path}/removePassword`, { keyId: first.body.keyId })).status).toBe(204);
    expect(directory.tenant.applications.get(id)!.passwordCredentials.map(({ keyId }) => keyId)).toEqual([
      second.body.keyId,
    ]);
  });

  it("refuses a key id that is not there, also the second time", async () => {
    const { directory, add, path } = await stage();
    const { keyId } = (await add()).body;
    await directory.admin.post(`${path}/removePassword`, { keyId });
    const { status, body } = await directory.admin.post(`${path}/removePassword`, { keyId });
    expect([status, body.error.code, body.error.message]).toEqual([
      400,
      "Request_BadRequest",
      "No credentials found to be removed.",
    ]);
    expect((await directory.admin.post(`${path}/removePassword`, {})).status).toBe(400);
  });
});

describe("the tenant's app management policy", () => {
  const lifetime = (maxLifetime: string, since: string | null = null) => ({
    isEnabled: true,
    applicationRestrictions: {
      passwordCredentials: [
        {
          restrictionType: "passwordLifetime",
          state: "enabled",
          maxLifetime,
          restrictForAppsCreatedAfterDateTime: since,
        },
      ],
    },
  });

  it("limits the life of new secrets, also of those with the default end", async () => {
    const { directory, add } = await stage();
    expect((await directory.admin.patch(defaultPolicy, lifetime("P90D"))).status).toBe(204);
    for (const credential of [{ endDateTime: "2026-05-31T00:00:00Z" }, { endDateTime: "2026-05-30T09:59:00Z" }, {}]) {
      const { status, body } = await add(credential);
      if (credential.endDateTime === "2026-05-30T09:59:00Z") expect(status).toBe(200);
      else {
        expect([status, body.error.code]).toEqual([400, "CredentialInvalidLifetimeAsPerAppPolicy"]);
        expect(body.error.details[0]).toMatchObject({ code: "InvalidKeyEndDate", target: "EndDate" });
      }
    }
  });

  it("leaves applications alone that are older than the restriction", async () => {
    const { directory, add } = await stage();
    await directory.admin.patch(defaultPolicy, lifetime("P1D", "2026-03-02T00:00:00Z"));
    expect((await add({ endDateTime: "2026-09-01T00:00:00Z" })).status).toBe(200);
    await directory.admin.patch(defaultPolicy, lifetime("P1D", "2026-02-01T00:00:00Z"));
    expect((await add({ endDateTime: "2026-09-01T00:00:00Z" })).status).toBe(400);
  });

  it("forbids secrets where adding is restricted, until the restriction or the policy is off", async () => {
    const { directory, add } = await stage();
    const restriction = (isEnabled: boolean, state: string) => ({
      isEnabled,
      applicationRestrictions: {
        passwordCredentials: [{ restrictionType: "passwordAddition", state, maxLifetime: null }],
      },
    });
    await directory.admin.patch(defaultPolicy, restriction(true, "enabled"));
    const refused = await add();
    expect([refused.status, refused.body.error.code]).toEqual([400, "CredentialTypeNotAllowedAsPerAppPolicy"]);
    for (const off of [restriction(true, "disabled"), restriction(false, "enabled")]) {
      await directory.admin.patch(defaultPolicy, off);
      expect((await add()).status).toBe(200);
    }
  });

  it("gives way to a policy of the application's own", async () => {
    const { directory, add, path } = await stage();
    await directory.admin.patch(defaultPolicy, lifetime("P10D"));
    const own = await directory.admin.post("/v1.0/policies/appManagementPolicies", {
      displayName: "longer",
      description: "for the reporting application",
      isEnabled: true,
      restrictions: { passwordCredentials: [{ restrictionType: "passwordLifetime", maxLifetime: "P365D" }] },
    });
    expect(own.status).toBe(201);
    const reference = { "@odata.id": `https://graph.microsoft.com/v1.0/policies/appManagementPolicies/${own.body.id}` };
    expect((await directory.admin.post(`${path}/appManagementPolicies/$ref`, reference)).status).toBe(204);
    expect(
      (await directory.admin.get(`${path}/appManagementPolicies`)).body.value.map(({ id }: { id: string }) => id),
    ).toEqual([own.body.id]);
    expect((await add({ endDateTime: "2026-09-01T00:00:00Z" })).status).toBe(200);
    expect((await add()).body.error.message).toContain(own.body.id);
    expect((await directory.admin.post(`${path}/appManagementPolicies/$ref`, reference)).status).toBe(400);
    expect((await directory.admin.delete(`/v1.0/policies/appManagementPolicies/${own.body.id}`)).status).toBe(400);
    expect((await directory.admin.delete(`${path}/appManagementPolicies/${own.body.id}/$ref`)).status).toBe(204);
    expect((await add({ endDateTime: "2026-09-01T00:00:00Z" })).status).toBe(400);
    expect((await directory.admin.delete(`/v1.0/policies/appManagementPolicies/${own.body.id}`)).status).toBe(204);
  });
});

describe("a principal's passwords", () => {
  async function principal() {
    const directory = new TestDirectory();
    const made = await createWithPrincipal(directory.admin);
    return { directory, ...made, path: `/v1.0/servicePrincipals/${made.principalId}` };
  }

  it("are added, listed without their text, and removed, beside the application's own", async () => {
    const { directory, id, appId, path } = await principal();
    const { admin } = directory;
    const { status, body } = await admin.post(`${path}/addPassword`, { passwordCredential: { displayName: "one" } });
    expect([status, body.secretText]).toEqual([200, expect.stringMatching(/^.{40}$/)]);
    const listed = (await admin.get(path)).body.passwordCredentials;
    expect(listed).toEqual([expect.objectContaining({ keyId: body.keyId, displayName: "one", secretText: null })]);
    expect((await admin.get(`/v1.0/applications/${id}`)).body.passwordCredentials).toEqual([]);
    const byClientId = `/v1.0/servicePrincipals(appId='${appId}')`;
    expect((await admin.post(`${byClientId}/removePassword`, { keyId: body.keyId })).status).toBe(204);
    expect((await admin.post(`${byClientId}/removePassword`, { keyId: body.keyId })).status).toBe(400);
    expect((await admin.get(path)).body.passwordCredentials).toEqual([]);
  });

  it("need the right to write it, and go by the tenant's policy for principals", async () => {
    const { directory, path, id } = await principal();
    expect((await directory.application(["Application.Read.All"]).post(`${path}/addPassword`)).status).toBe(403);
    const restriction = { restrictionType: "passwordAddition", state: "enabled", maxLifetime: null };
    await directory.admin.patch(defaultPolicy, {
      isEnabled: true,
      servicePrincipalRestrictions: { passwordCredentials: [restriction], keyCredentials: [] },
    });
    const refused = await directory.admin.post(`${path}/addPassword`);
    expect([refused.status, refused.body.error.code]).toEqual([400, "CredentialTypeNotAllowedAsPerAppPolicy"]);
    expect((await directory.admin.post(`/v1.0/applications/${id}/addPassword`)).status).toBe(200);
  });
});
