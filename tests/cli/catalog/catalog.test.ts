import { readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { createWorkspace, type Workspace } from "../../../cli/demo/workspace";
import { ratedApis } from "../../../cli/review/rated-apis";
import { readCatalogFile } from "../../../configuration/catalog-file";
import { readStackFromFiles } from "../../../configuration/read-stack";
import { partnerTenant } from "../../../offline/emulator/seed/constants";
import { findApi, findPermission } from "../../../permissions/catalog";
import { permissionRisk } from "../../../permissions/risk";
import { callCommand } from "../../support/command-call";
import { startTestEmulator, type TestEmulator } from "../../support/emulator";

const clientId = "c0ffee00-0000-4000-8000-0000000000e1";
let emulator: TestEmulator;
let workspace: Workspace;
beforeAll(async () => {
  emulator = await startTestEmulator();
  workspace = await createWorkspace(resolve(__dirname, "../../.."));
  publish("Reads every\n\treport.\u202e");
});
afterAll(async () => {
  await emulator?.stop();
  await workspace?.remove();
});

/** An API of somebody else, as its principal in the tenant publishes it. */
function publish(description: string) {
  const { servicePrincipals } = emulator.world.tenants.get(partnerTenant.id)!;
  const [model] = servicePrincipals.all();
  const scope = {
    id: "c0ffee00-0000-4000-8000-0000000000e2",
    value: "Reports.Read",
    type: "Admin",
    isEnabled: true,
    adminConsentDisplayName: "Read reports",
    adminConsentDescription: description,
  };
  servicePrincipals.put({
    ...model!,
    id: "c0ffee00-0000-4000-8000-0000000000e0",
    appId: clientId,
    properties: {
      ...model!.properties,
      displayName: "Woodgrove Reports",
      oauth2PermissionScopes: [scope],
      appRoles: [],
    },
  });
}
const refresh = (...argv: string[]) =>
  callCommand(["catalog", "refresh", "-s", "dev", "--json", ...argv], emulator.env, {
    projectDirectory: workspace.directory,
  });
const file = () => readFile(join(workspace.directory, "api-catalog.yaml"), "utf8");
const risk = (apis: Parameters<typeof permissionRisk>[1]) =>
  permissionRisk({ api: clientId, permission: "Reports.Read", kind: "delegated", consent: "user" }, apis).risk;

describe("partner-access catalog refresh", () => {
  it("adds an API from what its principal publishes, unrated and so high, and stack files may name it", async () => {
    const { code, document } = await refresh("--api", clientId);
    expect({ code, stacks: document.stacks }).toEqual({
      code: 0,
      stacks: [
        {
          stack: "dev",
          apis: [{ name: "Woodgrove Reports", clientId, added: ["delegated Reports.Read"], changed: [], removed: [] }],
        },
      ],
    });
    const { apis, problems } = readCatalogFile(await file());
    expect(problems).toEqual([]);
    expect(findPermission(findApi(clientId, apis)!, "Reports.Read", "delegated")).toMatchObject({
      lets: "Reads every report.",
    });
    expect(risk(apis)).toBe("high");

    const stack = join(workspace.directory, "Pulumi.dev.yaml");
    const text = await readFile(stack, "utf8");
    await writeFile(
      stack,
      text.replace(
        "- api: Microsoft Graph",
        "- api: Woodgrove Reports\n      delegated: [Reports.Read]\n      reason: It is needed.\n    - api: Microsoft Graph",
      ),
    );
    const policy = join(workspace.directory, "access-policy.yaml");
    const allowed =
      "permissions:\n  - { api: Woodgrove Reports, kind: delegated, permission: Reports.Read, reason: It is needed. }";
    await writeFile(policy, (await readFile(policy, "utf8")).replace("permissions: []", allowed));
    const named = readStackFromFiles(workspace.directory, "dev").permissions.map(({ api }) => api.name);
    expect(named).toContain("Woodgrove Reports");
  });

  it("keeps a person's rating while the permission means the same, and drops it when it does not", async () => {
    const rated = (await file()).replace(
      "adminConsent: true",
      "adminConsent: true\n        risk: low\n        riskReason: Sums only.",
    );
    await writeFile(join(workspace.directory, "api-catalog.yaml"), rated);
    expect((await refresh()).document.stacks[0].apis[0]).toMatchObject({ added: [], changed: [], removed: [] });
    expect(risk(readCatalogFile(await file()).apis)).toBe("low");
    publish("Reads and writes every report.");
    expect((await refresh()).document.stacks[0].apis[0]).toMatchObject({ changed: ["delegated Reports.Read"] });
    expect(risk(readCatalogFile(await file()).apis)).toBe("high");
  });

  it("refuses an API of the built-in catalog, and one that the tenant does not have", async () => {
    expect(await refresh("--api", "00000003-0000-0000-c000-000000000000")).toMatchObject({ code: 2 });
    const { code, document } = await refresh("--api", "c0ffee00-0000-4000-8000-0000000000ee");
    expect({ code, problem: document.problems[0].code }).toEqual({ code: 2, problem: "api-not-in-tenant" });
  });

  it("rates with the base: whoever asks for a permission does not rate it in the same change", async () => {
    const rated = (await file()).replace(
      "adminConsent: true",
      "adminConsent: true\n        risk: low\n        riskReason: Mine.",
    );
    const [without, with_] = [readCatalogFile(undefined).apis, readCatalogFile(rated).apis];
    expect(risk(with_)).toBe("low");
    expect(risk(ratedApis(without, with_))).toBe("high");
    expect(risk(ratedApis(with_, with_))).toBe("low");
  });

  it("refuses half a rating", () => {
    const { problems } = readCatalogFile(
      `apis: [{ name: X, clientId: ${clientId}, permissions: [{ name: A, id: ${clientId}, kind: delegated, lets: x, adminConsent: true, risk: low }] }]`,
    );
    expect(problems.map(({ message }) => message)).toEqual([expect.stringContaining("go together")]);
  });
});
